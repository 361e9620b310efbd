"""A cache of the formatted lines of a table."""

from collections.abc import Sequence
from typing import Generic

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Span, Spans, fitted
from anr_tui.console.tables.columns import Column, PlacedColumn, RowT, Sorting, fit, for_clock, line, titles

_MOST_KEPT = 1000
_WHOLE_CELLS = 10_000


class LineCache(Generic[RowT]):
    """Formats a table's titles and rows for a width in cells, with a space at each end; each row once per context."""

    def __init__(self, columns: Sequence[Column[RowT]], context: RenderContext) -> None:
        self.context = context
        self._columns = for_clock(columns, context)
        self._width = 0
        self._placed: list[PlacedColumn[RowT]] = []
        self._titles: dict[Sorting | None, Spans] = {}
        # By the identity of the rows, which are kept so that it stays unique: comparing so many values would cost more.
        self._rows: dict[int, tuple[RowT, Spans]] = {}

    def set_context(self, context: RenderContext) -> None:
        """Format lines for this context from now on."""
        if context is not self.context:
            self.context = context
            self.forget()

    def forget(self) -> None:
        """Drop all lines, after something that the columns read besides the rows has changed."""
        self._titles.clear()
        self._rows.clear()

    def placed(self, width: int) -> list[PlacedColumn[RowT]]:
        """The columns that fit into `width` cells; a scroll bar changes the width without an event."""
        if width != self._width:
            self._width, self._placed = width, fit(self._columns, width - 2)
            self.forget()
        return self._placed

    def titles(self, width: int, sorting: Sorting | None) -> Spans:
        """The line of titles, `width` cells wide."""
        placed = self.placed(width)
        if sorting not in self._titles:
            self._titles[sorting] = fitted(
                (Span(" "), *titles(placed, self.context, sorting)), width, self.context.glyphs
            )
        return self._titles[sorting]

    def text(self, row: RowT) -> str:
        """All that the columns say of a row, also where the width cuts it."""
        cells = (column.cell(row, self.context, _WHOLE_CELLS) for column in self._columns)
        return " ".join("".join(part.text for part in cell) for cell in cells)

    def row(self, row: RowT, marker: Span, width: int) -> Spans:
        """The line of a row, `width` cells wide, the first of which is its marker."""
        placed = self.placed(width)
        kept = self._rows.get(id(row))
        if kept is None:
            if len(self._rows) >= _MOST_KEPT:
                self._rows.clear()
            kept = row, fitted(line(placed, row, self.context), width - 1, self.context.glyphs)
            self._rows[id(row)] = kept
        return (marker, *kept[1])
