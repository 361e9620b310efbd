"""What the lines of a table read, kept for as long as they would read the same."""

from collections.abc import Sequence
from typing import Generic

from anr_tui.console.drawing.format import Look
from anr_tui.console.drawing.styled_text import Ink, Inks, fitted
from anr_tui.console.tables.columns import Column, Placed, RowT, Sorting, fit, for_clock, line, titles

_MOST_KEPT = 1000


class DrawnLines(Generic[RowT]):
    """Formats a table's titles and rows for a width, with a blank at either end; each row once under a look."""

    def __init__(self, columns: Sequence[Column[RowT]], look: Look) -> None:
        self.look = look
        self._columns = for_clock(columns, look)
        self._width = 0
        self._placed: list[Placed[RowT]] = []
        self._titles: dict[Sorting | None, Inks] = {}
        # By the identity of rows, which are held so that it stays theirs: to compare so many values is dearer.
        self._rows: dict[int, tuple[RowT, Inks]] = {}

    def set_look(self, look: Look) -> None:
        """Format for this look from now on."""
        if look is not self.look:
            self.look = look
            self.forget()

    def forget(self) -> None:
        """Something else that the columns read has changed."""
        self._titles.clear()
        self._rows.clear()

    def placed(self, width: int) -> list[Placed[RowT]]:
        """The columns that there is room for, which a scroll bar may change without a word."""
        if width != self._width:
            self._width, self._placed = width, fit(self._columns, width - 2)
            self.forget()
        return self._placed

    def titles(self, width: int, sorting: Sorting | None) -> Inks:
        """The line of titles."""
        placed = self.placed(width)
        if sorting not in self._titles:
            self._titles[sorting] = fitted((Ink(" "), *titles(placed, self.look, sorting)), width, self.look.glyphs)
        return self._titles[sorting]

    def row(self, row: RowT, marker: Ink, width: int) -> Inks:
        """A row's line, the one cell of its marker first."""
        placed = self.placed(width)
        kept = self._rows.get(id(row))
        if kept is None:
            if len(self._rows) >= _MOST_KEPT:
                self._rows.clear()
            kept = row, fitted(line(placed, row, self.look), width - 1, self.look.glyphs)
            self._rows[id(row)] = kept
        return (marker, *kept[1])
