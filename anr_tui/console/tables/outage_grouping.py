"""Gaps that began together as one row that opens into its gaps: whether that is on, and which rows are open."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual.widget import Widget

from anr_tui.console.drawing.format import RenderContext, window
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled
from anr_tui.console.tables.camera_and_gap_columns import GAP_COLUMNS
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.table_state import AT_ONCE_ROWS
from anr_tui.view.snapshot.outages import InsideRow, OutageRow, gathered
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.sort import Order

GATHERING = "gathering"
"""The group of Textual workers in which rows are gathered."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The gaps to gather, the opened outages, and the order."""

    source: Sequence[GapRow]
    opened: frozenset[str]
    is_oldest_first: bool

    def is_same(self, other: "_Wanted | None") -> bool:
        """Whether the result would be the same, decided without comparing 100,000 rows."""
        return other is not None and (self.source is other.source and self._how == other._how)

    @property
    def _how(self) -> tuple[frozenset[str], bool]:
        return self.opened, self.is_oldest_first


class OutageGrouping:
    """Tracks whether gaps are shown as outages, and which outages are open."""

    def __init__(self, owner: Widget, when_ready: Callable[[], None]) -> None:
        """`owner` is the widget whose Textual worker gathers many rows; `when_ready` is called when the rows change."""
        self.is_on = False
        self._owner = owner
        self._when_ready = when_ready
        self._opened: frozenset[str] = frozenset()
        self._wanted: _Wanted | None = None
        self._done: _Wanted | None = None
        self._rows: Sequence[GapRow] = ()
        self._is_busy = False

    def toggle(self) -> None:
        """Switch between outages and single gaps."""
        self.is_on = not self.is_on
        self._done = None
        self._when_ready()

    def turn(self, row: GapRow | None, *, is_open: bool | None = None) -> bool:
        """Open or close an outage, or for None toggle it; False where the row is not an outage."""
        if not isinstance(row, OutageRow):
            return False
        wish = not row.is_open if is_open is None else is_open
        self._opened = self._opened | {row.id} if wish else self._opened - {row.id}
        self._when_ready()
        return True

    def open_around(self, gap_id: str) -> None:
        """Open the outage that contains this gap, if one is shown."""
        for row in self._rows if self.is_on else ():
            if isinstance(row, OutageRow) and not row.is_open and any(gap.id == gap_id for gap in row.outage.gaps):
                self.turn(row, is_open=True)
                return

    def rows(self, source: Sequence[GapRow], order: Order[GapRow]) -> Sequence[GapRow]:
        """The rows to show for `source`: outages where they are on and the order is by start, else the gaps.

        While many rows are being gathered, these are the rows of the last time.
        """
        if not self.is_on or order.by not in ("", "start"):
            return source
        self._wanted = wanted = _Wanted(source, self._opened, order.by == "start" and not order.is_down)
        if wanted.is_same(self._done):
            return self._rows
        if len(source) <= AT_ONCE_ROWS:
            self._rows, self._done = _gather(wanted), wanted
        elif not self._is_busy:
            self._is_busy = True
            self._owner.run_worker(self._gather_aside(), group=GATHERING, exit_on_error=False)
        return self._rows if self._done else source

    async def _gather_aside(self) -> None:
        """Gather rows in a thread, one list after another, until the newest is done."""
        try:
            while self._wanted and not self._wanted.is_same(self._done):
                wanted = self._wanted
                self._rows = await asyncio.to_thread(_gather, wanted)
                self._done = wanted
        finally:
            self._is_busy = False
        self._when_ready()


def _gather(wanted: _Wanted) -> list[GapRow]:
    return gathered(wanted.source, wanted.opened, is_oldest_first=wanted.is_oldest_first)


def outage_name(row: OutageRow, context: RenderContext) -> str:
    """An outage in words: the number of cameras, and the window."""
    return f"{row.camera_name} {window(row.window, context)}"


def outage_words(row: OutageRow) -> str:
    """The numbers of filled and filling gaps of an outage, in words."""
    gaps = row.outage.gaps
    filling = sum(gap.is_filling for gap in gaps)
    return f"{len(gaps) - row.outage.missing} of {len(gaps)} filled" + (f", {filling} filling" if filling else "")


def _camera(row: GapRow, context: RenderContext, plain: Spans) -> Spans:
    if isinstance(row, OutageRow):
        return (Span("- " if row.is_open else "+ ", Tone.ACCENT), *plain)
    return (Span("  "), *plain) if isinstance(row, InsideRow) else plain


def _state(row: GapRow) -> Spans:
    if row.is_filling:
        return styled("filling", Tone.BUSY)
    return styled("missing", Tone.WARN) if row.is_missing else styled("filled", Tone.OK)


def gap_columns(columns: Sequence[Column[GapRow]] = GAP_COLUMNS) -> tuple[Column[GapRow], ...]:
    """The columns of gaps, extended so that they can also show an outage."""
    return tuple(replace(column, cell=_cell(column)) for column in columns)


def _cell(column: Column[GapRow]) -> Callable[[GapRow, RenderContext, int], Spans]:
    def cell(row: GapRow, context: RenderContext, width: int) -> Spans:
        if column.title == "camera":
            return _camera(row, context, column.cell(row, context, width))
        if not isinstance(row, OutageRow):
            return column.cell(row, context, width)
        own: dict[str, Any] = {"state": _state(row), "tries": (), "progress, outcome": styled(outage_words(row))}
        return own[column.title] if column.title in own else column.cell(row, context, width)

    return cell
