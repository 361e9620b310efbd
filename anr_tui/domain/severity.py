"""How good or bad something is for whoever looks after a site; a screen maps it to its colours."""

from enum import StrEnum


class Severity(StrEnum):
    """From good to bad; `CALM` is neither."""

    GOOD = "good"
    CALM = "calm"
    WARNING = "warning"
    BAD = "bad"
