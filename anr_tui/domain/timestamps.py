"""Conversion of time stamps as databases, cameras and people write them; inside, every time is a datetime in UTC.

The databases hold RFC 3339 text in UTC with `T`, `+00:00` and 0, 3, 6 or 9 fraction digits, which sorts as text.
"""

import re
from datetime import UTC, datetime, timedelta

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_FILE_STEM = re.compile(r"(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)", re.ASCII)


def now_utc() -> datetime:
    """The time by this machine's clock, in UTC. Only the edges of the program call this; all else is given the time."""
    return datetime.now(UTC)


def parse_stamp(text: str) -> datetime:
    """Read an RFC 3339 time stamp; digits beyond the microsecond are cut, so that order is never reversed.

    Raises ValueError, which quotes the text, for anything else, including a time without a zone.
    """
    match = _STAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"not an RFC 3339 time: {text[:40]!r}")
    date, clock, fraction, zone = match.groups()
    micros = (fraction or "0")[:6].ljust(6, "0")
    offset = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(f"{date}T{clock}.{micros}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"not a time that exists: {text[:40]!r}") from None


def format_stamp(moment: datetime) -> str:
    """A time as the databases write it, with as few fraction digits (0, 3 or 6) as it needs.

    Raises ValueError for a time without a zone.
    """
    utc = _as_utc(moment)
    if utc.microsecond == 0:
        return utc.isoformat(timespec="seconds")
    if utc.microsecond % 1000 == 0:
        return utc.isoformat(timespec="milliseconds")
    return utc.isoformat(timespec="microseconds")


def format_file_stem(moment: datetime) -> str:
    """The recorder's file name, without extension, for footage that starts at `moment`: in UTC, cut to the second."""
    utc = _as_utc(moment)
    # strftime leaves the zeros of early years out.
    return f"{utc.year:04}{utc:%m%d_%H%M%S}"


def parse_file_stem(stem: str) -> datetime:
    """The start in a recorder's file name without extension. Raises ValueError for a name of another form."""
    match = _FILE_STEM.fullmatch(stem)
    if match is None:
        raise ValueError(f"not a recording's name: {stem[:40]!r}")
    year, month, day, hour, minute, second = map(int, match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def floor_second(moment: datetime) -> datetime:
    """The whole second at or before `moment`."""
    return moment.replace(microsecond=0)


def ceil_second(moment: datetime) -> datetime:
    """The whole second at or after `moment`."""
    floor = floor_second(moment)
    return floor if floor == moment else floor + timedelta(seconds=1)


def _as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is a bug")
    return moment.astimezone(UTC)
