"""An app that draws only the cells that differ, and on a slow line once a second at most, except after a key.

While the terminal reads nothing, nothing is drawn.
"""

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from anr_tui.console.terminal.driver import PatientDriver
from anr_tui.console.terminal.kitty_graphics import KittyGraphics
from anr_tui.console.terminal.line_speed import LineMeter, PaintGate
from anr_tui.console.terminal.screen_diff import ScreenDiff
from anr_tui.console.terminal.textual_private import CompositorUpdate
from anr_tui.console.terminal.typeahead import TypeaheadQueue
from anr_tui.console.terminal.unanswered_search import UnansweredSearch

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen


class ThrottledApp(App[None]):
    """An app that sends as little as possible to the terminal."""

    def __init__(self, *, is_slow: bool, ansi_color: bool | None, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(ansi_color=ansi_color)
        self.gate = PaintGate(is_slow, time.monotonic)
        self.meter = LineMeter(time.monotonic)
        self.graphics = KittyGraphics(self._send_whole, lambda: not self.is_stalled, environ)
        self._sent = ScreenDiff()
        self.typeahead = TypeaheadQueue(self)
        self.unanswered_search = UnansweredSearch(self)
        self._is_behind = False

    def get_driver_class(self) -> type[Driver]:
        driver_class = super().get_driver_class()
        return PatientDriver if driver_class is LinuxDriver else driver_class

    @property
    def is_stalled(self) -> bool:
        """Whether the terminal has stopped reading its output."""
        return isinstance(self._driver, PatientDriver) and self._driver.is_behind

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.draw_anew())

    def draw_anew(self) -> None:
        """Paint the whole screen, whatever the terminal shows."""
        self._sent.forget()
        self.gate.key_came()
        self.graphics.repeat()
        self.screen.refresh()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self.gate.key_came()
        if isinstance(event, events.Resize):
            self._sent.forget()
            self.gate.key_came()
        for each in self.graphics.not_answered(event) if isinstance(event, events.Key) else [event]:
            is_new_key = isinstance(each, events.Key) and not each.is_forwarded
            if isinstance(each, events.Key) and is_new_key and self.typeahead.holds(each):
                continue
            is_ignored = isinstance(each, events.Key) and is_new_key and self.unanswered_search.takes(each)
            if not is_ignored:
                await super().on_event(each)
            if is_new_key:
                self.typeahead.follow()

    def _send_whole(self, text: str) -> None:
        """Send a text that is not made of cells unchanged."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(text)
            self.meter.note(text)

    def _display(self, screen: "Screen[object]", renderable: "RenderableType | None") -> None:
        is_drawn = self._running and not self._closed and not self.is_headless and not self._batch_count
        if not is_drawn or self._driver is None or not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
            return
        if isinstance(self._driver, PatientDriver) and self._driver.is_behind:
            # A paint now would be seen by nobody: once the terminal reads again, only the newest one matters.
            self._driver.when_taken(self._catch_up)
            return
        wait_s = self.gate.wait_s
        if wait_s > 0:
            self._catch_up_in(wait_s)
            return
        ready = self._sent.changes(renderable, self.console)
        super()._display(screen, ready)
        if ready is not None:
            self.gate.painted(self.meter.note(ready.text))
        self.graphics.catch_up()

    def _catch_up_in(self, seconds: float) -> None:
        """Refresh in this many seconds, since Textual does not repeat a paint that was held back."""
        if not self._is_behind:
            self._is_behind = True
            self.set_timer(seconds, self._catch_up)

    def _catch_up(self) -> None:
        self._is_behind = False
        if self._running:
            self.graphics.catch_up()
            self.screen.refresh()
