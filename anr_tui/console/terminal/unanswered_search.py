"""What is typed after `/` where nothing can be searched: it was meant as words, and must not act as keys."""

from typing import TYPE_CHECKING, Any

from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events
    from textual.app import App
    from textual.screen import Screen

_SLASH = "slash"
_ENDS = ("enter", "escape")
_WORDS = "Nothing is searched here: what you type is ignored until enter or esc."


class UnansweredSearch:
    """Swallows `/`, and all keys up to `enter` or `escape`, on a screen that does not know `/`."""

    def __init__(self, app: "App[Any]") -> None:
        self._app = app
        self._on: Screen[Any] | None = None

    def takes(self, key: "events.Key") -> bool:
        """Whether this key is part of such words, and goes nowhere."""
        screen = self._app.screen
        if self._on is screen:
            if key.key in _ENDS:
                self._on = None
            return True
        self._on = None
        if key.key != _SLASH or isinstance(self._app.focused, Input) or _SLASH in screen.active_bindings:
            return False
        self._on = screen
        self._app.notify(_WORDS, timeout=4)
        return True
