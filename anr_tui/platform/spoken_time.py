"""Times as people write them, read in a time zone: `02:10`, `yesterday 22:00`, `last night`, `30m ago`, ISO 8601. Pure.

A time that a zone has twice or never, when its clocks change, is refused in words that name the ways out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from anr_tui.domain.window import Window

DASH = "\N{EN DASH}"
"""Stands between the two ends of a window in words."""
ALLOWED = (
    "allowed are a time of day (02:10, 10pm), with a day (yesterday 22:00, monday 6:00, 29 Nov 02:10), "
    "a day or last night, a length of time before now (30m ago, 2h, 3d), or an ISO time (2026-06-13T05:00Z)"
)

_MOST_TEXT = 80
_NIGHT_BEGINS, _NIGHT_ENDS, _NOON = time(18), time(6), time(12)
_DAY = timedelta(days=1)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
_AGO = re.compile(rf"((?:\d{{1,6}}\s*{_UNIT}\s*)+)(?:\bago)?", re.ASCII)
_AGO_PART = re.compile(rf"(\d+)\s*({_UNIT})", re.ASCII)
_CLOCK = re.compile(
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?(?:\s*(?P<half>[ap])m)?"
    r"|(?P<only_hour>\d{1,2})\s*(?P<only_half>[ap])m|(?P<word>noon|midnight))"
    r"\s*(?P<zone>z|utc|gmt|[+-]\d\d(?::?\d\d)?|(?-i:[A-Z]{2,5}))?",
    re.ASCII | re.IGNORECASE,
)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})\.?\s+{_MONTH}(?:\s+(\d{{4}}))?", re.ASCII)
_MONTH_DAY = re.compile(rf"{_MONTH}\s+(\d{{1,2}})(?:,?\s+(\d{{4}}))?", re.ASCII)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"(last\s+|on\s+)?({'|'.join(_WEEKDAYS)})(?:day|sday|nesday|rsday|urday)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day, and the zone that was written behind it: an offset, or an abbreviation such as `CEST`."""

    at: time
    zone: tzinfo | None = None
    abbreviation: str = ""


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that a word may mean, the likeliest first; `names_span`: as an end it means the end of that day."""

    dates: tuple[date, ...]
    names_span: bool
    is_night: bool = False


def parse_time(
    text: str, now: datetime, zone: tzinfo, *, is_end: bool = False, after: datetime | None = None
) -> datetime:
    """The moment, in UTC, that a person means by `text` at `now` in `zone`.

    A time of day without a day is the last one before `now`, or with `after` the first one after that. A word that
    names a span (`yesterday`, `monday`, `last night`) means its beginning, or with `is_end` its end, but nothing after
    `now`; an ISO date is its midnight. Raises ValueError, in a sentence that quotes the text, for anything that is no
    time, and for a time that the zone has twice or never.
    """
    words = " ".join(text.split())
    try:
        moment = _parse(words, now.astimezone(zone), zone, is_end=is_end, after=after) if words else None
        if moment is not None:
            moment.astimezone(zone)  # it must be shown there, too
            return moment.astimezone(UTC)
    except OverflowError:
        pass  # before the first year of the calendar, or after the last one, in UTC or there
    raise ValueError(f"{text[:40]!r} is no time; {ALLOWED}.")


def parse_span(since: str | None, until: str | None, now: datetime, zone: tzinfo, default: timedelta) -> Window:
    """The window between two times as people write them; without a start it lasts `default`, without an end until now.

    Raises ValueError, in a sentence that begins with `--since` or `--until`.
    """
    start = _flagged("--since", lambda: parse_time(since, now, zone)) if since is not None else None
    end = now.astimezone(UTC)
    if until is not None:
        end = _flagged("--until", lambda: parse_time(until, now, zone, is_end=True, after=start))
    start = start if start is not None else end - default
    if start >= end:
        raise ValueError(f"The span ends ({moment_words(end, zone, now)}) before it begins.")
    return Window(start, end)


def moment_words(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """A moment in a zone and in UTC: `Sun 29 Nov 02:10 CET = 01:10Z`. The year stands there if it is not this one."""
    here, utc = moment.astimezone(zone), moment.astimezone(UTC)
    words = f"{_day(here, now)} {_clock_words(here)}"
    if _is_utc(here):
        return f"{words}Z"
    day = "" if here.date() == utc.date() else f"{_day(utc, now)} "
    return f"{words} {here:%Z} = {day}{_clock_words(utc)}Z"


def span_words(window: Window, zone: tzinfo, now: datetime) -> str:
    """A window in a zone and in UTC: `Sun 29 Nov 02:10-02:40 CET = 01:10-01:40Z`."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if _is_utc(start) and _is_utc(end):
        return f"{_between(window.start.astimezone(UTC), window.end.astimezone(UTC), now)}Z"
    first = f" {start:%Z}" if start.utcoffset() != end.utcoffset() else ""
    here = f"{_between(start, end, now, first)} {end:%Z}"
    utc_start, utc_end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    is_plain = start.date() == end.date() == utc_start.date() == utc_end.date()
    utc = f"{_clock_words(utc_start)}{DASH}{_clock_words(utc_end)}" if is_plain else _between(utc_start, utc_end, now)
    return f"{here} = {utc}Z"


def _flagged(flag: str, parse: Callable[[], datetime]) -> datetime:
    try:
        return parse()
    except ValueError as error:
        raise ValueError(f"{flag} {error}") from None


def _parse(words: str, here: datetime, zone: tzinfo, *, is_end: bool, after: datetime | None) -> datetime | None:
    if len(words) > _MOST_TEXT:
        return None
    lower = words.lower()
    if lower == "now":
        return here
    if (ago := _AGO.fullmatch(lower)) is not None:
        seconds = sum(int(number) * _UNITS[unit[0]] for number, unit in _AGO_PART.findall(ago[1]))
        return here.astimezone(UTC) - timedelta(seconds=seconds)
    day_text, clock = _split(words)
    days = _days(day_text, here) if day_text else None
    if day_text and days is None:
        return _iso(words, zone)
    if clock is None:
        return _whole_day(days, here, zone, is_end=is_end) if days is not None else None
    if clock.zone is not None:
        # Days are then those of the zone that was written.
        zone, here = clock.zone, here.astimezone(clock.zone)
        days = _days(day_text, here) if day_text else None
    if days is None:
        return _nearest(clock, here, zone, after)
    return _on_day(days, clock, here, zone)


def _split(words: str) -> tuple[str, _Clock | None]:
    """The text of the day, and the time of day, which may stand before it or behind it."""
    for separator in _CLOCK.finditer(words):
        before, behind = words[: separator.start()], words[separator.end() :]
        if bool(before.strip()) and bool(behind.strip()):
            continue
        clock = _clock(separator)
        if clock is None:
            continue
        day = before.removesuffix("T") if _ISO_DAY.fullmatch(before.strip().removesuffix("T")) else before
        return re.sub(r"\s+at$|,$", "", (day or behind).strip().lower()), clock
    return words.lower(), None


def _clock(match: "re.Match[str]") -> _Clock | None:
    zone, abbreviation = _written_zone(match["zone"] or "")
    if match["word"]:
        return _Clock(_NOON if match["word"].lower() == "noon" else time(), zone, abbreviation)
    hour, half = int(match["hour"] or match["only_hour"]), (match["half"] or match["only_half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    micros = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        at = time(hour, int(match["minute"] or 0), int(match["second"] or 0), micros)
    except ValueError:
        return None
    return _Clock(at, zone, abbreviation)


def _written_zone(text: str) -> tuple[tzinfo | None, str]:
    if text.lower() in ("z", "utc", "gmt"):
        return UTC, ""
    if text[:1] in ("+", "-"):
        digits = text[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if offset >= _DAY:
            raise OverflowError
        return timezone(-offset if text[0] == "-" else offset), ""
    return None, text


def _days(text: str, here: datetime) -> _Days | None:
    today = here.date()
    named = {
        "today": _Days((today,), names_span=True),
        "yesterday": _Days((today - _DAY,), names_span=True),
        "last night": _Days((today - _DAY,), names_span=True, is_night=True),
    }
    if text in named:
        return named[text]
    if (iso := _ISO_DAY.fullmatch(text)) is not None:
        return _dated(int(iso[1]), int(iso[2]), int(iso[3]), today)
    if (weekday := _WEEKDAY.fullmatch(text)) is not None:
        back = timedelta(days=(today.weekday() - _WEEKDAYS.index(weekday[2])) % 7)
        is_last = (weekday[1] or "").strip() == "last"
        dates = (today - back, today - back - 7 * _DAY)
        return _Days(dates[1:] if is_last and not back else dates, names_span=True)
    if (day_month := _DAY_MONTH.fullmatch(text)) is not None:
        return _dated(int(day_month[3] or 0), _MONTHS.index(day_month[2]) + 1, int(day_month[1]), today)
    if (month_day := _MONTH_DAY.fullmatch(text)) is not None:
        return _dated(int(month_day[3] or 0), _MONTHS.index(month_day[1]) + 1, int(month_day[2]), today)
    return None


def _dated(year: int, month: int, day: int, today: date) -> _Days | None:
    """The date; without a year (0) the last one that is not after today."""
    dates = []
    for each in (year,) if year else (today.year, today.year - 1):
        try:
            dates.append(date(each, month, day))
        except ValueError:
            continue
    return _Days(tuple(dates), names_span=False) if dates else None


def _whole_day(days: _Days, here: datetime, zone: tzinfo, *, is_end: bool) -> datetime:
    day = next((each for each in days.dates if each <= here.date()), days.dates[0])
    if not days.names_span:
        return datetime.combine(day, time(), zone)
    begins, ends = (_NIGHT_BEGINS, _NIGHT_ENDS) if days.is_night else (time(), time())
    if not is_end:
        return datetime.combine(day, begins, zone)
    return min(datetime.combine(day + _DAY, ends, zone), here, key=lambda moment: moment.astimezone(UTC))


def _on_day(days: _Days, clock: _Clock, here: datetime, zone: tzinfo) -> datetime:
    if days.is_night:
        day = days.dates[0] + (timedelta() if clock.at >= _NOON else _DAY)
        return _only(_readings(day, clock, zone), day, clock, zone)
    # Of a weekday or a date without its year the last one before now is meant; else there is one day only.
    for day in days.dates:
        past = [moment for moment in _readings(day, clock, zone) if moment <= here]
        if past or day < here.date() or day == days.dates[-1]:
            return _only(past or _readings(day, clock, zone), day, clock, zone)
    raise AssertionError("there is always a last day")


def _nearest(clock: _Clock, here: datetime, zone: tzinfo, after: datetime | None) -> datetime:
    """The last moment before now with this time of day, or the first one after `after`."""
    if after is None:
        for day in (here.date(), here.date() - _DAY):
            readings = _readings(day, clock, zone)
            past = [moment for moment in readings if moment <= here]
            if past or (not readings and (day < here.date() or clock.at <= here.time())):
                return _only(past, day, clock, zone)
        return _only(_readings(here.date() - _DAY, clock, zone), here.date() - _DAY, clock, zone)
    first = after.astimezone(zone)
    for day in (first.date(), first.date() + _DAY):
        later = [moment for moment in _readings(day, clock, zone) if moment > after]
        if later or day > first.date() or clock.at > first.time():
            return _only(later, day, clock, zone)
    raise AssertionError("the next day is after today")


def _readings(day: date, clock: _Clock, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC, of a time of day on a day: one, or where clocks change none or two."""
    wall = datetime.combine(day, clock.at)
    moments = {
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for fold in (0, 1)
        if wall.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
    }
    if clock.abbreviation:
        moments = {each for each in moments if f"{each.astimezone(zone):%Z}".upper() == clock.abbreviation.upper()}
    return sorted(moments)


def _only(readings: list[datetime], day: date, clock: _Clock, zone: tzinfo) -> datetime:
    """The one reading. Raises ValueError, in words, where there is none or more than one."""
    if len(readings) == 1:
        return readings[0]
    wall = datetime.combine(day, clock.at)
    said = f"{_clock_words(wall)} on {wall:%a} {wall.day} {wall:%b %Y}"
    if readings:
        each = [moment.astimezone(zone) for moment in readings]
        ways = " or ".join(f"{moment.isoformat(timespec='minutes')} ({moment:%Z})" for moment in each)
        raise ValueError(f"{said} comes twice in {zone}, since the clocks go back then: say {ways}.")
    if clock.abbreviation and (each_utc := _readings(day, _Clock(clock.at), zone)):
        in_force = " or ".join(f"{moment.astimezone(zone):%Z}" for moment in each_utc)
        raise ValueError(f"{said} is {in_force} in {zone}, not {clock.abbreviation}.")
    # Read with the offsets behind and before the change, it lies just before it and just behind it.
    beside = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone) for fold in (1, 0)]
    ways = " or ".join(map(_clock_words, beside))
    raise ValueError(f"{said} does not exist in {zone}, since the clocks go forward then: say {ways}.")


def _iso(words: str, zone: tzinfo) -> datetime | None:
    """Any other ISO time that Python knows, such as `20260613T0500Z`."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    clock = _Clock(moment.time())
    return _only(_readings(moment.date(), clock, zone), moment.date(), clock, zone)


def _is_utc(moment: datetime) -> bool:
    return moment.utcoffset() == timedelta() and f"{moment:%Z}" in ("UTC", "Z")


def _day(moment: datetime, now: datetime) -> str:
    year = f" {moment.year}" if moment.year != now.astimezone(moment.tzinfo).year else ""
    return f"{moment:%a} {moment.day} {moment:%b}{year}"


def _clock_words(moment: datetime) -> str:
    if moment.microsecond:
        return f"{moment:%H:%M:%S.%f}".rstrip("0")
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _between(start: datetime, end: datetime, now: datetime, first: str = "") -> str:
    """`Sun 29 Nov 02:10-02:40`, or with a second day `Sun 29 Nov 22:00 - Mon 30 Nov 06:00`."""
    begun = f"{_day(start, now)} {_clock_words(start)}{first}"
    if start.date() == end.date():
        return f"{begun}{DASH}{_clock_words(end)}"
    return f"{begun} {DASH} {_day(end, now)} {_clock_words(end)}"
