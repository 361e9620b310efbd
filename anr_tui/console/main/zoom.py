"""One pane on the whole screen, and back to where the focus was."""

from collections.abc import Mapping

from textual.screen import Screen
from textual.widget import Widget

from anr_tui.console.keys.actions import Place


class Zoom:
    """Which pane has the whole screen; the stylesheet hides the others by the screen's classes."""

    def __init__(self, screen: Screen[None], bodies: Mapping[Place, Widget], home: Widget) -> None:
        self._screen = screen
        self._bodies = bodies
        self._home = home
        self.place: Place | None = None

    def toggle(self, place: Place) -> None:
        """Give this pane the screen, or take it back."""
        if self.place is place:
            self.close()
            return
        focused = self._screen.focused
        if self.place is None and focused is not None:
            self._home = focused
        self._set(place)
        self._screen.call_after_refresh(self._bodies[place].focus)

    def close(self, to: Widget | None = None) -> None:
        """All panes again; the focus goes to `to`, or back."""
        self._set(None)
        self._screen.call_after_refresh((to or self._home).focus)

    def _set(self, place: Place | None) -> None:
        self.place = place
        self._screen.set_class(place is not None, "-zoomed")
        for each in self._bodies:
            self._screen.set_class(place is each, f"-zoom-{each}")
