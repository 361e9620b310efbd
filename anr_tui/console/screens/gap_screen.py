"""The screen with the details of one gap, read again when the site has news."""

from collections.abc import Callable
from dataclasses import dataclass

from anr_tui.console.commands.selection import Selection
from anr_tui.console.dialogs.question import READ_ONLY, HelpScreen
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import BY_ID, DETAIL_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.screens.gap_lines import LINE_COLUMN, DetailLine, detail_lines, title_spans
from anr_tui.console.screens.text_page import LivePage
from anr_tui.console.tables.line_table import LineTable
from anr_tui.console.tables.row_summary import name_of
from anr_tui.domain.request import RequestKind
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.detail import GapDetail


@dataclass(frozen=True, slots=True)
class GapScreenCallbacks:
    """What the screen of a gap needs from the main one: site, commands on the gap, pictures, export, time zone."""

    view: View
    context: Callable[[], RenderContext]
    perform: Callable[[str, str, GapDetail], None]
    show_picture: Callable[[GapDetail, LandedRecord | None], None]
    export: Callable[[], None]
    next_zone: Callable[[], None]


class GapScreen(KeyHandlers, LivePage):
    """Shows the details of one gap, and reads them again whenever the site has news."""

    KEYS = DETAIL_KEYS
    BINDINGS = bindings(DETAIL_KEYS)
    AUTO_FOCUS = "#detail"

    def __init__(self, gap_id: str, words: str, callbacks: GapScreenCallbacks) -> None:
        table = LineTable([LINE_COLUMN], _key, callbacks.context(), if_empty="", place="detail")
        keys = [key for key in DETAIL_KEYS if not (key.asks and callbacks.view.is_read_only)]
        super().__init__(table, keys, callbacks.context)
        self.gap_id = gap_id
        self._words = words
        self._screen_callbacks = callbacks
        self.detail: GapDetail | None = None

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    @handles("screen.export")
    def _export(self) -> None:
        self._screen_callbacks.export()

    @handles("help.show")
    def _show_help(self) -> None:
        self.app.push_screen(HelpScreen(self._render_context()))

    @handles("zone.next")
    def _show_next_zone(self) -> None:
        self._screen_callbacks.next_zone()
        self.show()

    @handles("gap.picture")
    def _show_picture(self) -> None:
        if (detail := self._read_detail()) is not None:
            self._screen_callbacks.show_picture(detail, self.table.row.file if self.table.row else None)

    @handles("gap.fill", "gap.retry", "fill.cancel", "gap.url")
    def _perform(self, action_id: str) -> None:
        """Have the main screen carry out an action on this gap as it does on a chosen one."""
        if BY_ID[action_id].asks and self._screen_callbacks.view.is_read_only:
            self.show_message(StatusMessage(READ_ONLY, Tone.WARN))
        elif (detail := self._read_detail()) is not None:
            self._screen_callbacks.perform(action_id, self._words, detail)

    def _read_detail(self) -> GapDetail | None:
        """The details read so far; None, with a message on the status line, before the first reading."""
        if self.detail is None:
            self.show_message(StatusMessage("Nothing of this gap has been read yet.", Tone.WARN))
        return self.detail

    async def keep_reading(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            detail = await self.reading(
                self._screen_callbacks.view.lookups.gap_detail(self.gap_id), f"gap {self.gap_id}"
            )
            if detail is not None:
                self.detail = detail
                self._words = name_of(detail.row.camera_name, detail.row.window, self._render_context())
                self.show()

    def show(self) -> None:
        detail = self.detail
        self.show_title(title_spans(detail.row if detail else None, self._words))
        if detail is not None:
            context = self._render_context()
            self.table.set_rows(detail_lines(detail, context, self.line_width), context)


def chosen_in(detail: GapDetail, words: str, base: Selection) -> Selection:
    """The gap of these details, called `words` on the screen, as a selection; the rest is that of `base`."""
    row = detail.row
    running = row.fill if row.is_filling else None
    is_requested = any(each.kind is RequestKind.FILL and not each.state.is_over for each in detail.requests)
    return Selection(
        base.worker,
        row.id,
        words,
        running,
        camera_id=row.gap.camera_id,
        is_requested=is_requested,
        open_requests=base.open_requests,
    )


def _key(line: DetailLine) -> tuple[str, str, int]:
    return line.key
