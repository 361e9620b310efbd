"""The keys that only change how things are shown: the zone, the colours, a spared line, a new painting."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from anr_tui.console.drawing.format import size
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.drawing.theme import OURS, next_theme

if TYPE_CHECKING:
    from anr_tui.console.display_settings import Zones
    from anr_tui.console.terminal.throttled_app import ThrottledApp
    from anr_tui.view.snapshot.snapshot import Snapshot


Mind = Callable[[str], None]
"""Carries one of these keys out, by the id of its action, and says what came of it."""


class DisplayCommands:
    """Carries them out on the app."""

    def __init__(self, app: "ThrottledApp", zones: "Zones") -> None:
        self._app = app
        self._zones = zones
        self._has_metered = False
        self._worker_commands = {
            "zone.next": self._turn_zone,
            "theme.next": self._turn_theme,
            "line.show": self._show_line,
            "screen.redraw": self._redraw,
        }

    def follow(self, snapshot: "Snapshot") -> None:
        """Learn the site's zone."""
        self._zones.set_site(snapshot.time_zone)

    def knows(self, action_id: str) -> bool:
        """Whether it is one of these."""
        return action_id in self._worker_commands

    def perform(self, action_id: str) -> StatusMessage | None:
        """Do it; what there is to say of it."""
        said = self._worker_commands[action_id]()
        self._has_metered = action_id == "line.show" and not self._has_metered
        return said

    def _turn_zone(self) -> StatusMessage:
        self._zones.turn()
        return StatusMessage(f"times are in {self._zones.words} now")

    def _turn_theme(self) -> StatusMessage:
        name = next_theme(self._app.theme)
        if name == self._app.theme:
            return StatusMessage(
                "the terminal's own colours are used here; ANR_THEME chooses others at the start", Tone.WARN
            )
        self._app.theme = name
        wish = next(wish for wish, theme in OURS.items() if theme.name == name)
        return StatusMessage(f"colours: {wish} (ANR_THEME keeps them)")

    def _show_line(self) -> StatusMessage:
        gate = self._app.gate
        if self._has_metered:
            gate.is_slow = not gate.is_slow
        spared = "the line is spared" if gate.is_slow else "the line is not spared"
        return StatusMessage(
            f"{size(self._app.meter.bytes_per_minute)} sent in the last minute; {spared}: once more changes that"
        )

    def _redraw(self) -> None:
        self._app.draw_anew()
