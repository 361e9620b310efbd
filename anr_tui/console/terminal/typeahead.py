"""A queue for keys typed ahead: each goes to the focused widget only after the earlier ones were handled.

A slow line delivers several keys at once. Textual gives each to the focused widget at once, and finds its binding only
when the key has climbed from there to the app: `/fence` would open a filter and also request a fill (`f`).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode

_LAPS = 2
"""The passes through the message queues: one for the key, one for the messages or the screen that it caused."""
PATIENCE_S = 1.0
"""The seconds after which the next key is handed on anyway: the widget that got the last one may be gone."""

FORM_PATIENCE_S = 10.0
"""The seconds for which keys wait for a form whose values are being read: the screen below would take them."""


class TypeaheadQueue:
    """Holds keys back while an earlier one is being handled."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: deque[events.Key] = deque()
        self._next: events.Key | None = None
        self._turn = 0
        self._limit: asyncio.TimerHandle | None = None
        self._opening: int | None = None

    def holds(self, key: events.Key) -> bool:
        """Whether to hold this key back; it is posted again after the keys before it were handled."""
        if key is self._next:
            self._next = None
            return False
        if self._limit is None and self._next is None:
            return False
        self._held.append(key)
        return True

    def follow(self) -> None:
        """Note that a key was handed on: hold back the next ones until it was handled."""
        self._turn += 1
        if self._limit is not None:
            self._limit.cancel()
        self._limit = asyncio.get_running_loop().call_later(PATIENCE_S, self._release, self._turn)
        self._climb(self._turn, _LAPS, self._app.focused or self._app.screen)

    def wait_for_form(self) -> Callable[[], None]:
        """Note that this key opens a form whose values must be read first.

        Keys wait until the returned function is called, at most FORM_PATIENCE_S.
        """
        turn = self._opening = self._turn
        if self._limit is not None:
            self._limit.cancel()
            self._limit = asyncio.get_running_loop().call_later(FORM_PATIENCE_S, self._release, turn)

        def opened() -> None:
            if self._opening == turn:
                self._opening = None
                self._climb(turn, _LAPS, self._app.focused or self._app.screen)

        return opened

    def _climb(self, turn: int, laps: int, node: DOMNode) -> None:
        """Follow the key through every message queue on its way from `node` to the app."""
        if not node.call_later(self._pass, turn, laps, node):
            self._end(turn)

    def _pass(self, turn: int, laps: int, node: DOMNode) -> None:
        if node.parent is not None:
            self._climb(turn, laps, node.parent)
        else:
            # The effects of the key reach the focus only after the messages that already wait here.
            node.call_later(self._settle, turn, laps - 1)

    def _settle(self, turn: int, laps: int) -> None:
        if laps:
            self._climb(turn, laps, self._app.focused or self._app.screen)
        else:
            self._end(turn)

    def _end(self, turn: int) -> None:
        if turn != self._opening:
            self._release(turn)

    def _release(self, turn: int) -> None:
        if turn != self._turn or self._limit is None:
            return
        self._limit.cancel()
        self._limit = None
        if self._held:
            self._next = self._held.popleft()
            self._app.post_message(self._next)
