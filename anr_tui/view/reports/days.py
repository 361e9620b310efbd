"""Figures of each day of a time zone, which may last 23 or 25 hours: missing and recovered footage. Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from anr_tui.domain.window import Window, merged, shared
from anr_tui.view.snapshot.snapshot import GapRow

Landed = Mapping[str, Sequence[Window]]
"""The windows of landed footage by camera id, ordered and without overlap."""


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of one day of a time zone, in seconds of footage; a second that two gaps share counts once.

    `wanted_s` lies in a gap; of that, `recovered_s` has landed and `missing_s` is still missing; footage that the
    recorder had all along is in neither. `unfilled_s` is the length of the gaps that had ended and were not filled at
    the end of the day.
    """

    date: date
    window: Window
    wanted_s: float = 0.0
    recovered_s: float = 0.0
    missing_s: float = 0.0
    unfilled_s: float = 0.0


def days_until(now: datetime, zone: tzinfo, count: int) -> list[tuple[date, Window]]:
    """The last `count` days of a zone, from midnight to midnight, oldest first; the last one contains `now`."""
    today = now.astimezone(zone).date()
    days = []
    for back in range(count - 1, -1, -1):
        day = today - timedelta(days=back)
        start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        # A zone that moved across the date line has skipped a day.
        if start < end:
            days.append((day, Window(start, end)))
    return days


def day_figures(
    gaps: Iterable[GapRow], landed: Landed, days: Sequence[tuple[date, Window]], now: datetime
) -> list[Day]:
    """The figures of consecutive days, in their order."""
    windows = [window for _, window in days]
    over = Window(windows[0].start, windows[-1].end)
    rows = list(gaps)
    wanted, recovered, missing = ([timedelta()] * len(days) for _ in range(3))
    for camera, own_rows in _by_camera(rows, over).items():
        landed_windows = landed.get(camera, ())
        gap_windows = merged(row.window for row in own_rows)
        missing_windows = merged(row.window for row in own_rows if row.is_missing)
        _spread(gap_windows, windows, wanted)
        _spread(shared(gap_windows, landed_windows), windows, recovered)
        _spread(missing_windows, windows, missing)
        _spread(shared(missing_windows, landed_windows), windows, missing, sign=-1)
    unfilled = _unfilled(rows, windows, now)
    return [
        Day(*day, *(each.total_seconds() for each in figures))
        for day, *figures in zip(days, wanted, recovered, missing, unfilled, strict=True)
    ]


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, even where clocks go forward at midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _by_camera(rows: Iterable[GapRow], over: Window) -> dict[str, list[GapRow]]:
    by_camera: defaultdict[str, list[GapRow]] = defaultdict(list)
    for row in rows:
        if row.window.overlaps(over):
            by_camera[row.gap.camera_id].append(row)
    return by_camera


def _spread(parts: Iterable[Window], days: Sequence[Window], sums: list[timedelta], sign: int = 1) -> None:
    """Add the length of each part to the days in which it lies."""
    starts = [day.start for day in days]
    for part in parts:
        at = max(0, bisect_right(starts, part.start) - 1)
        while at < len(days) and starts[at] < part.end:
            length = min(part.end, days[at].end) - max(part.start, starts[at])
            sums[at] += sign * max(length, timedelta())
            at += 1


def _unfilled(rows: Iterable[GapRow], days: Sequence[Window], now: datetime) -> list[timedelta]:
    """The length of the gaps that had ended and were not filled at the end of each day (`now` for the last)."""
    ends = [min(day.end, now) for day in days]
    changes = [timedelta()] * (len(days) + 1)
    for row in rows:
        length = row.window.end - row.window.start
        filled_at = row.gap.filled_at
        if row.is_missing or filled_at is not None:
            changes[bisect_left(ends, row.window.end)] += length
        if not row.is_missing and filled_at is not None:
            changes[bisect_left(ends, max(filled_at, row.window.end))] -= length
    lengths, total = [], timedelta()
    for change in changes[:-1]:
        total += change
        lengths.append(total)
    return lengths
