"""Opening the details and the pictures of a gap, and exporting what is on the screen into files."""

from collections.abc import Awaitable, Callable

from textual.screen import Screen

from anr_tui.console.commands.selection import Selection
from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.dialogs.export import ExportDialog, export
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.main.panes.dashboard import Dashboard
from anr_tui.console.screens.gap_lines import detail_lines, text_of
from anr_tui.console.screens.gap_screen import GapScreen, GapScreenCallbacks, chosen_in
from anr_tui.console.screens.picture_screen import PictureScreen
from anr_tui.domain.errors import AnrError
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.detail import GapDetail
from anr_tui.view.tables.export import Format, Sheet

Perform = Callable[[str, Selection], Awaitable[None]]
"""Carries out an action, given by its id, on a selection."""

_FILE_WIDTH = 100
"""The width of the lines of a gap's details in a file, in cells."""


class GapCommands:
    """Opens the screens of a gap on top of the main one, and keeps them up to date."""

    def __init__(
        self,
        main: Screen[None],
        dashboard: Dashboard,
        view: View,
        context: Callable[[], RenderContext],
        perform: Perform,
        next_zone: Callable[[], None],
    ) -> None:
        self._main = main
        self._dashboard = dashboard
        self._view = view
        self._render_context = context
        self._perform = perform
        self._next_zone = next_zone
        self._gap: GapScreen | None = None

    def follow(self) -> None:
        """Have the open screen of a gap read again, since something on the site has changed."""
        if self._gap is not None:
            self._gap.follow()

    def show_message(self, message: StatusMessage) -> None:
        """Show a message on the status line of the open screen of a gap, if there is one."""
        if self._gap is not None:
            self._gap.show_message(message)

    def open_gap(self) -> str:
        """Open the screen of the chosen gap; returns a sentence where none is chosen, else ""."""
        chosen = self._dashboard.chosen()
        if chosen.gap_id is None:
            return "There is no gap to choose here."
        callbacks = GapScreenCallbacks(
            self._view, self._render_context, self._begin, self._show_picture, self._export_gap, self._next_zone
        )
        self._gap = GapScreen(chosen.gap_id, chosen.words, callbacks)
        self._main.app.push_screen(self._gap, self._forget)
        return ""

    async def open_picture(self) -> StatusMessage | None:
        """Show the pictures of the chosen gap; returns a message where there is nothing to show, else None."""
        chosen = self._dashboard.chosen()
        if chosen.gap_id is None:
            return StatusMessage("There is no gap to choose here.", Tone.WARN)
        try:
            detail = await self._view.lookups.gap_detail(chosen.gap_id)
        except AnrError as error:
            return StatusMessage(str(error), Tone.BAD)
        if not detail.files:
            return StatusMessage(f"{chosen.words}: no file has landed of it.", Tone.WARN)
        self._show(detail, chosen.words, None)
        return None

    async def export(self, sheet: Sheet | None = None) -> StatusMessage | None:
        """Write `sheet`, else the focused table or a picture of the screen, into a file; returns a message, or None."""
        return await self._export(sheet or self._dashboard.sheet())

    def _forget(self, _: object) -> None:
        self._gap = None

    def _begin(self, action_id: str, words: str, detail: GapDetail) -> None:
        chosen = chosen_in(detail, words, self._dashboard.chosen())
        self._main.run_worker(self._perform(action_id, chosen), group=WORKER_COMMANDS, exit_on_error=False)

    def _show_picture(self, detail: GapDetail, file: LandedRecord | None) -> None:
        if detail.files:
            self._show(detail, detail.row.camera_name, file)
        else:
            self.show_message(StatusMessage("No file has landed of this gap.", Tone.WARN))

    def _show(self, detail: GapDetail, words: str, file: LandedRecord | None) -> None:
        self._main.app.push_screen(PictureScreen(words, detail.files, file, self._view, self._render_context))

    def _export_gap(self) -> None:
        self._main.run_worker(self._write_gap(), group="export", exit_on_error=False)

    async def _write_gap(self) -> None:
        screen = self._gap
        detail = screen.detail if screen else None
        if detail is None:
            return
        lines = detail_lines(detail, self._render_context(), _FILE_WIDTH)
        message = await self._export(Sheet("gap", {Format.TEXT: lambda: text_of(lines)}))
        if message is not None:
            self.show_message(message)

    async def _export(self, sheet: Sheet | None) -> StatusMessage | None:
        app = self._main.app

        async def choose(dialog: ExportDialog) -> str:
            return await app.push_screen_wait(dialog)

        return await export(sheet, self._render_context().now, choose=choose, screenshot=app.export_screenshot)
