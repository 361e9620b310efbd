"""Whether anybody can see the pictures of footage."""

from enum import StrEnum


class PictureVerdict(StrEnum):
    """The result of decoding some pictures of footage, as the journal and JSON write it.

    UNKNOWN: they could not be decoded here and now, or some are sound and some are not.
    """

    VISIBLE = "visible"
    UNDECODABLE = "undecodable"
    UNKNOWN = "unknown"
