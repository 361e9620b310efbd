"""The filter, order and marks of one table, and the rows that it shows under them."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import chain
from typing import Generic

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.tables.columns import RowT, Sorting
from anr_tui.console.tables.line_table import LineTable
from anr_tui.console.tables.marks import Marks
from anr_tui.view.tables.filter import parse_filter
from anr_tui.view.tables.sort import Arranged, Order, arrange
from anr_tui.view.tables.table_fields import TableFields

AT_ONCE_ROWS = 2000
"""The most rows that are filtered, sorted or gathered on the event loop; more of them are in a thread."""

_ROWS_AT_ONCE = 2000

ARRANGING = "arranging"
"""The group of Textual workers in which rows are filtered and sorted."""


class TableState(Generic[RowT]):
    """The filter, order and marks that a person chose for one table."""

    def __init__(
        self,
        table: LineTable[RowT],
        fields_in: Callable[[tzinfo], TableFields[RowT]],
        context: RenderContext,
        *,
        if_empty: str,
        when_ready: Callable[[], None],
        gather: Callable[[Sequence[RowT], Order[RowT]], Sequence[RowT]] = lambda rows, _: rows,
    ) -> None:
        """`fields_in` gives the filter fields and sort keys for a zone. `when_ready` is called when the rows change.

        `gather` turns the filtered and sorted rows into those that the table shows.
        """
        self.table = table
        self.marks = Marks()
        self.order: Order[RowT] = Order()
        self._fields_in = fields_in
        self._zone = context.zone
        self.table_fields = fields_in(context.zone)
        self._if_empty = if_empty
        self._when_ready = when_ready
        self._gather = gather
        self._source: Sequence[RowT] = ()
        self._whole: Sequence[RowT] = ()
        self._arranged: Arranged[RowT] = Arranged((), self.order, ())
        self._is_arranging = False
        self._is_gathered = False
        self._picked: tuple[Sequence[RowT], int, list[RowT]] = ((), self.marks.changes, [])

    def show(
        self,
        source: Sequence[RowT],
        context: RenderContext,
        *,
        whole: Sequence[RowT] | None = None,
        stay_on_top: bool = False,
    ) -> None:
        """Show the rows of `source` that match the filter; `whole` are all rows, where `source` is a part of them."""
        if context.zone != self._zone:
            self._zone, self.table_fields = context.zone, self._fields_in(context.zone)
            self.set_filter(self.order.filter.text, notify=False)
            self._arranged = Arranged((), self.order, ())
        self._source = source
        self._arrange()
        rows = self._gather(self._arranged.rows, self._arranged.order)
        is_gathered = rows is not self._arranged.rows
        whole = source if whole is None else whole
        if self.marks.keys and (whole is not self._whole or is_gathered is not self._is_gathered):
            self._forget_gone(whole, rows if is_gathered else ())
        self._whole, self._is_gathered = whole, is_gathered
        self._set_signs()
        self.table.set_rows(rows, context, stay_on_top=stay_on_top)

    # Filter and order.

    def set_filter(self, text: str, *, notify: bool = True) -> None:
        """Set the filter, given as text; `notify` says whether to call `when_ready`."""
        self.order = replace(self.order, filter=parse_filter(text, self.table_fields.filterable))
        if notify:
            self._when_ready()

    def set_only_faults(self, only_faults: bool) -> None:
        """Show only rows that need a person, or all rows."""
        self.order = replace(self.order, only_faults=only_faults)
        self._when_ready()

    def sort_by_next(self) -> None:
        """Sort by the next visible column; after the last one, keep the order of the source."""
        titles = ["", *(title for title in self.table.titles if title in self.table_fields.columns)]
        at = titles.index(self.order.by) if self.order.by in titles else 0
        self._sort(titles[(at + 1) % len(titles)])

    def sort_by(self, title: str) -> None:
        """Sort by this column, or reverse the order where it is sorted by it already."""
        if title == self.order.by:
            self.turn_order()
        elif title in self.table_fields.columns:
            self._sort(title)

    def turn_order(self) -> None:
        """Reverse the order of the rows."""
        by, is_down = (self.order.by, self.order.is_down) if self.order.by else self.table_fields.natural
        self.order = replace(self.order, by=by, is_down=not is_down)
        self._when_ready()

    def go_to_fault(self, step: int) -> bool:
        """Choose the next row that needs a person, or with a `step` of -1 the previous; False where there is none."""
        rows, here = self.table.rows, self.table.cursor
        onwards = chain(range(here + 1, len(rows)), range(min(here + 1, len(rows))))
        back = chain(range(here - 1, -1, -1), range(len(rows) - 1, here - 1, -1))
        fault = next((at for at in (onwards if step > 0 else back) if self.table_fields.needs_somebody(rows[at])), None)
        if fault is not None:
            self.table.go_to(self.table.key_of(rows[fault]))
        return fault is not None

    # Marks.

    @property
    def picked(self) -> list[RowT]:
        """The marked rows that are shown: a command does nothing to rows that a person does not see."""
        rows, keys, key_of = self.table.rows, self.marks.keys, self.table.key_of
        if self._picked[0] is not rows or self._picked[1] != self.marks.changes:
            self._picked = rows, self.marks.changes, [row for row in rows if key_of(row) in keys] if keys else []
        return self._picked[2]

    def mark(self) -> None:
        """Mark the chosen row, or unmark it, and choose the next one."""
        if (row := self.table.row) is not None:
            self.marks.turn(self.table.key_of(row))
            self.table.move_down()
            self._when_ready()

    def extend(self, step: int) -> None:
        """Mark the chosen row and its neighbour, and choose the neighbour."""
        if (row := self.table.row) is not None:
            self.marks.add([self.table.key_of(row)], self.table.key_of(row))
            move = self.table.move_down if step > 0 else self.table.move_up
            move()
            there = self.table.key_of(self.table.rows[self.table.cursor])
            self.marks.add([there], there)
            self._when_ready()

    def mark_range(self) -> None:
        """Mark all rows from the last marked one to the chosen one."""
        if self.table.rows:
            self.marks.add_range(self._shown_keys(), self.table.cursor)
            self._when_ready()

    def mark_all(self) -> None:
        """Mark all shown rows."""
        keys = self._shown_keys()
        self.marks.add(keys, keys[-1] if keys else None)
        self._when_ready()

    def invert(self) -> None:
        """Mark the shown rows that are not marked, and unmark those that are."""
        self.marks.invert(self._shown_keys())
        self._when_ready()

    def drop_marks(self, keys: Sequence[Hashable]) -> None:
        """Unmark the rows with these keys."""
        self.marks.drop(keys)
        self._when_ready()

    def clear(self) -> None:
        """Remove the marks; where there are none, remove the filter."""
        if self.marks.keys:
            self.marks.clear()
        else:
            self.order = replace(self.order, filter=parse_filter("", self.table_fields.filterable), only_faults=False)
        self._when_ready()

    @property
    def is_plain(self) -> bool:
        """Whether there are no marks and no filter to clear."""
        return not (self.marks.keys or self.order.filter or self.order.only_faults)

    # Words for the pane's title.

    @property
    def count_words(self) -> str:
        """The number of shown rows, and of how many where rows are left out."""
        total, leaves_out = len(self._source), self.order.filter or self.order.only_faults
        return f"{len(self._arranged.rows)} of {total}" if leaves_out else str(total)

    @property
    def notes(self) -> str:
        """The filter, an order by a column that is not shown, and the number of marked rows, for the pane's title."""
        notes = [f"/{self.order.filter.text.strip()}"] if self.order.filter else []
        notes += ["faults only"] if self.order.only_faults else []
        if self.order.by and self.order.by not in self.table.titles:
            notes.append(f"by {self.order.by}")
        if self.marks.keys:
            # Where all rows are shown, all marks are: 100,000 rows need not be searched for them.
            is_all = not self._is_gathered and len(self.table.rows) == len(self._whole)
            shown = len(self.marks.keys if is_all else self.picked)
            hidden = len(self.marks.keys) - shown
            notes.append(f"{shown} marked" + (f" (and {hidden} not shown)" if hidden else ""))
        return "".join(f", {note}" for note in notes)

    @property
    def shown_words(self) -> str:
        """Count and notes as one text to be appended to another; "" where all rows are shown and none is marked."""
        return f", {self.count_words} shown{self.notes}" if " of " in self.count_words else self.notes

    def _sort(self, title: str) -> None:
        is_down = self.table_fields.columns[title].is_down_first if title else False
        self.order = replace(self.order, by=title, is_down=is_down)
        self._when_ready()

    def _shown_keys(self) -> list[Hashable]:
        return list(map(self.table.key_of, self.table.rows))

    def _forget_gone(self, whole: Sequence[RowT], gathered: Sequence[RowT]) -> None:
        """Remove the marks of rows that no longer exist, filtered or not; outages are among the `gathered` rows."""
        gone = self._without(set(self.marks.keys), whole)
        if gone:
            self.marks.drop(self._without(gone, gathered))

    def _without(self, keys: set[Hashable], rows: Sequence[RowT]) -> set[Hashable]:
        """The keys that no row has. Marked rows are mostly near the top, so that few rows are read."""
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            if not keys:
                break
            keys = keys.difference(map(self.table.key_of, rows[start : start + _ROWS_AT_ONCE]))
        return keys

    def _set_signs(self) -> None:
        sorting = Sorting(self.order.by, self.order.is_down) if self.order.by else None
        is_all = not (self.order.filter or self.order.only_faults)
        words = self._if_empty if is_all or not self._source else "none match: esc shows all"
        self.table.set_signs(self.marks.keys, sorting, words)

    # Filtering and sorting.

    def _is_current(self) -> bool:
        return self._arranged.source is self._source and self._arranged.order == self.order

    def _arrange(self) -> None:
        if self._is_current():
            return
        if self.order.is_as_it_comes or len(self._source) <= AT_ONCE_ROWS:
            self._arranged = arrange(self._source, self.order, self.table_fields, self._arranged)
        elif not self._is_arranging:
            self._is_arranging = True
            self.table.run_worker(self._arrange_aside(), group=ARRANGING, exit_on_error=False)

    async def _arrange_aside(self) -> None:
        """Sort in a thread, one list after another, until the newest filter and order are done."""
        try:
            while not self._is_current():
                source, order, table_fields = self._source, self.order, self.table_fields
                self._arranged = await asyncio.to_thread(arrange, source, order, table_fields, self._arranged)
        finally:
            self._is_arranging = False
        self._when_ready()
