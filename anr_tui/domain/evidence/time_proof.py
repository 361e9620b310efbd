"""How well the time of footage is known."""

from enum import StrEnum


class TimeProof(StrEnum):
    """What is known of the time of footage that landed, as the journal writes it."""

    PROVEN = "proven"  # media times, or footage of the recorder's own, agree with its place
    CONSISTENT = "consistent"  # nothing contradicts its place, and there is no proof to be had
    BY_HAND = "by_hand"  # a person said where it belongs, and no recording contradicts that
    UNKNOWN = ""  # it landed before this was kept

    @property
    def code(self) -> str:
        """The word in JSON, where every state has one."""
        return self.value or "not_kept"

    @property
    def words(self) -> str:
        """The word as a person reads it."""
        return self.code.replace("_", " ")
