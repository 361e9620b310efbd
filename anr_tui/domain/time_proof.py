"""How well the time of footage is known."""

from enum import StrEnum


class TimeProof(StrEnum):
    """What is known of the time of footage that landed, as the journal and JSON write it."""

    PROVEN = "proven"  # media times, or footage of the recorder's own, agree with its place
    CONSISTENT = "consistent"  # nothing contradicts its place, and there is no proof to be had
    UNKNOWN = ""  # it landed before this was kept
