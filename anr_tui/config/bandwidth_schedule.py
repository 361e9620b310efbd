"""A bandwidth limit that may change over the day: parsing of its text, and the limit at a time. Without I/O.

`2M` and `500k` are bits per second, `unlimited` (or `off`) is no limit, `halt` (or `0`) lets nothing through; `08:00
2M, 19:00 unlimited` changes at local wall-clock times.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

MAX_ENTRIES = 48
LOWEST_RATE, HIGHEST_RATE = 1_000, 100_000_000_000

_ALLOWED = (
    "allowed are a rate such as 2M or 500k (bits per second), unlimited, halt, "
    "or a timetable such as 08:00 2M, 19:00 unlimited"
)
_MAX_TEXT = 1000
_SHOWN = 40
_RATE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)([kKmMgG]?)", re.ASCII)
_ENTRY = re.compile(r"(\d{1,2}):(\d{2})\s+(\S+)", re.ASCII)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class BandwidthSchedule:
    """Bandwidth limits by local time of the day: `(from, bits per second)` in order; None is no limit, 0 a halt."""

    entries: tuple[tuple[time, int | None], ...]

    def rate_at(self, moment_local: datetime) -> int | None:
        """The limit at a local time, in bits per second; before the day's first entry the last one applies."""
        now = moment_local.time()
        begun = [rate for start, rate in self.entries if start <= now]
        return begun[-1] if begun else self.entries[-1][1]

    def until(self, moment_local: datetime) -> datetime | None:
        """When the limit of this local time ends, in the same zone; None where it never does."""
        rate = self.rate_at(moment_local)
        for day in range(3):  # on a day when clocks change, a time may pass twice or not at all
            date = moment_local.date() + timedelta(days=day)
            for start, other_rate in self.entries:
                at = datetime.combine(date, start, moment_local.tzinfo)
                if at > moment_local and other_rate != rate:
                    return at
        return None


def parse_bandwidth_schedule(text: str) -> BandwidthSchedule:
    """Read a limit or a timetable. Raises ValueError that says what is wrong in it and what is allowed."""
    if len(text) > _MAX_TEXT:
        raise ValueError(f"it is longer than {_MAX_TEXT} characters; {_ALLOWED}")
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 and ":" not in text:
        return BandwidthSchedule(((time(), _rate(parts[0])),))
    if len(parts) > MAX_ENTRIES:
        raise ValueError(f"it has more than {MAX_ENTRIES} entries")
    entries = sorted((_entry(part) for part in parts), key=lambda entry: entry[0])
    for (start, _), (following, _) in pairwise(entries):
        if start == following:
            raise ValueError(f"{start:%H:%M} is in it twice; use each time of day once")
    return BandwidthSchedule(tuple(entries))


def _entry(text: str) -> tuple[time, int | None]:
    match = _ENTRY.fullmatch(text)
    if match is None:
        raise ValueError(f"{_shown(text)} is no time of the day with a rate; {_ALLOWED}")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        raise ValueError(f"{match[1]}:{match[2]} is no time of the day; allowed are 00:00 to 23:59")
    return time(hour, minute), _rate(match[3])


def _rate(text: str) -> int | None:
    word = text.lower()
    if word in {"unlimited", "off"}:
        return None
    if word == "halt":
        return 0
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{_shown(text)} is no rate; {_ALLOWED}")
    rate = round(float(match[1]) * _UNITS[match[2].lower()])
    if float(match[1]) and not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise ValueError(f"{_shown(text)} is out of range; allowed are 1k to 100G bits per second, unlimited or halt")
    return rate


def _shown(text: str) -> str:
    r"""The text in quotes, cut so that its escapes fit, too: one character may be written as ten (`\U00012544`)."""
    room = _SHOWN
    for number, character in enumerate(text):
        room -= len(repr(character)) - 2
        if room < 0:
            return repr(text[:number] + "…")
    return repr(text)
