"""The commands that change only how this console shows things: time zone, colours, slow mode, a full repaint."""

from typing import TYPE_CHECKING

from anr_tui.console.drawing.format import size
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.drawing.theme import OWN_THEMES, next_theme
from anr_tui.console.keys.handlers import handlers_of, handles

if TYPE_CHECKING:
    from anr_tui.console.display_settings import Zones
    from anr_tui.console.terminal.throttled_app import ThrottledApp
    from anr_tui.view.snapshot.snapshot import Snapshot


class DisplayCommands:
    """Carries out the actions that only change how this console shows things."""

    def __init__(self, app: "ThrottledApp", zones: "Zones") -> None:
        self._app = app
        self._zones = zones
        self._has_metered = False
        self.handlers = handlers_of(self)
        """The methods by the id of the action; each returns the message for the status line, or None."""

    def follow(self, snapshot: "Snapshot") -> None:
        """Take over the time zone of the site from the snapshot."""
        self._zones.set_site(snapshot.time_zone)

    def perform(self, action_id: str) -> StatusMessage | None:
        """Carry out an action; returns the message for the status line, or None."""
        message = self.handlers[action_id]()
        self._has_metered = action_id == "line.show" and not self._has_metered
        return message if isinstance(message, StatusMessage) else None

    @handles("zone.next")
    def _show_next_zone(self) -> StatusMessage:
        self._zones.turn()
        return StatusMessage(f"times are in {self._zones.words} now")

    @handles("theme.next")
    def _show_next_theme(self) -> StatusMessage:
        name = next_theme(self._app.theme)
        if name == self._app.theme:
            return StatusMessage(
                "the terminal's own colours are used here; ANR_THEME chooses others at the start", Tone.WARN
            )
        self._app.theme = name
        setting = next(setting for setting, theme in OWN_THEMES.items() if theme.name == name)
        return StatusMessage(f"colours: {setting} (ANR_THEME keeps them)")

    @handles("line.show")
    def _show_line(self) -> StatusMessage:
        """Show how much was sent to the terminal; called twice in a row, also turn slow mode on or off."""
        gate = self._app.gate
        if self._has_metered:
            gate.is_slow = not gate.is_slow
        spared = "slow mode is on" if gate.is_slow else "slow mode is off"
        return StatusMessage(
            f"{size(self._app.meter.bytes_per_minute)} sent in the last minute; {spared}; press again to change"
        )

    @handles("screen.redraw")
    def _redraw(self) -> None:
        self._app.draw_anew()
