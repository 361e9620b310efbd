"""The ways from the tables to a pane on the whole screen, to another screen, to a dialog; each answers to an action."""

import os
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from textual.screen import Screen

from anr_tui.console.commands.display_commands import Mind
from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.dialogs.question import HelpScreen
from anr_tui.console.dialogs.worker_dialog import WorkerDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import Place
from anr_tui.console.keys.typeahead import TypeaheadQueue
from anr_tui.console.main.camera_commands import CameraCommands
from anr_tui.console.main.dashboard import Dashboard
from anr_tui.console.main.gap_commands import GapCommands
from anr_tui.console.main.zoom import Zoom
from anr_tui.console.screens.diagnosis_screen import DiagnosisScreen
from anr_tui.console.screens.stats_screen import StatsNavigation
from anr_tui.console.terminal.pager import show_in_pager
from anr_tui.view.snapshot.snapshot import Snapshot

Say = Callable[[StatusMessage], None]


class Navigation:
    """Opens and closes these places on behalf of the main screen; what cannot be opened is said."""

    def __init__(
        self,
        main: Screen[None],
        dashboard: Dashboard,
        gap_commands: GapCommands,
        view: View,
        context: Callable[[], RenderContext],
        say: Say,
        mind: Mind,
        typeahead: TypeaheadQueue,
    ) -> None:
        self._main = main
        self._dashboard = dashboard
        self._gap_commands = gap_commands
        self._view = view
        self._render_context = context
        self._say = say
        self._cameras = CameraCommands(main, dashboard, view, context, typeahead)
        bodies = {Place.LOG: dashboard.log_pane, Place.EVENTS: dashboard.events}
        self._stats = StatsNavigation(main, view, context, gap_commands.export, mind)
        self._zoom = Zoom(main, bodies, dashboard.gaps)

    @property
    def zoomed(self) -> Place | None:
        """The pane that has the whole screen."""
        return self._zoom.place

    def actions(self, snapshot: Snapshot | None) -> Mapping[str, Callable[[], object]]:
        """What to do for each way, by the ids of their actions."""
        return {
            "camera.choose": self._dashboard.open_camera,
            "camera.add": lambda: self._begin(self._cameras.add(), "camera"),
            "camera.diagnose": self._diagnose,
            "camera.change": lambda: self._begin(self._cameras.change(), "camera"),
            "log.open": self.open_log,
            "log.zoom": lambda: self._zoom.toggle(Place.LOG),
            "events.zoom": lambda: self._zoom.toggle(Place.EVENTS),
            "event.open": self.open_event,
            "zoom.close": self._zoom.close,
            "gaps.scope": self._dashboard.toggle_scope,
            "gaps.together": self._dashboard.outage_grouping.toggle,
            "outage.open": lambda: self._turn_outage(is_open=True),
            "outage.close": lambda: self._turn_outage(is_open=False),
            "strip.shorter": lambda: self._dashboard.change_span(-1),
            "strip.longer": lambda: self._dashboard.change_span(1),
            "gap.detail": self._open_gap,
            "gap.picture": lambda: self._begin(self._gap_commands.open_picture(), WORKER_COMMANDS),
            "screen.export": lambda: self._begin(self._gap_commands.export(), "export"),
            "stats.show": self._stats.open,
            "worker.show": lambda: self._show_worker(snapshot),
            "help.show": lambda: self._main.app.push_screen(HelpScreen(self._render_context())),
        }

    def follow(self) -> None:
        """The site has news."""
        self._gap_commands.follow()
        self._stats.follow()

    def open_log(self) -> None:
        """The log of what is chosen on the whole screen, and back; what has none opens into its gaps or details."""
        if self._dashboard.place is Place.GAPS and self._turn_outage():
            return
        if self._dashboard.chosen().queued is not None:
            return self._open_gap()
        self._dashboard.choose_log()
        self._zoom.toggle(Place.LOG)

    def open_event(self) -> None:
        """Go to what the chosen event is about."""
        event, table = self._dashboard.events.row, self._dashboard.choose_event()
        if table is not None:
            self._zoom.close(table)
        elif event is not None and event.fill_id is None and event.gap_id is None and event.camera_id is None:
            self._say(StatusMessage("This event is about no gap, fill or camera.", Tone.WARN))
        elif event is not None:
            self._say(StatusMessage("What this event is about is not in the tables any more.", Tone.WARN))

    def page_log(self) -> None:
        """The log that is shown, in the operator's pager."""
        self._begin(self._page_log(), "pager")

    async def _page_log(self) -> StatusMessage | None:
        path = self._dashboard.log_pane.path
        if path is None:
            return StatusMessage("The pager shows the log of one fill: choose one first.", Tone.WARN)
        return await show_in_pager(self._main.app, path, os.environ)

    def _turn_outage(self, *, is_open: bool | None = None) -> bool:
        return self._dashboard.outage_grouping.turn(self._dashboard.gaps.row, is_open=is_open)

    def _diagnose(self) -> None:
        camera = self._dashboard.camera
        if camera is None:
            self._say(StatusMessage("There is no camera to choose here.", Tone.WARN))
        else:
            self._main.app.push_screen(DiagnosisScreen(camera.id, camera.name, self._view, self._render_context))

    def _open_gap(self) -> None:
        if problem := self._gap_commands.open_gap():
            self._say(StatusMessage(problem, Tone.WARN))

    def _show_worker(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self._main.app.push_screen(WorkerDialog(snapshot, self._view.lookups.about(), self._render_context()))

    def _begin(self, doing: Coroutine[Any, Any, StatusMessage | None], group: str) -> None:
        self._main.run_worker(self._then_say(doing), group=group, exclusive=True, exit_on_error=False)

    async def _then_say(self, doing: Coroutine[Any, Any, StatusMessage | None]) -> None:
        if (said := await doing) is not None:
            self._say(said)
