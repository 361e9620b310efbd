"""The log of one fill: the last lines of a file that grows, followed until a person scrolls up."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from textual import work
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from anr_tui.console.actions import MOVES, SIDEWAYS, bindings
from anr_tui.console.glyphs import Glyphs
from anr_tui.console.ink import INK_CLASSES, Ink, Role, strip_of, width_of
from anr_tui.console.log_file import Batch, LogFile
from anr_tui.console.text import clean
from anr_tui.console.words import size

LINES_KEPT = 5000
SIDE_STEP = 20


class LogPane(ScrollView, can_focus=True):
    """Shows the end of a file; FOLLOW while its last line is in view."""

    BINDINGS = bindings((*MOVES, *SIDEWAYS), "move")
    COMPONENT_CLASSES = INK_CLASSES

    @dataclass
    class FollowChanged(Message):
        """Following began or paused."""

        is_following: bool

    def __init__(self, glyphs: Glyphs, *, place: str) -> None:
        super().__init__(id=place)
        self.glyphs = glyphs
        self._file: LogFile | None = None
        self._ring: deque[str] = deque(maxlen=LINES_KEPT)
        self._widest = 0
        self._is_following = True
        self._if_empty = ""
        self._trouble = ""
        self._above_bytes = 0
        self._reading = asyncio.Lock()

    @property
    def path(self) -> Path | None:
        """The file that is shown."""
        return self._file.path if self._file else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines that are kept."""
        return tuple(self._ring)

    @property
    def is_following(self) -> bool:
        return self._is_following

    def show_file(self, path: Path | None, if_empty: str) -> None:
        """Show this file from now on, followed; the same file again changes nothing."""
        self._if_empty = if_empty
        if path == self.path:
            return
        self._file = LogFile(path) if path else None
        self._trouble = ""
        self._clear()
        self._set_following(True)
        self._resize_contents()
        self.refresh()

    async def read_more(self) -> None:
        """Take in what the file grew by; reading happens off the event loop."""
        async with self._reading:
            file = self._file
            if file is None:
                return
            batch = await asyncio.to_thread(file.read_more)
            if file is self._file:
                self._take(batch)

    @work(exit_on_error=False)
    async def read_soon(self) -> None:
        """Read without waiting for the next turn."""
        await self.read_more()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        at = int(self.scroll_offset.y) + y
        if not self._ring:
            words = f" {clean(self._trouble) or self._if_empty}" if y == 0 else ""
            return strip_of(self, (Ink(words, Role.WARN if self._trouble else Role.DIM),), width, self.glyphs)
        if at >= self._count:
            return Strip.blank(width, self.rich_style)
        if at < self._head:
            return strip_of(self, (Ink(f" {self._above}", Role.DIM),), width, self.glyphs)
        text = self._ring[at - self._head]
        inks = (Ink(" "), Ink(text, _role_of(text)))
        left = int(self.scroll_offset.x)
        return strip_of(self, inks, max(width_of(inks), left + width), self.glyphs).crop(left, left + width)

    def action_move(self, move: str) -> None:
        """Scroll; `move` is the id of one of MOVES or SIDEWAYS."""
        if move in ("move.left", "move.right"):
            step = SIDE_STEP if move == "move.right" else -SIDE_STEP
            self.scroll_to(x=max(0, self.scroll_offset.x + step), animate=False, immediate=True, force=True)
            return
        page = max(1, self.size.height - 1)
        top = int(self.scroll_offset.y)
        targets = {
            "move.down": top + 1,
            "move.up": top - 1,
            "move.page_down": top + page,
            "move.page_up": top - page,
            "move.first": 0,
            "move.last": self._bottom,
        }
        self.scroll_to(y=min(max(0, targets[move]), self._bottom), animate=False, immediate=True, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._set_following(round(new_value) >= self._bottom)

    def on_resize(self) -> None:
        self._resize_contents()
        self._keep_following()

    @property
    def _bottom(self) -> int:
        return max(0, self._count - self.size.height)

    @property
    def _head(self) -> int:
        """The lines above the log's own: one where it has a beginning that is not kept."""
        return 1 if self._above_bytes else 0

    @property
    def _count(self) -> int:
        return len(self._ring) + self._head

    @property
    def _above(self) -> str:
        return clean(f"{size(self._above_bytes)} before this are left out; all of it is in {self.path}")

    def _clear(self) -> None:
        self._ring.clear()
        self._widest = 0
        self._above_bytes = 0

    def _take(self, batch: Batch) -> None:
        if batch.is_fresh:
            self._clear()
        if batch.trouble != self._trouble:
            self._trouble = batch.trouble
            self.refresh()
        if not batch.lines and not batch.is_fresh:
            return
        before, following = self._count, self._is_following
        lines = [clean(text) for text in batch.lines[-LINES_KEPT:]]
        self._above_bytes += batch.skipped_bytes + self._bytes_that_go(batch.lines)
        self._ring.extend(lines)
        dropped = before + len(lines) - self._count
        self._widest = max([self._widest, *map(len, lines)])
        self._resize_contents()
        self._is_following = following
        if following:
            self._keep_following()
        elif dropped:
            self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False, immediate=True, force=True)
        if dropped or batch.is_fresh or not before:
            self.refresh()
        else:
            self.refresh(Region(0, before - int(self.scroll_offset.y), self.size.width, len(lines)))

    def _bytes_that_go(self, lines: Sequence[str]) -> int:
        """How much the ring will not keep, of what it has and of what comes; about a byte a character."""
        too_many = max(0, len(self._ring) + len(lines) - LINES_KEPT)
        return sum(len(text) + 1 for text in islice(chain(self._ring, lines), too_many))

    def _keep_following(self) -> None:
        if self._is_following:
            self.scroll_to(y=self._bottom, animate=False, immediate=True, force=True)

    def _resize_contents(self) -> None:
        self.virtual_size = Size(max(self.size.width, self._widest + 2), max(self._count, 1))

    def _set_following(self, is_following: bool) -> None:
        if is_following != self._is_following:
            self._is_following = is_following
            self.post_message(self.FollowChanged(is_following))


def _role_of(text: str) -> Role:
    """A colour for what reads like trouble; a guess, for the eye only."""
    lowered = text[:200].lower()
    if "error" in lowered or "failed" in lowered or "refused" in lowered:
        return Role.BAD
    return Role.WARN if "warn" in lowered else Role.PLAIN
