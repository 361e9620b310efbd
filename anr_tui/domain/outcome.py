"""How a fill ended."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a fill ended, as the journal and JSON say it."""

    FILLED = "filled"
    PARTLY_FILLED = "partly_filled"
    NO_FOOTAGE = "no_footage"
    CAMERA_BUSY = "camera_busy"
    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login_refused"
    NOT_UNDERSTOOD = "not_understood"
    DISK_FULL = "disk_full"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    TOO_OLD = "too_old"
    INTERRUPTED = "interrupted"

    @property
    def words(self) -> str:
        """The outcome as a person reads it."""
        return _WORDS[self]

    @property
    def counts_as_attempt(self) -> bool:
        """Whether it uses up one of the gap's attempts."""
        return self in _COUNTED


_WORDS = {
    Outcome.FILLED: "filled",
    Outcome.PARTLY_FILLED: "partly filled",
    Outcome.NO_FOOTAGE: "no footage on the camera",
    Outcome.CAMERA_BUSY: "camera busy",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.LOGIN_REFUSED: "login refused",
    Outcome.NOT_UNDERSTOOD: "not understood",
    Outcome.DISK_FULL: "disk full or not writable",
    Outcome.STOPPED: "stopped",
    Outcome.TIMED_OUT: "timed out",
    Outcome.TOO_OLD: "too old",
    Outcome.INTERRUPTED: "interrupted",
}


_COUNTED = {
    Outcome.FILLED,
    Outcome.PARTLY_FILLED,
    Outcome.NO_FOOTAGE,
    Outcome.NOT_UNDERSTOOD,
    Outcome.TIMED_OUT,
}
