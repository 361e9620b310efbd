"""The screen with statistics: days, speeds and backlog, read again when the site has news."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from textual.screen import Screen

from anr_tui.console.dialogs.question import HelpScreen
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, Tone
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import STATS_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.screens.gap_lines import LINE_COLUMN, DetailLine
from anr_tui.console.screens.stats_lines import SIDE_BY_SIDE, stats_lines
from anr_tui.console.screens.text_page import LivePage
from anr_tui.console.tables.line_table import LineTable
from anr_tui.view.reports.camera_speed import SpeedOrder
from anr_tui.view.reports.stats import DAYS, Stats
from anr_tui.view.reports.stats_export import stats_sheet
from anr_tui.view.tables.export import Sheet

Export = Callable[[Sheet], Awaitable[StatusMessage | None]]

PACE_S = 5.0
"""The least number of seconds between two readings; slow readings take a tenth of the time at most."""
_REST = 9
# A new day begins, and a forecast changes, without any news of the site.
_READ_AGAIN_S = 60.0
_TALL = 40


@dataclass(frozen=True, slots=True)
class StatsScreenCallbacks:
    """What the screen needs from the main one: the site, a way to write a sheet, and the change of the time zone."""

    view: View
    context: Callable[[], RenderContext]
    export: Callable[[Sheet], None]
    next_zone: Callable[[], None]


class StatsScreen(KeyHandlers, LivePage):
    """Shows the statistics of the site."""

    KEYS = STATS_KEYS
    BINDINGS = bindings(STATS_KEYS)
    AUTO_FOCUS = "#stats"

    def __init__(self, callbacks: StatsScreenCallbacks) -> None:
        table = LineTable([LINE_COLUMN], _key, callbacks.context(), if_empty="reading", place="stats")
        super().__init__(table, STATS_KEYS, callbacks.context)
        self._screen_callbacks = callbacks
        self._order = SpeedOrder.SLOWEST
        self.stats: Stats | None = None

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    @handles("help.show")
    def _show_help(self) -> None:
        self.app.push_screen(HelpScreen(self._render_context()))

    @handles("zone.next")
    def _show_next_zone(self) -> None:
        self._screen_callbacks.next_zone()
        self.stats = None  # another zone has other days
        self.show()
        self.run_worker(self._read(), group="zone", exclusive=True, exit_on_error=False)

    @handles("stats.order")
    def _toggle_order(self) -> None:
        self._order = SpeedOrder.NAME if self._order is SpeedOrder.SLOWEST else SpeedOrder.SLOWEST
        self.show()

    @handles("screen.export")
    def _export(self) -> None:
        if self.stats is None:
            self.show_message(StatusMessage("Nothing has been read yet.", Tone.WARN))
            return
        shown = replace(self.stats, days=self.stats.days[-self._days :])
        self._screen_callbacks.export(stats_sheet(shown, self._render_context().zone, self._order))

    @property
    def _days(self) -> int:
        """The number of days for which there is room."""
        is_large = self.size.height >= _TALL and self.size.width >= SIDE_BY_SIDE
        return DAYS[is_large]

    async def keep_reading(self) -> None:
        while True:
            started = time.monotonic()
            self.news.clear()
            await self._read()
            took_s = time.monotonic() - started
            await asyncio.sleep(max(PACE_S, took_s * _REST))
            try:
                async with asyncio.timeout(_READ_AGAIN_S):
                    await self.news.wait()
            except TimeoutError:
                continue

    async def _read(self) -> None:
        zone = self._render_context().zone
        stats = await self.reading(self._screen_callbacks.view.stats(zone, DAYS[-1]), "the statistics")
        if stats is not None and zone == self._render_context().zone:
            self.stats = stats
            self.show()

    def show(self) -> None:
        stats = self.stats
        days = f"the last {self._days} days" if stats is not None else "reading"
        self.show_title((Span(" Statistics  ", Tone.ACCENT), Span(days, Tone.DIM)))
        if stats is not None:
            context = self._render_context()
            self.table.set_rows(stats_lines(stats, context, self.line_width, self._order, self._days), context)


class StatsNavigation:
    """Opens the screen of statistics on top of the main one, and keeps it up to date."""

    def __init__(
        self,
        main: Screen[None],
        view: View,
        context: Callable[[], RenderContext],
        export: Export,
        next_zone: Callable[[], None],
    ) -> None:
        self._main = main
        self._screen_callbacks = StatsScreenCallbacks(view, context, self._begin_export, next_zone)
        self._export = export
        self._screen: StatsScreen | None = None

    @handles("stats.show")
    def open(self) -> None:
        """Open the screen of statistics."""
        self._screen = StatsScreen(self._screen_callbacks)
        self._main.app.push_screen(self._screen, self._forget)

    def follow(self) -> None:
        """Have the open screen read again, since something on the site has changed."""
        if self._screen is not None:
            self._screen.follow()

    def _forget(self, _: object) -> None:
        self._screen = None

    def _begin_export(self, sheet: Sheet) -> None:
        self._main.run_worker(self._write(sheet), group="export", exclusive=True, exit_on_error=False)

    async def _write(self, sheet: Sheet) -> None:
        message = await self._export(sheet)
        if message is not None and self._screen is not None:
            self._screen.show_message(message)


def _key(line: DetailLine) -> tuple[str, str, int]:
    return line.key
