"""The coverage strip of a camera: a span of time in equal cells, each with a mark for its footage."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.view.snapshot.snapshot import GapRow


class Mark(StrEnum):
    """The meaning of one cell of a coverage strip."""

    UNKNOWN = "unknown"
    RECORDED = "recorded"
    FILLED = "filled"
    ABSENT = "not there"
    MISSING = "missing"
    FILLING = "filling"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A cell shows the most urgent mark inside it: an outage of ten seconds must be visible in a cell of half an hour.
_URGENCY = {mark: urgency for urgency, mark in enumerate(Mark)}


def gap_mark(row: GapRow) -> Mark:
    """The mark of the cells in which a gap lies."""
    if row.is_filling:
        return Mark.FILLING
    if not row.is_missing:
        return Mark.FILLED
    if row.fill is not None and row.fill.outcome is Outcome.NO_FOOTAGE:
        return Mark.ABSENT
    return Mark.MISSING


def span_of(length: timedelta, cells: int, now: datetime) -> Window:
    """The span of `cells` equal cells whose last one contains `now`; it moves by whole cells."""
    cell = length // cells
    begun = (now - _EPOCH) // cell
    return Window(_EPOCH + (begun + 1 - cells) * cell, _EPOCH + (begun + 1) * cell)


def strip(
    span: Window,
    cells: int,
    recorded: Iterable[Window],
    gaps: Iterable[GapRow],
    read_at: datetime | None = None,
) -> tuple[Mark, ...]:
    """A mark for each cell, oldest first; `cells` is at least 1.

    `recorded` are the windows, without overlap, that the recorder held at `read_at`. A cell counts as recorded if at
    least half of it is; the last cell, which is not over, if at least half of its time up to `read_at` is. A cell
    without recording and without a gap is unknown.
    """
    marks = [Mark.UNKNOWN] * cells
    cell_s = span.seconds / cells
    for index, held_s in enumerate(_held_s(span, cells, recorded)):
        wanted_s = cell_s
        if index == cells - 1 and read_at is not None:
            wanted_s = min(cell_s, (read_at - span.end).total_seconds() + cell_s)
        if held_s > 0 and held_s * 2 >= wanted_s:
            marks[index] = Mark.RECORDED
    for row in gaps:
        mark = gap_mark(row)
        for index in _touched(span, cells, row.window):
            if _URGENCY[mark] > _URGENCY[marks[index]]:
                marks[index] = mark
    return tuple(marks)


def _held_s(span: Window, cells: int, recorded: Iterable[Window]) -> Sequence[float]:
    cell_s = span.seconds / cells
    held = [0.0] * cells
    for window in recorded:
        start_s = (window.start - span.start).total_seconds()
        end_s = (window.end - span.start).total_seconds()
        for index in _touched(span, cells, window):
            held[index] += min(end_s, (index + 1) * cell_s) - max(start_s, index * cell_s)
    return held


def _touched(span: Window, cells: int, window: Window) -> range:
    """The cells that overlap a window."""
    shared = span.intersection(window)
    if shared is None:
        return range(0)
    scale = cells / span.seconds
    first = math.floor((shared.start - span.start).total_seconds() * scale)
    last = math.ceil((shared.end - span.start).total_seconds() * scale)
    return range(min(first, cells - 1), min(max(last, first + 1), cells))
