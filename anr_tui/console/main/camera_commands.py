"""Adding and changing cameras by a form; a database of another program is written after one question."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.screen import Screen

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.main.panes.dashboard import Dashboard
from anr_tui.console.terminal.typeahead import TypeaheadQueue
from anr_tui.domain.errors import AnrError
from anr_tui.sites.heldar.camera_table import NOT_OURS
from anr_tui.sites.interface import CameraValues
from anr_tui.view.camera.edit import SavedCamera
from anr_tui.view.camera.fields import Draft


class CameraCommands:
    """Opens the form of a camera on top of the main screen, and saves what was typed into it."""

    def __init__(
        self,
        main: Screen[None],
        dashboard: Dashboard,
        view: View,
        context: Callable[[], RenderContext],
        typeahead: TypeaheadQueue,
    ) -> None:
        self._main = main
        self._typeahead = typeahead
        self._dashboard = dashboard
        self._view = view
        self._render_context = context
        self._may_be_foreign = False

    def add(self) -> Coroutine[Any, Any, StatusMessage | None]:
        """Open the form for a new camera; the result is a message, None where nothing was saved."""
        return self._open(None, self._typeahead.wait_for_form())

    def change(self) -> Coroutine[Any, Any, StatusMessage | None]:
        """Open the form of the chosen camera; the result is a message, None where nothing was saved."""
        return self._change(self._typeahead.wait_for_form())

    async def _change(self, opened: Callable[[], None]) -> StatusMessage | None:
        chosen = self._dashboard.cameras.row
        if chosen is None:
            opened()
            return StatusMessage("There is no camera to choose here.", Tone.WARN)
        return await self._open(chosen.id, opened)

    async def _open(self, camera_id: str | None, opened: Callable[[], None]) -> StatusMessage | None:
        try:
            draft = await self._view.cameras.draft(camera_id)
        except AnrError as error:
            return StatusMessage(str(error), Tone.BAD)
        finally:
            opened()

        async def save(values: CameraValues) -> SavedCamera | None:
            return await self._save(draft, values)

        saved = await self._main.app.push_screen_wait(CameraDialog(draft, save, self._render_context().glyphs))
        if saved is None:
            return None
        tests = [f"{self._render_context().keys.first('camera.diagnose')} tests it."] if saved.changed else []
        return StatusMessage(" ".join([saved.words, *tests, *saved.notes]), Tone.OK)

    async def _save(self, draft: Draft, values: CameraValues) -> SavedCamera | None:
        if not draft.is_ours and not self._may_be_foreign:
            question = ConfirmDialog("Write into a database that is not ours?", NOT_OURS)
            if await self._main.app.push_screen_wait(question) != "confirm.yes":
                return None
            self._may_be_foreign = True
        return await self._view.cameras.save(draft, values, even_if_foreign=self._may_be_foreign)
