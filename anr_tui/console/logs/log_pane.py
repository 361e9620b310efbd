"""The pane with the log of a fill: the last lines of a growing file, followed until the person scrolls up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from textual import work
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from anr_tui.console.dialogs.search_dialog import SearchDialog
from anr_tui.console.drawing.format import size
from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, Tone, strip_of, width_of
from anr_tui.console.keys.actions import LOG_KEYS, MOVES, SIDEWAYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.logs.log_buffer import LINES_KEPT, LogBuffer
from anr_tui.console.logs.log_files import Batch, LogTail, MergedLog

SIDE_STEP = 20


class LogPane(KeyHandlers, ScrollView, can_focus=True):
    """Shows the end of a file, and follows it while its last line is visible."""

    KEYS = (*MOVES, *SIDEWAYS, *LOG_KEYS)
    BINDINGS = bindings(KEYS)
    COMPONENT_CLASSES = {"log--found"}

    @dataclass
    class FollowChanged(Message):
        """Posted when following began or paused."""

        is_following: bool

    @dataclass
    class MessageShown(Message):
        """Posted to show a message on the status line."""

        message: StatusMessage

    @dataclass
    class MergeToggled(Message):
        """Posted to switch between the logs of all running fills as one and the log of one fill."""

    @dataclass
    class PagerRequested(Message):
        """Posted to show the whole log in the operator's pager."""

    def __init__(self, *, place: str) -> None:
        super().__init__(id=place)
        self._log: LogTail | MergedLog | None = None
        self._lines = LogBuffer()
        self._words = ""
        self._found: int | None = None
        self._is_following = True
        self._if_empty = ""
        self._trouble = ""
        self._above_bytes = 0
        self._reading = asyncio.Lock()

    @property
    def path(self) -> Path | None:
        """The file that is shown; None where there is none or several."""
        return self._log.path if self._log else None

    @property
    def is_following(self) -> bool:
        """Whether the pane scrolls to each new line."""
        return self._is_following

    @property
    def is_in_view(self) -> bool:
        """Whether the pane is on the screen; where it is not, nothing need be read."""
        return self.is_mounted and self.is_on_screen

    @property
    def modes(self) -> str:
        """The options that change what is shown, in words."""
        names = {"warnings only": self._lines.only_warnings, "wrapped": self._lines.wrap_width > 0}
        return ", ".join(name for name, is_on in names.items() if is_on)

    def show_merged(self, log: MergedLog, if_empty: str) -> None:
        """Show the merged logs of several fills from now on, and follow them; `if_empty` stands for no lines."""
        self._if_empty = if_empty
        self._log = log
        self._begin()

    def show_file(self, path: Path | None, if_empty: str) -> None:
        """Show this file from now on, and follow it; the same file again changes nothing."""
        self._if_empty = if_empty
        if path == self.path and not isinstance(self._log, MergedLog):
            return
        self._log = LogTail(path) if path else None
        self._begin()

    def _begin(self) -> None:
        self._trouble = ""
        self._clear()
        self._set_following(True)
        if self.is_in_view:
            self._resize_contents()
            self.refresh()

    async def read_more(self) -> None:
        """Read what the file grew by, in a thread, and show it."""
        async with self._reading:
            file = self._log
            if file is None:
                return
            batch = await asyncio.to_thread(file.read_more)
            if file is self._log:
                self._take(batch)

    @work(exit_on_error=False)
    async def read_soon(self) -> None:
        """Read now instead of in the next round, if the pane is visible."""
        if self.is_in_view:
            await self.read_more()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        at = int(self.scroll_offset.y) + y
        if not self._lines.rows:
            words = f" {clean(self._trouble) or self._nothing}" if y == 0 else ""
            return strip_of(self, (Span(words, Tone.WARN if self._trouble else Tone.DIM),), width)
        if at >= self._count:
            return Strip.blank(width, self.rich_style)
        if at < self._head:
            return strip_of(self, (Span(f" {self._above}", Tone.DIM),), width)
        row = at - self._head
        spans = (Span(" "), Span(self._lines.rows[row], self._lines.tones[row]))
        under = self.get_component_rich_style("log--found", partial=True) if row == self._found else None
        left = int(self.scroll_offset.x)
        return strip_of(self, spans, max(width_of(spans), left + width), under).crop(left, left + width)

    @handles("log.search")
    def _open_search(self) -> None:
        self.app.push_screen(SearchDialog(self._words, "Search the log"), self._search)

    @handles("log.next")
    def _go_to_next(self) -> None:
        self._go_to_found(1)

    @handles("log.previous")
    def _go_to_previous(self) -> None:
        self._go_to_found(-1)

    @handles("log.warnings")
    def _toggle_warnings(self) -> None:
        self._reshape(only_warnings=not self._lines.only_warnings)

    @handles("log.wrap")
    def _toggle_wrap(self) -> None:
        self._reshape(is_wrapped=not self._lines.wrap_width)

    @handles("log.merge")
    def _toggle_merged(self) -> None:
        self.post_message(self.MergeToggled())

    @handles("log.page")
    def _request_pager(self) -> None:
        self.post_message(self.PagerRequested())

    @handles("move.left")
    def _move_left(self) -> None:
        self._scroll_sideways(-SIDE_STEP)

    @handles("move.right")
    def _move_right(self) -> None:
        self._scroll_sideways(SIDE_STEP)

    @handles("move.down")
    def _move_down(self) -> None:
        self._scroll_to_row(self._top + 1)

    @handles("move.up")
    def _move_up(self) -> None:
        self._scroll_to_row(self._top - 1)

    @handles("move.page_down")
    def _move_page_down(self) -> None:
        self._scroll_to_row(self._top + max(1, self.size.height - 1))

    @handles("move.page_up")
    def _move_page_up(self) -> None:
        self._scroll_to_row(self._top - max(1, self.size.height - 1))

    @handles("move.first")
    def _move_to_first(self) -> None:
        self._scroll_to_row(0)

    @handles("move.last")
    def _move_to_last(self) -> None:
        self._scroll_to_row(self._bottom)

    def _scroll_sideways(self, cells: int) -> None:
        self.scroll_to(x=max(0, self.scroll_offset.x + cells), animate=False, immediate=True, force=True)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=min(max(0, row), self._bottom), animate=False, immediate=True, force=True)

    @property
    def _top(self) -> int:
        return int(self.scroll_offset.y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._set_following(round(new_value) >= self._bottom)

    def on_show(self) -> None:
        self._resize_contents()
        self._keep_following()
        self.read_soon()

    def on_resize(self) -> None:
        if self._lines.wrap_width:
            self._reshape()
        self._resize_contents()
        self._keep_following()

    @property
    def _bottom(self) -> int:
        return max(0, self._count - self.size.height)

    @property
    def _head(self) -> int:
        """The number of rows above the log's own: one where its beginning is not kept."""
        return 1 if self._above_bytes else 0

    @property
    def _count(self) -> int:
        return len(self._lines.rows) + self._head

    @property
    def _above(self) -> str:
        return clean(f"{size(self._above_bytes)} before this are left out; all of it is in {self.path}")

    @property
    def _nothing(self) -> str:
        return "no warnings" if self._lines.lines and self._lines.only_warnings else self._if_empty

    def _clear(self) -> None:
        self._lines.clear()
        self._above_bytes = 0
        self._found = None

    @handles("log.pause")
    def _hold_or_follow(self) -> None:
        self._set_following(not self._is_following)
        self._keep_following()

    def _search(self, words: str | None) -> None:
        if words:
            self._words, self._found = words, None
            self._go_to_found(-1)

    def _go_to_found(self, step: int) -> None:
        """Go to the next match in this direction, from the last match, or else from the end of the visible rows."""
        if not self._words:
            return self._open_search()
        last = len(self._lines.rows) - 1
        here = (
            min(last, int(self.scroll_offset.y) + self.size.height - self._head) if self._found is None else self._found
        )
        row = self._lines.find(self._words, here, step) if last >= 0 else None
        if row is None:
            self.post_message(self.MessageShown(StatusMessage(f"No line here has {self._words!r}.", Tone.WARN)))
            return None
        self._found = row
        self._set_following(False)
        self.scroll_to(y=max(0, row - self.size.height // 2), animate=False, immediate=True, force=True)
        self.refresh()
        return None

    @handles("log.copy")
    def _copy(self) -> None:
        rows = self._lines.rows
        at = self._found if self._found is not None else int(self.scroll_offset.y) + self.size.height - 1 - self._head
        if not rows:
            return
        text = rows[max(0, min(at, len(rows) - 1))]
        self.app.copy_to_clipboard(text)
        self.post_message(self.MessageShown(StatusMessage(f"sent to the terminal's clipboard: {text}", Tone.OK)))

    def _reshape(self, *, only_warnings: bool | None = None, is_wrapped: bool | None = None) -> None:
        lines = self._lines
        wrapped = bool(lines.wrap_width) if is_wrapped is None else is_wrapped
        self._found = None
        lines.reshape(
            only_warnings=lines.only_warnings if only_warnings is None else only_warnings,
            wrap_width=max(20, self.size.width - 2) if wrapped else 0,
        )
        following = self._is_following
        self._resize_contents()
        self._is_following = following
        self._keep_following()
        self.refresh()
        self.post_message(self.FollowChanged(following))

    def _take(self, batch: Batch) -> None:
        if batch.is_fresh:
            self._clear()
        if batch.trouble != self._trouble:
            self._trouble = batch.trouble
            self.refresh()
        if not batch.lines and not batch.is_fresh:
            return
        before, rows, following = self._count, len(self._lines.rows), self._is_following
        self._above_bytes += batch.skipped_bytes + self._bytes_that_go(batch.lines)
        gone = self._lines.add(clean(text) for text in batch.lines[-LINES_KEPT:])
        if self._found is not None:
            self._found = self._found - gone if self._found >= gone else None
        dropped = before - rows + len(self._lines.rows) + gone - self._count
        self._resize_contents()
        self._is_following = following
        if following:
            self._keep_following()
        elif dropped:
            self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False, immediate=True, force=True)
        if dropped or batch.is_fresh or not before:
            self.refresh()
        else:
            self.refresh(Region(0, before - int(self.scroll_offset.y), self.size.width, self._count - before))

    def _bytes_that_go(self, lines: Sequence[str]) -> int:
        """The number of bytes of old and new lines that will not be kept, at about a byte a character."""
        kept = self._lines.lines
        too_many = max(0, len(kept) + len(lines) - LINES_KEPT)
        return sum(len(text) + 1 for text in islice(chain(kept, lines), too_many))

    def _keep_following(self) -> None:
        if self._is_following:
            self.scroll_to(y=self._bottom, animate=False, immediate=True, force=True)

    def _resize_contents(self) -> None:
        self.virtual_size = Size(max(self.size.width, self._lines.widest + 2), max(self._count, 1))

    def _set_following(self, is_following: bool) -> None:
        if is_following != self._is_following:
            self._is_following = is_following
            self.post_message(self.FollowChanged(is_following))
