"""The severity of an event or outcome for the people who look after a site; a screen maps it to its colours."""

from enum import StrEnum


class Severity(StrEnum):
    """The severities from good to bad; `CALM` is neither."""

    GOOD = "good"
    CALM = "calm"
    WARNING = "warning"
    BAD = "bad"
