"""Times, lengths and sizes as text: short, of constant width, and coarse enough not to change every second."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

import humanize

from anr_tui.console.keys.keymap import Keymap
from anr_tui.domain.window import Window
from anr_tui.platform.glyphs import Glyphs
from anr_tui.platform.text import duration
from anr_tui.view.snapshot.snapshot import GapRow

AGES_STEP = timedelta(seconds=5)
"""No age, countdown or coverage strip changes more often than this: each check wakes the processor."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What formatting needs besides the value: the present time, the time zone, the glyphs, and the keys.

    `is_slow` says that the line to the terminal is slow, so that nothing should change every second.
    """

    now: datetime
    zone: tzinfo
    glyphs: Glyphs
    keys: Keymap = field(default_factory=Keymap)
    is_12_hours: bool = False
    is_slow: bool = False

    def or_still(self, before: "RenderContext") -> "RenderContext":
        """The context `before` where nothing but the time differs, and by less than `AGES_STEP`; else this one."""
        is_same = abs(self.now - before.now) < AGES_STEP and self == replace(before, now=self.now)
        return before if is_same else self


def span(seconds: float) -> str:
    """A number of seconds in its two largest units: `42s`, `4m 10s`, `2h 05m`, `3d 04h`."""
    return duration(seconds, is_brief=True)


def age(seconds: float) -> str:
    """The time since something, coarse enough not to change often: `<1m`, `12m`, `5h`, `9d`."""
    if seconds < 60:
        return "<1m"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 2 * _DAY_S:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // _DAY_S)}d"


def countdown(seconds: float, *, is_slow: bool = False) -> str:
    """The time until something in whole minutes, the last minute in steps of 10 s unless `is_slow`, and then `now`."""
    if seconds <= 0:
        return "now"
    if seconds > 3600:
        return f"in {span(seconds // 60 * 60)}"
    if seconds > 60:
        return f"in {-int(-seconds // 60)} min"
    return "within 1 min" if is_slow else f"within {-int(-seconds // 10) * 10} s"


def left(seconds: float, context: RenderContext) -> str:
    """The remaining time of something, given in seconds; in whole minutes where the line is slow."""
    if not context.is_slow or seconds <= 0:
        return span(seconds)
    return span(-int(-seconds // 60) * 60)


def silence(seconds: float, *, is_slow: bool = False) -> str:
    """The time for which nothing was heard: in seconds within the first minute unless `is_slow`, then in minutes."""
    if is_slow and seconds < 60:
        return "less than a minute ago"
    return f"{int(seconds)} s ago" if seconds < 60 else f"{int(seconds // 60)} min ago"


def stamp(moment: datetime, context: RenderContext, width: int = 19) -> str:
    """Local date and time, one cell longer (`02:30:00p`) with 12 hours; below 19 cells no year, below 14 no date."""
    local = moment.astimezone(context.zone)
    clock = _clock(local, "%I:%M:%S", context)
    if width >= 19:
        return f"{local:%Y-%m-%d} {clock}"
    return f"{local:%m-%d} {clock}" if width >= 14 else clock


def brief(moment: datetime, context: RenderContext, *, with_date: bool) -> str:
    """Local time to the minute, with month and day where `with_date`."""
    local = moment.astimezone(context.zone)
    clock = _clock(local, "%I:%M", context)
    return f"{local:%m-%d} {clock}" if with_date else clock


def wall_clock(local: datetime, context: RenderContext) -> str:
    """Hour and minute of a time that is already local: `14:30`, or `02:30p`."""
    return _clock(local, "%I:%M", context)


def clock_time(moment: datetime, context: RenderContext) -> str:
    """A time of day, preceded by the date if it is not today's; in minutes where the line is slow."""
    local = moment.astimezone(context.zone)
    is_today = local.date() == context.now.astimezone(context.zone).date()
    clock = _clock(local, "%I:%M" if context.is_slow else "%I:%M:%S", context)
    return clock if is_today else f"{local:%m-%d} {clock}"


def _clock(local: datetime, form: str, context: RenderContext) -> str:
    if not context.is_12_hours:
        return local.strftime(form.replace("%I", "%H"))
    return local.strftime(form) + ("a" if local.hour < 12 else "p")  # %p is empty in many locales


def window(what: Window, context: RenderContext) -> str:
    """A window in one line; the second date is left out where it equals the first."""
    start, end = what.start.astimezone(context.zone), what.end.astimezone(context.zone)
    same_day = start.date() == end.date()
    return f"{stamp(start, context, 14)}{context.glyphs.dash}{stamp(end, context, 8 if same_day else 14)}"


def zone_name(context: RenderContext) -> str:
    """The zone with its offset from UTC: `CET (UTC+1)`."""
    local = context.now.astimezone(context.zone)
    offset = local.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    distance = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    name = local.tzname() or distance
    return distance if name == distance or name[0] in "+-" or name.startswith("UTC") else f"{name} ({distance})"


def size(byte_count: int) -> str:
    """A number of bytes in decimal units: `412.0 GB`."""
    return humanize.naturalsize(byte_count, format="%.1f").replace(" Bytes", " B").replace(" Byte", " B")


def bits(per_second: float) -> str:
    """Bits per second in at least two digits, so that it seldom changes: `500 kb/s`, `1.2 Mb/s`, `24 Mb/s`."""
    unit = "b/s"
    for unit in ("b/s", "kb/s", "Mb/s", "Gb/s"):
        if per_second < 999.5 or unit == "Gb/s":
            break
        per_second /= 1000
    number = f"{per_second:.1f}".removesuffix(".0") if per_second < 9.95 else f"{per_second:.0f}"
    return f"{number} {unit}"


def speed(times_real: float, context: RenderContext) -> str:
    """Seconds of footage per wall-clock second: `38.2x`; blank where nothing has arrived yet."""
    if times_real <= 0:
        return ""
    return f"{times_real:.1f}{context.glyphs.times}" if times_real < 100 else f"{times_real:.0f}{context.glyphs.times}"


def percent(share: float) -> str:
    """A share from 0 to 1 as three digits and a sign; 100 only where it is complete."""
    return f"{100 if share >= 1 else min(99, int(share * 100)):3d}%"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 fill`, `3 fills`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def without_fill(row: GapRow) -> str:
    """The number of attempts on a gap of which the journal has no fill."""
    if not row.gap.fill_attempts:
        return "not tried yet"
    return f"{count(row.gap.fill_attempts, 'attempt')}, not by anr-tui"
