"""The range that a device says it will play: in the answer to PLAY (`Range`), and in its description (`a=range`).

Sources: RFC 2326, sections 3.6, 3.7 and 12.29, and appendix C.1.5. Only the wall clock in UTC (`clock=`) says of what
time footage is; a range in normal play time says that it is live, or nothing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# No range is longer; what a device writes behind it is not looked at.
_LONGEST = 200
_MOMENT = r"(\d{8}T\d{6})(?:\.\d{0,9})?Z"
_CLOCK = re.compile(rf"\s*clock\s*=\s*{_MOMENT}\s*-\s*(?:{_MOMENT})?\s*(?:;.*)?", re.ASCII | re.IGNORECASE)
_LIVE = re.compile(r"\s*npt\s*=\s*now\s*-\s*(?:;.*)?", re.ASCII | re.IGNORECASE)
_LINE = re.compile(rf"^a=range:([^\r\n]{{1,{_LONGEST}}})\r?$", re.ASCII | re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ToldRange:
    """What a device says that it will play, in whole seconds of its own time; `end` is None where it is open.

    `is_live`: it says that it plays what happens now, and `start` is then None.
    """

    start: datetime | None = None
    end: datetime | None = None
    is_live: bool = False


def read_range(value: str) -> ToldRange | None:
    """The range in a `Range` header; None where it says nothing of the wall clock, or nothing that can be read."""
    if len(value) > _LONGEST:
        return None
    if _LIVE.fullmatch(value):
        return ToldRange(is_live=True)
    match = _CLOCK.fullmatch(value)
    if match is None:
        return None
    try:
        start, end = _moment(match[1]), _moment(match[2]) if match[2] else None
    except ValueError:
        return None
    return ToldRange(start, end) if end is None or start < end else None


def described_range(description: str) -> ToldRange | None:
    """The first range of a session description that says anything; None where none does."""
    ranges = (read_range(match[1]) for match in _LINE.finditer(description))
    return next((told for told in ranges if told is not None), None)


def _moment(text: str) -> datetime:
    return datetime.strptime(text.upper(), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
