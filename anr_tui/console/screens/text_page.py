"""A screen of lines to read: a title, the lines, a status line and the keys."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from textual.app import ComposeResult

from anr_tui.console.dialogs.table_search import TableSearch
from anr_tui.console.drawing.format import RenderContext, zone_name
from anr_tui.console.drawing.key_hints import key_hint_spans
from anr_tui.console.drawing.line_box import Line, LineBox, message_lines
from anr_tui.console.drawing.status_message import UNEXPECTED, StatusMessage
from anr_tui.console.drawing.styled_text import Span, Spans, StyledScreen, Tone, styled
from anr_tui.console.keys.actions import Action
from anr_tui.console.keys.handlers import handles
from anr_tui.console.tables.line_table import LineTable
from anr_tui.domain.errors import AnrError

T = TypeVar("T")

log = logging.getLogger(__name__)


class TextPage(StyledScreen[None]):
    """The layout of such a screen; subclasses read the lines and give them to the table."""

    def __init__(self, table: LineTable[Any], keys: Sequence[Action], context: Callable[[], RenderContext]) -> None:
        super().__init__()
        self.table = table
        self._render_context = context
        self._keys = keys
        self._page_search = TableSearch(table, "Search this page", self.show_message)
        glyphs = context().glyphs
        self.header = LineBox(glyphs, place="header")
        self.status = LineBox(glyphs, place="status")
        self.footer = LineBox(glyphs, place="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.table
        yield self.status
        yield self.footer

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    @property
    def line_width(self) -> int:
        """The number of cells of a line."""
        return max(1, self.table.size.width - 3)

    @handles("page.search")
    def _ask_for_words(self) -> None:
        self._page_search.ask()

    @handles("page.next")
    def _find_next(self) -> None:
        self._page_search.find_next()

    def show(self) -> None:
        """Show everything as it is now."""
        raise NotImplementedError

    def show_message(self, message: StatusMessage) -> None:
        """Show a message on the status line."""
        self.status.set_lines(message_lines(styled(message.text, message.tone), self.size.width, self.status.glyphs))

    def show_title(self, title: Spans) -> None:
        """Show the title with the time zone, and the keys."""
        context = self._render_context()
        self.header.set_lines([Line(title, (*styled(zone_name(context), Tone.DIM), Span(" ")))])
        self.footer.set_lines([Line((Span(" "), *key_hint_spans(self._keys, self.size.width - 1, context.keys)))])

    async def reading(self, read: Awaitable[T], what: str) -> T | None:
        """Await `read`; None where that failed, with a message on the status line. `what` names it in the log."""
        try:
            return await read
        except AnrError as error:
            self.show_message(StatusMessage(str(error), Tone.BAD))
        except Exception:
            log.exception("reading %s failed", what)
            self.show_message(UNEXPECTED)
        return None


class LivePage(TextPage):
    """A page that is read when it opens, and again whenever `follow` is called."""

    def __init__(self, table: LineTable[Any], keys: Sequence[Action], context: Callable[[], RenderContext]) -> None:
        super().__init__(table, keys, context)
        self.news = asyncio.Event()

    def on_mount(self) -> None:
        self.show()
        self.show_message(StatusMessage(""))
        self.follow()
        self.run_worker(self.keep_reading(), exit_on_error=False)

    def follow(self) -> None:
        """Have the page read again, since something on the site has changed."""
        self.news.set()

    async def keep_reading(self) -> None:
        """Read again whenever there is news, until cancelled."""
        raise NotImplementedError
