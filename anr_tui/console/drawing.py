"""How the console draws: only cells that differ, and on a slow line once a second at most, but for answers to keys."""

import time
from typing import TYPE_CHECKING

from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App

from anr_tui.console.line_speed import LineMeter, PaintGate
from anr_tui.console.sent import Sent

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen


class SparingApp(App[None]):
    """An app that spares the line to the terminal."""

    def __init__(self, *, is_slow: bool, ansi_color: bool | None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.gate = PaintGate(is_slow, time.monotonic)
        self.meter = LineMeter(time.monotonic)
        self._sent = Sent()
        self._is_behind = False

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.draw_anew())

    def draw_anew(self) -> None:
        """Paint the whole screen, whatever is on the terminal."""
        self._sent.forget()
        self.gate.key_came()
        self.screen.refresh()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self.gate.key_came()
        if isinstance(event, events.Resize):
            self._sent.forget()
            self.gate.key_came()
        await super().on_event(event)

    def _display(self, screen: "Screen[object]", renderable: "RenderableType | None") -> None:
        is_drawn = self._running and not self._closed and not self.is_headless and not self._batch_count
        if not is_drawn or self._driver is None or not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
            return
        wait_s = self.gate.wait_s
        if wait_s > 0:
            self._catch_up_in(wait_s)
            return
        ready = self._sent.changes(renderable, self.console)
        super()._display(screen, ready)
        if ready is not None:
            self.gate.painted(self.meter.note(ready.text))

    def _catch_up_in(self, seconds: float) -> None:
        """What is held back now is lost to Textual: have everything painted then, of which only changes are sent."""
        if not self._is_behind:
            self._is_behind = True
            self.set_timer(seconds, self._catch_up)

    def _catch_up(self) -> None:
        self._is_behind = False
        self.screen.refresh()
