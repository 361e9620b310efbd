"""The ways between the tables, a pane on the whole screen, other screens and dialogs."""

import os
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.dialogs.question import HelpScreen
from anr_tui.console.dialogs.table_search import TableSearch
from anr_tui.console.dialogs.worker_dialog import WorkerDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import Place
from anr_tui.console.keys.handlers import handles
from anr_tui.console.main.camera_commands import CameraCommands
from anr_tui.console.main.gap_commands import GapCommands
from anr_tui.console.main.panes.dashboard import Dashboard
from anr_tui.console.screens.diagnosis_screen import DiagnosisScreen
from anr_tui.console.screens.external_programs import show_in_pager
from anr_tui.view.snapshot.snapshot import Snapshot


class Zoom:
    """Tracks which pane has the whole screen; the stylesheet hides the others by the classes of the screen."""

    def __init__(self, screen: Screen[None], dashboard: Dashboard) -> None:
        self._screen = screen
        self._dashboard = dashboard
        self._bodies: Mapping[Place, Widget] = {Place.LOG: dashboard.log_pane, Place.EVENTS: dashboard.events}
        # What gets the focus when all panes are back.
        self._home: Widget = dashboard.gaps
        self.place: Place | None = None

    def toggle(self, place: Place) -> None:
        """Enlarge this pane to the whole screen, or reduce it again."""
        if self.place is place:
            self.close()
            return
        focused = self._screen.focused
        if self.place is None and focused is not None:
            self._home = focused
        self._set(place)
        self._screen.call_after_refresh(self._bodies[place].focus)

    def close(self, to: Widget | None = None) -> None:
        """Show all panes again, and focus `to`, or else the widget that had the focus before."""
        self._set(None)
        self._screen.call_after_refresh((to or self._home).focus)

    def _set(self, place: Place | None) -> None:
        self.place = place
        self._screen.set_class(place is not None, "-zoomed")
        for each in self._bodies:
            self._screen.set_class(place is each, f"-zoom-{each}")
        self._dashboard.share_lines()


class Navigation:
    """Opens and closes panes, screens and dialogs on behalf of the main screen."""

    def __init__(
        self,
        main: Screen[None],
        dashboard: Dashboard,
        gap_commands: GapCommands,
        camera_commands: CameraCommands,
        view: View,
        context: Callable[[], RenderContext],
        show_message: Callable[[StatusMessage], None],
        snapshot: Callable[[], Snapshot | None],
    ) -> None:
        """`show_message` puts a sentence on the status line; `snapshot` returns the last snapshot of the site."""
        self._main = main
        self._dashboard = dashboard
        self._gap_commands = gap_commands
        self._camera_commands = camera_commands
        self._view = view
        self._render_context = context
        self._show_message = show_message
        self._snapshot = snapshot
        self._zoom = Zoom(main, dashboard)
        self._event_search = TableSearch(dashboard.events, "Search the events", show_message)

    @property
    def zoomed(self) -> Place | None:
        """The pane that has the whole screen, if any."""
        return self._zoom.place

    @handles("log.open")
    def open_log(self) -> None:
        """Show the chosen row's log on the whole screen; an outage opens instead, a waiting gap shows its details."""
        if self._dashboard.place is Place.GAPS and self._turn_outage():
            return
        if self._dashboard.chosen().queued is not None:
            self._open_gap()
            return
        self._dashboard.choose_log()
        self._zoom.toggle(Place.LOG)

    @handles("log.zoom")
    def _zoom_log(self) -> None:
        self._zoom.toggle(Place.LOG)

    @handles("events.zoom")
    def _zoom_events(self) -> None:
        self._zoom.toggle(Place.EVENTS)

    @handles("zoom.close")
    def _close_zoom(self) -> None:
        self._zoom.close()

    @handles("event.open")
    def open_event(self) -> None:
        """Go to the fill, gap or camera of the chosen event."""
        event, table = self._dashboard.events.row, self._dashboard.choose_event()
        if table is not None:
            self._zoom.close(table)
        elif event is not None and event.fill_id is None and event.gap_id is None and event.camera_id is None:
            self._show_message(StatusMessage("This event belongs to no gap, fill or camera.", Tone.WARN))
        elif event is not None:
            self._show_message(StatusMessage("What this event is about is not in the tables any more.", Tone.WARN))

    @handles("camera.choose")
    def _open_camera(self) -> None:
        self._dashboard.open_camera()

    @handles("camera.add")
    def _add_camera(self) -> None:
        self._begin(self._camera_commands.add(), "camera")

    @handles("camera.change")
    def _change_camera(self) -> None:
        self._begin(self._camera_commands.change(), "camera")

    @handles("camera.diagnose")
    def _diagnose(self) -> None:
        camera = self._dashboard.camera
        if camera is None:
            self._show_message(StatusMessage("There is no camera to choose here.", Tone.WARN))
        else:
            self._main.app.push_screen(DiagnosisScreen(camera.id, camera.name, self._view, self._render_context))

    @handles("gaps.scope")
    def _toggle_scope(self) -> None:
        self._dashboard.toggle_scope()

    @handles("gaps.together")
    def _toggle_outages(self) -> None:
        self._dashboard.outage_grouping.toggle()

    @handles("outage.open")
    def _open_outage(self) -> None:
        self._turn_outage(is_open=True)

    @handles("outage.close")
    def _close_outage(self) -> None:
        self._turn_outage(is_open=False)

    @handles("strip.shorter")
    def _shorten_strips(self) -> None:
        self._dashboard.change_span(-1)

    @handles("strip.longer")
    def _lengthen_strips(self) -> None:
        self._dashboard.change_span(1)

    @handles("events.search")
    def _search_events(self) -> None:
        self._event_search.ask()

    @handles("events.next")
    def _find_next_event(self) -> None:
        self._event_search.find_next()

    @handles("gap.detail")
    def _open_gap(self) -> None:
        if problem := self._gap_commands.open_gap():
            self._show_message(StatusMessage(problem, Tone.WARN))

    @handles("gap.picture")
    def _open_picture(self) -> None:
        self._begin(self._gap_commands.open_picture(), WORKER_COMMANDS)

    @handles("screen.export")
    def _export(self) -> None:
        self._begin(self._gap_commands.export(), "export")

    @handles("worker.show")
    def _show_worker(self) -> None:
        snapshot = self._snapshot()
        if snapshot is not None:
            self._main.app.push_screen(WorkerDialog(snapshot, self._view.lookups.about(), self._render_context()))

    @handles("help.show")
    def _show_help(self) -> None:
        self._main.app.push_screen(HelpScreen(self._render_context()))

    def page_log(self) -> None:
        """Show the whole log in the operator's pager."""
        self._begin(self._page_log(), "pager")

    async def _page_log(self) -> StatusMessage | None:
        path = self._dashboard.log_pane.path
        if path is None:
            return StatusMessage("The pager shows the log of one fill: choose one first.", Tone.WARN)
        return await show_in_pager(self._main.app, path, os.environ)

    def _turn_outage(self, *, is_open: bool | None = None) -> bool:
        return self._dashboard.outage_grouping.turn(self._dashboard.gaps.row, is_open=is_open)

    def _begin(self, command: Coroutine[Any, Any, StatusMessage | None], group: str) -> None:
        self._main.run_worker(self._show_result(command), group=group, exclusive=True, exit_on_error=False)

    async def _show_result(self, command: Coroutine[Any, Any, StatusMessage | None]) -> None:
        if (message := await command) is not None:
            self._show_message(message)
