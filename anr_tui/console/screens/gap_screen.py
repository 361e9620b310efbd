"""One gap on the whole screen: all there is to know about it, read anew when the site has news."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from anr_tui.console.commands.display_commands import Mind
from anr_tui.console.commands.worker_commands import Selection
from anr_tui.console.dialogs.question import READ_ONLY, HelpScreen
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import BY_ID, DETAIL_KEYS, bindings
from anr_tui.console.screens.gap_lines import LINE_COLUMN, DetailLine, detail_lines, title_spans
from anr_tui.console.screens.text_page import LivePage
from anr_tui.console.tables.line_table import LineTable
from anr_tui.console.tables.row_summary import name_of
from anr_tui.domain.request import RequestKind
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.detail import GapDetail


@dataclass(frozen=True, slots=True)
class GapScreenCallbacks:
    """What the screen about a gap needs of the main one: the site, deeds on the gap, pictures, files, the zone."""

    view: View
    context: Callable[[], RenderContext]
    perform: Callable[[str, str, GapDetail], None]
    show_picture: Callable[[GapDetail, LandedRecord | None], None]
    export: Callable[[], None]
    mind: Mind


class GapScreen(LivePage):
    """Everything about one gap; read anew whenever the site has news."""

    BINDINGS = bindings(DETAIL_KEYS, "do")
    AUTO_FOCUS = "#detail"

    def __init__(self, gap_id: str, words: str, door: GapScreenCallbacks) -> None:
        table = LineTable([LINE_COLUMN], _key, door.context(), if_empty="", place="detail")
        keys = [key for key in DETAIL_KEYS if not (key.asks and door.view.is_read_only)]
        super().__init__(table, keys, door.context)
        self.gap_id = gap_id
        self._words = words
        self._door = door
        self.detail: GapDetail | None = None

    def action_do(self, action_id: str) -> None:
        """Do what the key says; `action_id` is an id of DETAIL_KEYS."""
        if action_id == "dialog.close":
            self.dismiss()
        elif action_id == "screen.export":
            self._door.export()
        elif action_id == "help.show":
            self.app.push_screen(HelpScreen(self._render_context()))
        elif action_id == "zone.next":
            self._door.mind(action_id)
            self.show()
        elif BY_ID[action_id].asks and self._door.view.is_read_only:
            self.say(StatusMessage(READ_ONLY, Tone.WARN))
        elif self.detail is None:
            self.say(StatusMessage("Nothing of this gap has been read yet.", Tone.WARN))
        elif action_id == "gap.picture":
            self._door.show_picture(self.detail, self.table.row.file if self.table.row else None)
        else:
            self._door.perform(action_id, self._words, self.detail)

    async def keep_reading(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            detail = await self.reading(self._door.view.lookups.gap_detail(self.gap_id), f"gap {self.gap_id}")
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
    """The gap of a detail, as what keys act on."""
    row = detail.row
    running = row.fill if row.is_filling else None
    is_asked_for = any(each.kind is RequestKind.FILL and not each.state.is_over for each in detail.requests)
    about = Selection(base.worker, row.id, words, running, camera_id=row.gap.camera_id)
    return replace(about, is_asked_for=is_asked_for, waiting=base.waiting)


def _key(line: DetailLine) -> tuple[str, str, int]:
    return line.key
