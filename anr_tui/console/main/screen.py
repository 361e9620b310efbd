"""The main screen: header, the panes of the dashboard, a status line, and the keys that apply.

`pane_heights` says how many lines each pane gets; where the log has no room, `l` gives it the whole screen. Columns go
by rank. Of the cameras' columns the measured speed goes first, then the device, ANR, next try, missing time, state, the
coverage strip, which takes all the room that is left and never has less than 24 cells, and never the name. At 80x24 six
cameras, five gaps and three fills are in view; all of them scroll. What a narrow column cuts is written out for the
chosen row on the status line, and what the strips' signs mean on one more while the cameras have the focus.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from time import monotonic

from textual import on, work
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.widget import Widget

from anr_tui.console.commands.display_commands import DisplayCommands
from anr_tui.console.commands.quit import QuitCallbacks, QuitCommand
from anr_tui.console.commands.worker_autostart import WorkerAutostart
from anr_tui.console.commands.worker_commands import WORKER_COMMANDS, CommandUI, Reveal, WorkerCommands
from anr_tui.console.dialogs.question import ConfirmDialog, QuitDialog, UrlDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.line_box import Line
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, StyledScreen, Tone
from anr_tui.console.interfaces import Seat, StartWorker, View
from anr_tui.console.keys.actions import ACTIONS, LOG_KEYS, NOT_LEAVING, Place, bindings
from anr_tui.console.keys.handlers import Handler, collected, handlers_of, handles
from anr_tui.console.logs.log_pane import LogPane
from anr_tui.console.main.action_dispatcher import ActionDispatcher
from anr_tui.console.main.camera_commands import CameraCommands
from anr_tui.console.main.filter_line import FilterLine
from anr_tui.console.main.footer import KeyFooter
from anr_tui.console.main.gap_commands import GapCommands
from anr_tui.console.main.navigation import Navigation
from anr_tui.console.main.panes.dashboard import Dashboard
from anr_tui.console.main.site_header import SiteHeader
from anr_tui.console.main.snapshot_poller import SnapshotPoller
from anr_tui.console.main.status_line import StatusLine
from anr_tui.console.screens.stats_screen import StatsNavigation
from anr_tui.console.tables.coverage_strips import legend
from anr_tui.console.tables.table_commands import TableCommands
from anr_tui.console.terminal.typeahead import TypeaheadQueue
from anr_tui.view.snapshot.snapshot import Snapshot, UrlPreview

REFRESH_S = 1.0
LEAST = (80, 24)


class MainScreen(StyledScreen[None]):
    """Shows the newest snapshot and turns keys into requests."""

    BINDINGS = bindings((*ACTIONS, NOT_LEAVING))
    AUTO_FOCUS = "#gaps"
    # Textual would paint the whole screen anew whenever the focus moves; its two panes do that themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(
        self,
        view: View,
        start_worker: StartWorker | None,
        seat: Seat,
        context: Callable[[], RenderContext],
        display_commands: DisplayCommands,
        typeahead: TypeaheadQueue,
    ) -> None:
        super().__init__()
        self._render_context = context
        self._display_commands = display_commands
        self._site = SnapshotPoller(view, lambda: context().now)
        self._autostart = WorkerAutostart(start_worker)
        ui = CommandUI(self.show_message, self._confirm, self._show_url, self._autostart.wake)
        self._worker_commands = WorkerCommands(view, ui)
        self._quit_command = QuitCommand(
            view, seat, QuitCallbacks(self.show_message, self._choose, lambda: self.app.exit())
        )
        self._view = view
        self._shown_s = 0.0
        self._is_small = False
        now = context()
        self._dashboard_context = now
        self.header = SiteHeader(self._site, now.glyphs, is_read_only=view.is_read_only, place="header")
        self.dashboard = Dashboard(view, now)
        self._gap_commands = GapCommands(
            self, self.dashboard, view, context, self._worker_commands.perform, self._show_next_zone
        )
        self._stats = StatsNavigation(self, view, context, self._gap_commands.export, self._show_next_zone)
        self.status = StatusLine(now.glyphs, place="status")
        self.filter_line = FilterLine(now.glyphs, self.dashboard.table_states, self.status)
        self.footer = KeyFooter(now.glyphs, place="footer")
        self.footer.is_read_only = view.is_read_only
        self.footer.keys = now.keys
        self._navigation = Navigation(
            self,
            self.dashboard,
            self._gap_commands,
            CameraCommands(self, self.dashboard, view, context, typeahead),
            view,
            context,
            self.show_message,
            lambda: self.snapshot,
        )
        self.actions = ActionDispatcher(
            self._collect_handlers(),
            {
                NOT_LEAVING.id: lambda: self._quit_command.is_waiting,
                "zoom.close": lambda: self._navigation.zoomed is not None,
                "table.clear": lambda: not self._quit_command.is_waiting and self.dashboard.can_clear,
            },
            place=lambda: self.place,
            keys=now.keys,
            is_read_only=view.is_read_only,
            show_message=self.show_message,
        )

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.dashboard
        yield self.filter_line
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        self._show()
        self._keep_reading()
        self._keep_log()
        # Ages and countdowns move on even while a reading hangs.
        self.set_interval(REFRESH_S, self._show_in_time)

    def on_resize(self) -> None:
        width, height = self.size
        if width < LEAST[0] or height < LEAST[1]:
            self.show_message(
                StatusMessage(
                    f"{width}x{height} is small: 80x24 shows all that matters; below it, panes are hidden", Tone.WARN
                )
            )
        elif self._is_small:
            self.status.drop_message()
        self._is_small = width < LEAST[0] or height < LEAST[1]
        self._show()
        self.dashboard.share_lines()

    @property
    def is_read_only(self) -> bool:
        """Whether this console is read-only."""
        return self._view.is_read_only

    @property
    def snapshot(self) -> Snapshot | None:
        """What is shown."""
        return self._site.snapshot

    async def read_once(self) -> None:
        """Read the site and show what changed."""
        has_news = await self._site.read_once()
        if has_news:
            self._gap_commands.follow()
            self._stats.follow()
        snapshot = self._site.snapshot
        if snapshot is not None:
            self._display_commands.follow(snapshot)
            for message in await self._worker_commands.news() if has_news else ():
                self.show_message(message)
            await self._quit_command.follow(snapshot)
            if not self._quit_command.is_leaving and (
                started := await self._autostart.ensure(snapshot, self._render_context().now)
            ):
                self.show_message(started)
        self._show(is_idle=not has_news)

    def show_message(self, message: StatusMessage) -> None:
        """Put a message on the status line for a while, also on that of the open screen of a gap."""
        self.status.set_message(message, self._render_context().now)
        self._gap_commands.show_message(message)
        self._show_status()

    def _collect_handlers(self) -> dict[str, Handler]:
        """What carries out each action that this screen lists. Raises HandlerError where that is not one each."""
        return collected(
            (*ACTIONS, *LOG_KEYS, NOT_LEAVING),
            handlers_of(self),
            handlers_of(self._navigation),
            handlers_of(self._stats),
            handlers_of(TableCommands(self.dashboard.table_states, lambda: self.place, self.show_message)),
            {action.id: partial(self.dashboard.log_pane.action_do, action.id) for action in LOG_KEYS},
            {action_id: partial(self._change_display, action_id) for action_id in self._display_commands.handlers},
            {action_id: partial(self._ask_worker, action_id) for action_id in self._worker_commands.handlers},
        )

    def action_do(self, action_id: str) -> object:
        """Carry out an action, by its id. Textual awaits what it returns where that can be awaited."""
        result = self.actions.carry_out(action_id)
        self._show_status()
        return result

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key, bound to this action, is for it now."""
        return action != "do" or self.actions.owns_key(str(parameters[0]))

    def _ask_worker(self, action_id: str) -> None:
        command = self._worker_commands.perform(action_id, self.dashboard.chosen())
        self.run_worker(command, group=WORKER_COMMANDS, exit_on_error=False)

    def _change_display(self, action_id: str) -> None:
        message = self._display_commands.perform(action_id)
        self._show()
        if message is not None:
            self.show_message(message)

    def _show_next_zone(self) -> None:
        self._change_display("zone.next")

    @handles("table.filter")
    def _open_filter(self) -> None:
        self.filter_line.open(self.place)

    @handles("quit.take_back")
    async def _do_not_leave(self) -> None:
        await self._quit_command.take_back()

    @work(exit_on_error=False)
    async def _keep_reading(self) -> None:
        while True:
            await self.read_once()
            await asyncio.sleep(REFRESH_S)

    @work(exit_on_error=False)
    async def _keep_log(self) -> None:
        while True:
            if self.dashboard.log_pane.is_in_view:
                await self.dashboard.log_pane.read_more()
            await asyncio.sleep(REFRESH_S)

    def _show_in_time(self) -> None:
        if monotonic() - self._shown_s >= REFRESH_S:
            self._show(is_idle=True)

    def _show(self, *, is_idle: bool = False) -> None:
        """Bring the screen up to now; `is_idle`: nothing but the time can have changed."""
        self._shown_s = monotonic()
        context, snapshot = self._render_context(), self._site.snapshot
        self._show_header(context)
        before, self._dashboard_context = self._dashboard_context, context.or_still(self._dashboard_context)
        if snapshot is not None and not (is_idle and self._dashboard_context is before):
            self.dashboard.show(snapshot, self._dashboard_context)
        self._show_status()

    def _show_header(self, context: RenderContext) -> None:
        self.header.show(
            context,
            self.size.width,
            rate=self.dashboard.rates.total(context.now),
            has_events_open=self._navigation.zoomed is Place.EVENTS,
        )

    def _show_status(self) -> None:
        context, leaving = self._render_context(), self._quit_command.words(self._site.snapshot)
        below = [Line((Span(" "), *legend(context.glyphs)))] if self.place is Place.CAMERAS else []
        self.status.show(self.dashboard.detail(), leaving, context.now, self.size.width, below)

    @on(Dashboard.ChoiceChanged)
    def _follow_choice(self, event: Dashboard.ChoiceChanged) -> None:
        event.stop()
        self.status.drop_message()
        self._show_status()

    @on(Dashboard.PlaceChanged)
    def _follow_focus(self, event: Dashboard.PlaceChanged) -> None:
        event.stop()
        self._show_header(self._render_context())  # alarms are seen where the events are
        self._show_status()
        self.footer.show_place(event.place)

    @on(Dashboard.LogOpened)
    def _log_opened(self, event: Dashboard.LogOpened) -> None:
        event.stop()
        self._navigation.open_log()
        self._show_status()

    @on(Dashboard.EventOpened)
    def _event_opened(self, event: Dashboard.EventOpened) -> None:
        event.stop()
        self._navigation.open_event()

    @on(LogPane.MessageShown)
    def _show_log_message(self, event: LogPane.MessageShown) -> None:
        event.stop()
        self.show_message(event.message)

    @on(LogPane.PagerRequested)
    def _page_log(self, event: LogPane.PagerRequested) -> None:
        event.stop()
        self._navigation.page_log()

    @on(KeyFooter.ActionClicked)
    def _key_clicked(self, event: KeyFooter.ActionClicked) -> None:
        event.stop()
        self.action_do(event.action_id)

    def _show_url(self, words: str, preview: UrlPreview, reveal: Reveal) -> None:
        self.app.push_screen(UrlDialog(words, preview, None if self._view.is_read_only else reveal))

    async def _confirm(self, question: str, detail: str) -> bool:
        return await self.app.push_screen_wait(ConfirmDialog(question, detail)) == "confirm.yes"

    async def _choose(self, question: str, detail: str) -> str:
        return await self.app.push_screen_wait(QuitDialog(question, detail))

    @handles("app.quit")
    @work(exit_on_error=False, exclusive=True, group="quit")
    async def _quit(self) -> None:
        await self._quit_command.quit(self._site.snapshot)
        self._show_status()

    @property
    def place(self) -> Place | None:
        """Where the focus is."""
        return self.dashboard.place
