"""One gap on the whole screen: all there is to know about it, read anew when the site has news."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen

from anr_tui.console.actions import BY_ID, DETAIL_KEYS, bindings
from anr_tui.console.asked import Said
from anr_tui.console.deeds import Chosen
from anr_tui.console.detail_lines import LINE_COLUMN, DetailLine, detail_lines, title_inks
from anr_tui.console.details import name_of
from anr_tui.console.dialogs import READ_ONLY, HelpScreen
from anr_tui.console.ink import Ink, Role, ink
from anr_tui.console.keys_line import key_inks
from anr_tui.console.line_box import Line, LineBox, said_lines
from anr_tui.console.manners import Mind
from anr_tui.console.ports import View
from anr_tui.console.table import LineTable
from anr_tui.console.words import Look, zone_name
from anr_tui.errors import AnrError
from anr_tui.journal.rows import LandedRecord
from anr_tui.model import RequestKind
from anr_tui.view.detail import GapDetail

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GapDoor:
    """What the screen about a gap needs of the main one: the site, deeds on the gap, pictures, files, the zone."""

    view: View
    look: Callable[[], Look]
    perform: Callable[[str, str, GapDetail], None]
    show_picture: Callable[[GapDetail, LandedRecord | None], None]
    export: Callable[[], None]
    mind: Mind


class GapScreen(Screen[None]):
    """Everything about one gap; reads when it opens and when `follow` says that something changed."""

    BINDINGS = bindings(DETAIL_KEYS, "do")
    AUTO_FOCUS = "#detail"

    def __init__(self, gap_id: str, words: str, door: GapDoor) -> None:
        super().__init__()
        self.gap_id = gap_id
        self._words = words
        self._door = door
        self._news = asyncio.Event()
        self.detail: GapDetail | None = None
        look = door.look()
        self.header = LineBox(look.glyphs, place="header")
        self.table = LineTable([LINE_COLUMN], _key, look, if_empty="", place="detail")
        self.status = LineBox(look.glyphs, place="status")
        self.footer = LineBox(look.glyphs, place="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.table
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        self._show()
        self.say(Said(""))
        self.follow()
        self._keep_reading()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def follow(self) -> None:
        """Something on the site has changed."""
        self._news.set()

    def say(self, said: Said) -> None:
        """Put a sentence on the status line."""
        self.status.set_lines(said_lines(ink(said.text, said.role), self.size.width, self.status.glyphs))

    def action_do(self, action_id: str) -> None:
        """Do what the key says; `action_id` is an id of DETAIL_KEYS."""
        if action_id == "dialog.close":
            self.dismiss()
        elif action_id == "screen.export":
            self._door.export()
        elif action_id == "help.show":
            self.app.push_screen(HelpScreen(self._door.look()))
        elif action_id == "zone.next":
            self._door.mind(action_id)
            self._show()
        elif BY_ID[action_id].asks and self._door.view.is_read_only:
            self.say(Said(READ_ONLY, Role.WARN))
        elif self.detail is None:
            self.say(Said("Nothing of this gap has been read yet.", Role.WARN))
        elif action_id == "gap.picture":
            self._door.show_picture(self.detail, self.table.row.file if self.table.row else None)
        else:
            self._door.perform(action_id, self._words, self.detail)

    @work(exit_on_error=False)
    async def _keep_reading(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._read()

    async def _read(self) -> None:
        try:
            self.detail = await self._door.view.gap_detail(self.gap_id)
        except AnrError as error:
            self.say(Said(str(error), Role.BAD))
            return
        except Exception:
            log.exception("reading gap %s failed", self.gap_id)
            self.say(Said("That did not work; console.log beside the fills' logs has the details.", Role.BAD))
            return
        row = self.detail.row
        self._words = name_of(row.camera_name, row.window, self._door.look())
        self._show()

    def _show(self) -> None:
        look, detail = self._door.look(), self.detail
        title = title_inks(detail.row if detail else None, self._words)
        self.header.set_lines([Line(title, (*ink(zone_name(look), Role.DIM), Ink(" ")))])
        keys = [key for key in DETAIL_KEYS if not (key.asks and self._door.view.is_read_only)]
        self.footer.set_lines([Line((Ink(" "), *key_inks(keys, self.size.width - 1, look.keys)))])
        if detail is not None:
            self.table.set_rows(detail_lines(detail, look, max(1, self.table.size.width - 3)), look)


def chosen_in(detail: GapDetail, words: str, base: Chosen) -> Chosen:
    """The gap of a detail, as what keys act on."""
    row = detail.row
    running = row.fill if row.is_filling else None
    is_asked_for = any(each.kind is RequestKind.FILL and not each.state.is_over for each in detail.requests)
    about = Chosen(base.worker, row.id, words, running, camera_id=row.gap.camera_id)
    return replace(about, is_asked_for=is_asked_for, waiting=base.waiting)


def _key(line: DetailLine) -> tuple[str, str, int]:
    return line.key
