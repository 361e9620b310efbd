"""The Textual apps: a base with theme, stylesheets and command palette, and the app around the main screen."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Protocol, runtime_checkable

from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen

from anr_tui.console.commands.display_commands import DisplayCommands
from anr_tui.console.display_settings import DisplaySettings, Zones
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.theme import FALLBACKS, OWN_THEMES, SIXTEEN, styles_dir, theme_name
from anr_tui.console.interfaces import Clock, Seat, StartWorker, View
from anr_tui.console.keys.actions import offered
from anr_tui.console.main.screen import MainScreen
from anr_tui.console.terminal.ascii_filter import AsciiOnly
from anr_tui.console.terminal.throttled_app import ThrottledApp
from anr_tui.platform.glyphs import ASCII, glyphs_for


@runtime_checkable
class _HasStatusLine(Protocol):
    """A screen with a status line."""

    def show_message(self, message: StatusMessage) -> None:
        """Show a message there."""


class BaseApp(ThrottledApp):
    """The part that the console's apps share; each shows its own screens."""

    TITLE = "anr-tui"
    CSS_PATH = sorted(styles_dir().glob("*.tcss"))
    BINDINGS = []

    def __init__(
        self,
        *,
        clock: Clock,
        zone: tzinfo,
        environ: Mapping[str, str] = os.environ,
        encoding: str | None = None,
        display_settings: DisplaySettings | None = None,
    ) -> None:
        self._display_settings = display_settings or DisplaySettings()
        theme = theme_name(environ, self._display_settings.theme)
        # Textual decides in its __init__ how to remove colours, before a theme can be set.
        super().__init__(
            ansi_color=True if theme == SIXTEEN else None, is_slow=self._display_settings.is_slow, environ=environ
        )
        for each in OWN_THEMES.values():
            self.register_theme(each)
        self.theme = theme
        self.animation_level = "none"
        self._glyphs = (
            ASCII if self._display_settings.is_ascii else glyphs_for(encoding or getattr(sys.stderr, "encoding", None))
        )
        self._ascii_only = AsciiOnly()
        self._clock = clock
        self.zones = Zones(zone, self._display_settings.zone)
        self.set_class(self._glyphs.is_ascii, "-ascii")
        self.set_keymap(self._display_settings.keys.for_textual)
        self.bind("ctrl+z", "suspend_process", show=False)

    def context(self) -> RenderContext:
        """The present time, the time zone, the terminal's glyphs, and the operator's display settings."""
        display_settings = self._display_settings
        return RenderContext(
            self._clock(),
            self.zones.chosen,
            self._glyphs,
            display_settings.keys,
            display_settings.is_12_hours,
            self.gate.is_slow,
        )

    def action_help_quit(self) -> None:
        """Say which key leaves the console: `ctrl-c`, which many press without thinking, ends nothing."""
        if isinstance(self.screen, _HasStatusLine):
            key = self.context().keys.first("app.quit")
            self.screen.show_message(StatusMessage(f"ctrl-c ends nothing here: {key} leaves the console"))

    def main_on(self, view: View, start_worker: StartWorker | None, seat: Seat) -> MainScreen:
        """The main screen on one site; `start_worker` is None where a service runs the worker."""
        display_commands = DisplayCommands(self, self.zones)
        span = self._display_settings.span
        return MainScreen(view, start_worker, seat, self.context, display_commands, self.typeahead, span)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, self._ascii_only] if self._glyphs.is_ascii else filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if not isinstance(screen, MainScreen):
            yield from self._keys_of(screen)
            return
        for action in offered(screen.place, is_read_only=screen.is_read_only):
            yield SystemCommand(action.words, action.tooltip, partial(screen.action_do, action.id))

    def _keys_of(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The commands of the keys of a dialog or another screen, each once."""
        own = (each.binding for each in screen.active_bindings.values() if each.node is screen)
        for binding in {each.id: each for each in own if each.id}.values():
            yield SystemCommand(binding.description, binding.tooltip, partial(self.run_action, binding.action, screen))


class ConsoleApp(BaseApp):
    """The operator's console on the site behind `view`; `start_worker` is None where a service runs the worker."""

    def __init__(
        self,
        view: View,
        start_worker: StartWorker | None,
        *,
        seat: Seat,
        clock: Clock,
        zone: tzinfo,
        environ: Mapping[str, str] = os.environ,
        encoding: str | None = None,
        display_settings: DisplaySettings | None = None,
    ) -> None:
        super().__init__(clock=clock, zone=zone, environ=environ, encoding=encoding, display_settings=display_settings)
        self.main = self.main_on(view, start_worker, seat)

    def get_default_screen(self) -> Screen[None]:
        return self.main
