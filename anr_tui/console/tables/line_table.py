"""A table on Textual's line API: any number of rows, of which only the visible ones are ever formatted.

Rows are values with a key. New rows keep the chosen row and the scroll position by key, and only cells that differ from
the screen are painted.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from operator import indexOf
from typing import Any, Generic

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, changed_span, fitted, strip_of
from anr_tui.console.keys.actions import MOVES, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.tables.columns import Column, PlacedColumn, RowT, Sorting, title_at
from anr_tui.console.tables.line_cache import LineCache

HEADER_LINES = 1


@dataclass
class _TableMessage(Message):
    """The base of the messages that a table posts."""

    table: "LineTable[Any]"

    @property
    def control(self) -> "LineTable[Any]":
        return self.table


class LineTable(KeyHandlers, ScrollView, Generic[RowT], can_focus=True):
    """Rows in columns, with a fixed header and a cursor row."""

    KEYS = MOVES
    BINDINGS = bindings(MOVES)
    COMPONENT_CLASSES = {"table--cursor", "table--cursor-focused"}

    @dataclass
    class RowChosen(_TableMessage):
        """Posted when the person moved the cursor to another row, or clicked it."""

        key: Hashable

    @dataclass
    class RowOpened(_TableMessage):
        """Posted when the person double-clicked a row, or clicked the chosen one."""

        key: Hashable

    @dataclass
    class HeadClicked(_TableMessage):
        """Posted when the person clicked a column's title."""

        title: str

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        key_of: Callable[[RowT], Hashable],
        context: RenderContext,
        *,
        if_empty: str,
        place: str,
    ) -> None:
        super().__init__(id=place)
        self.lines = LineCache(columns, context)
        self.key_of = key_of
        self._if_empty = if_empty
        self._picked: Collection[Hashable] = ()
        self._sorting: Sorting | None = None
        self._got_focus = self._opens = False
        self._rows: Sequence[RowT] = ()
        self._cursor = 0
        self._painted: dict[int, Spans] = {}

    @property
    def row(self) -> RowT | None:
        """The chosen row; None where the table is empty."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def rows(self) -> Sequence[RowT]:
        """All rows, in the order in which they are shown."""
        return self._rows

    @property
    def cursor(self) -> int:
        """The number of the chosen row, from 0."""
        return self._cursor

    def set_rows(
        self, rows: Sequence[RowT], context: RenderContext, *, stay_on_top: bool = False, stay_at_end: bool = False
    ) -> None:
        """Show these rows; the chosen row and the scroll position are kept by the keys of the rows.

        `stay_on_top` keeps the first row chosen, whichever it is; `stay_at_end` keeps the last one chosen, unless a
        person has chosen another.
        """
        before, before_cursor, anchor = self._rows, self._cursor, self._anchor()
        self._rows = rows
        self.lines.set_context(context)
        if stay_on_top:
            self._cursor = 0
        elif stay_at_end and before_cursor >= len(before) - 1:
            self._cursor = len(rows) - 1
        elif before:
            self._cursor = self._place_of(before[before_cursor], before_cursor)
        self._cursor = max(0, min(self._cursor, len(rows) - 1))
        if len(rows) != len(before):
            self._resize_contents()
        self._hold(before, before_cursor, anchor)
        self._repaint_changed()

    @property
    def titles(self) -> list[str]:
        """The titles of the columns for which there is room."""
        return [each.column.title for each in self._placed]

    def set_signs(self, picked: Collection[Hashable], sorting: Sorting | None, if_empty: str) -> None:
        """Set what accompanies the next rows: the keys of marked rows, the order, and the text for an empty table."""
        self._picked, self._sorting, self._if_empty = picked, sorting, if_empty

    def choose(self, key: Hashable) -> bool:
        """Move the cursor to the row with this key, without a message; False where there is no such row."""
        at = self._index_of(key, self._cursor)
        if at >= len(self._rows) or self.key_of(self._rows[at]) != key:
            return False
        self._move_to(at, notify=False)
        return True

    def find(self, words: str) -> bool:
        """Move the cursor to the next row with these words in any case, after the last row to the first one.

        False where none does.
        """
        count, wanted = len(self._rows), words.casefold()
        for step in range(1, count + 1):
            at = (self._cursor + step) % count
            if wanted in self.lines.text(self._rows[at]).casefold():
                self._move_to(at)
                return True
        return False

    def go_to(self, key: Hashable) -> None:
        """Move the cursor to the row with this key, with the message of a person's move."""
        self._move_to(self._index_of(key, self._cursor))

    @handles("move.down")
    def move_down(self) -> None:
        """Choose the next row."""
        self._move_to(self._cursor + 1)

    @handles("move.up")
    def move_up(self) -> None:
        """Choose the previous row."""
        self._move_to(self._cursor - 1)

    @handles("move.page_down")
    def _move_page_down(self) -> None:
        self._move_to(self._cursor + max(1, self._page - 1))

    @handles("move.page_up")
    def _move_page_up(self) -> None:
        self._move_to(self._cursor - max(1, self._page - 1))

    @handles("move.first")
    def _move_to_first(self) -> None:
        self._move_to(0)

    @handles("move.last")
    def _move_to_last(self) -> None:
        self._move_to(len(self._rows) - 1)

    def render_line(self, y: int) -> Strip:
        width = self._width
        spans = self._line(y)
        self._painted[y] = spans
        return strip_of(self, spans, width, self._under(y))

    def on_click(self, event: events.Click) -> None:
        where = event.get_content_offset_capture(self)
        at, title = self._row_at(where.y), title_at(self._placed, where.x - 1)
        if where.y < HEADER_LINES and title is not None:
            event.stop()
            self.post_message(self.HeadClicked(self, title))
        if at is None:
            return
        event.stop()
        is_open = at == self._cursor and (self._opens or event.chain == 2)
        self._move_to(at)
        if is_open:
            self.post_message(self.RowOpened(self, self.key_of(self._rows[at])))

    def on_mouse_down(self) -> None:
        # The click that gives the table the focus does nothing else.
        self._opens = not self._got_focus

    def on_resize(self) -> None:
        self._painted.clear()
        self._resize_contents()
        self._scroll_into_view()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Do nothing: no rule of the stylesheet depends on a table's focus, so its styles stay as they are."""

    def on_focus(self) -> None:
        self._got_focus = True
        # If a click gave the table the focus, its mouse event is already queued, before this call.
        self.call_later(self._forget_focus)
        self._repaint_row(self._cursor)

    def on_blur(self) -> None:
        self._repaint_row(self._cursor)

    def _forget_focus(self) -> None:
        self._got_focus = False

    @property
    def _width(self) -> int:
        """The number of cells beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _page(self) -> int:
        return max(0, self.size.height - HEADER_LINES)

    @property
    def _placed(self) -> list[PlacedColumn[RowT]]:
        return self.lines.placed(self._width)

    def _top(self) -> int:
        return int(self.scroll_offset.y)

    def _row_at(self, y: int) -> int | None:
        at = self._top() + y - HEADER_LINES
        return at if y >= HEADER_LINES and 0 <= at < len(self._rows) else None

    def _line(self, y: int) -> Spans:
        glyphs, width = self.lines.context.glyphs, self._width
        if y < HEADER_LINES:
            return self.lines.titles(width, self._sorting)
        at = self._row_at(y)
        if at is None:
            words = f" {self._if_empty}" if not self._rows and y == HEADER_LINES else ""
            return fitted((Span(words, Tone.DIM),), width, glyphs)
        row, tone = self._rows[at], Tone.ACCENT if self.has_focus else Tone.DIM
        is_picked = bool(self._picked) and self.key_of(row) in self._picked
        if at == self._cursor:
            marker = Span(glyphs.picked_here if is_picked else glyphs.marker, tone)
        else:
            marker = Span(glyphs.picked, Tone.WARN) if is_picked else Span(" ")
        return self.lines.row(row, marker, width)

    def _under(self, y: int) -> Style | None:
        if not self._rows or self._row_at(y) != self._cursor:
            return None
        name = "table--cursor-focused" if self.has_focus else "table--cursor"
        return self.get_component_rich_style(name, partial=True)

    def _index_of(self, key: Hashable, likely: int) -> int:
        """The number of the row with this key, or else `likely`; rows near `likely` are tried first."""
        near = self._near(key, likely)
        return near if near is not None else _first(map(self.key_of, self._rows), key, likely)

    def _place_of(self, row: RowT, likely: int) -> int:
        """The number of a row that was shown before, or else `likely`; objects are found faster than keys."""
        near = self._near(self.key_of(row), likely)
        if near is not None:
            return near
        at = _first(map(id, self._rows), id(row), -1)
        return at if at >= 0 else self._index_of(self.key_of(row), likely)

    def _near(self, key: Hashable, likely: int) -> int | None:
        places = range(max(0, likely - 2), min(len(self._rows), likely + 3))
        return next((at for at in places if self.key_of(self._rows[at]) == key), None)

    def _anchor(self) -> int:
        """The number of the row that must not move on the screen: the chosen row if visible, else the topmost one."""
        top = self._top()
        return self._cursor if top <= self._cursor < top + self._page else top

    def _hold(self, before: Sequence[RowT], before_cursor: int, anchor: int) -> None:
        """Scroll so that the anchor row keeps its place; at the very top, new rows may push it down."""
        if not self._page:
            return
        if before and anchor < len(before) and self._top() > 0:
            now_at = self._cursor if anchor == before_cursor else self._place_of(before[anchor], anchor)
            if now_at != anchor:
                self.scroll_to(y=max(0, self._top() + now_at - anchor), animate=False, immediate=True, force=True)
        if anchor == before_cursor:
            self._scroll_into_view()

    def _resize_contents(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + HEADER_LINES)

    def _move_to(self, at: int, *, notify: bool = True) -> None:
        at = max(0, min(at, len(self._rows) - 1))
        if not self._rows:
            return
        before, self._cursor = self._cursor, at
        self._repaint_row(before)
        self._repaint_row(at)
        self._scroll_into_view()
        if notify:
            self.post_message(self.RowChosen(self, self.key_of(self._rows[at])))

    def _scroll_into_view(self) -> None:
        top = self._top()
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True, force=True)
        elif self._page and self._cursor >= top + self._page:
            self.scroll_to(y=self._cursor - self._page + 1, animate=False, immediate=True, force=True)

    def _repaint_row(self, at: int) -> None:
        self.refresh(Region(0, at - self._top() + HEADER_LINES, self.size.width, 1))

    def _repaint_changed(self) -> None:
        """Compare the painted lines with the present ones, and repaint the cells that differ."""
        for y in range(self.size.height):
            painted = self._painted.get(y)
            # Not known since a resize: the compositor may show the line without asking for it again.
            span = changed_span(painted, self._line(y)) if painted is not None else (0, self.size.width)
            if span is not None:
                self.refresh(Region(span[0], y, span[1], 1))


def _first(items: Iterable[object], wanted: object, otherwise: int) -> int:
    """The number of the first item that equals `wanted`, or else `otherwise`. Takes milliseconds for 100,000 items."""
    try:
        return indexOf(items, wanted)
    except ValueError:
        return otherwise
