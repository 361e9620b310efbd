"""Times, spans and sizes as people read them: short, of steady width, and coarse where they would tick."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

import humanize

from anr_tui.console.glyphs import Glyphs
from anr_tui.view.snapshot import GapRow
from anr_tui.windows import Window

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Look:
    """What formatting needs besides the value: the moment it is shown, the zone, and the signs."""

    now: datetime
    zone: tzinfo
    glyphs: Glyphs


def span(seconds: float) -> str:
    """A length in its two largest units: `42s`, `4m 10s`, `2h 05m`, `3d 04h`."""
    whole = max(0, round(seconds))
    for size, unit, below, below_unit in ((_DAY_S, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size}{unit} {rest:02}{below_unit}" if rest else f"{whole // size}{unit}"
    return f"{whole}s"


def age(seconds: float) -> str:
    """How long ago, coarse enough not to tick: `<1m`, `12m`, `5h`, `9d`."""
    if seconds < 60:
        return "<1m"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 2 * _DAY_S:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // _DAY_S)}d"


def countdown(seconds: float) -> str:
    """How long until, coarse: whole minutes, the last one in steps of ten seconds, then `now`."""
    if seconds <= 0:
        return "now"
    if seconds > 3600:
        return f"in {span(seconds // 60 * 60)}"
    if seconds > 60:
        return f"in {-int(-seconds // 60)} min"
    return f"within {-int(-seconds // 10) * 10} s"


def silence(seconds: float) -> str:
    """How long nothing was seen: to the second within the first minute, then to the minute."""
    return f"{int(seconds)} s ago" if seconds < 60 else f"{int(seconds // 60)} min ago"


def stamp(moment: datetime, look: Look, width: int = 19) -> str:
    """Local date and time. Below 19 cells the year goes, below 14 the date too."""
    local = moment.astimezone(look.zone)
    if width >= 19:
        return f"{local:%Y-%m-%d %H:%M:%S}"
    return f"{local:%m-%d %H:%M:%S}" if width >= 14 else f"{local:%H:%M:%S}"


def window(what: Window, look: Look) -> str:
    """A window in one line, the second date only where it differs."""
    start, end = what.start.astimezone(look.zone), what.end.astimezone(look.zone)
    same_day = start.date() == end.date()
    return f"{stamp(start, look, 14)}{look.glyphs.dash}{stamp(end, look, 8 if same_day else 14)}"


def zone_name(look: Look) -> str:
    """The zone with its distance from UTC: `CET (UTC+1)`."""
    local = look.now.astimezone(look.zone)
    offset = local.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    distance = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    name = local.tzname() or distance
    return distance if name == distance or name[0] in "+-" or name.startswith("UTC") else f"{name} ({distance})"


def size(byte_count: int) -> str:
    """Bytes in decimal units: `412.0 GB`."""
    return humanize.naturalsize(byte_count, format="%.1f").replace(" Bytes", " B").replace(" Byte", " B")


def speed(times_real: float, look: Look) -> str:
    """Media seconds per wall-clock second: `38.2x`; blank where nothing came yet."""
    if times_real <= 0:
        return ""
    return f"{times_real:.1f}{look.glyphs.times}" if times_real < 100 else f"{times_real:.0f}{look.glyphs.times}"


def percent(share: float) -> str:
    """A share of 0 to 1 in three digits and a sign; 100 only when it is all there."""
    return f"{100 if share >= 1 else min(99, int(share * 100)):3d}%"


def count(number: int, one: str, many: str = "") -> str:
    """`1 fill`, `3 fills`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def without_fill(row: GapRow) -> str:
    """What is known of a gap's past where our journal knows no fill of it."""
    if not row.gap.fill_attempts:
        return "not tried yet"
    return f"{count(row.gap.fill_attempts, 'attempt')}, not by anr-tui"
