"""The checks of a diagnosis and their results, in the words of the journal, JSON, screen and docs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CheckKind(StrEnum):
    """The checks of a diagnosis, in the order in which they are made."""

    PORT = "port"
    LOGIN = "login"
    CLOCK = "clock"
    CARD = "card"
    REPLAY = "replay"
    PICTURE = "picture"

    @property
    def words(self) -> str:
        """The check as a person reads it."""
        return _WORDS[self]


_WORDS = {
    CheckKind.PORT: "port",
    CheckKind.LOGIN: "login",
    CheckKind.CLOCK: "clock",
    CheckKind.CARD: "card",
    CheckKind.REPLAY: "test replay",
    CheckKind.PICTURE: "picture time",
}


class CheckMark(StrEnum):
    """The result of a check, or that it has not ended."""

    WAITING = "waiting"
    RUNNING = "running"
    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"
    NOT_KNOWN = "not_known"
    SKIPPED = "skipped"

    @property
    def words(self) -> str:
        """The mark as a person reads it."""
        return self.value.replace("_", " ")

    @property
    def is_over(self) -> bool:
        """Whether the check has ended."""
        return self not in (CheckMark.WAITING, CheckMark.RUNNING)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a diagnosis: a check, its result, what was seen in a sentence, and what to do (`hint`, may be empty).

    `at` is when it was noted, None where it is not noted yet.
    """

    kind: CheckKind
    mark: CheckMark
    seen: str
    hint: str = ""
    at: datetime | None = None
