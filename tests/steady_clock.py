"""A clock that a busy machine cannot hurry: while a test runs, it counts only what the code itself waits for."""

import asyncio
import functools
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec
from unittest import mock

_P = ParamSpec("_P")


# So that even the shortest wait comes to its end.
_TURN_S = 1e-6


class _CountingSelector(selectors.DefaultSelector):
    """Counts the seconds of each wait that ran to its end, and a moment for each turn; `now` is their sum."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(timeout)
        self.now += _TURN_S if events or timeout is None else max(_TURN_S, timeout)
        return events


class _SteadyLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that of its selector."""

    def __init__(self) -> None:
        self._counting = _CountingSelector()
        super().__init__(self._counting)

    def time(self) -> float:
        return self._counting.now

    def skip(self, seconds: float) -> None:
        self._counting.now += seconds


def let_pass(seconds: float) -> None:
    """Let the clock of the steady loop that runs jump, as if the machine had given that time to others."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _SteadyLoop)
    loop.skip(seconds)


def on_steady_clock(test: Callable[_P, Coroutine[Any, Any, None]]) -> Callable[_P, None]:
    """Run an async test with a loop and a `time.monotonic` that move only when a wait of the loop ends by itself.

    Time that the machine gives to others, or that code takes to run, does not count. So what is measured is what the
    code decided. What another process does takes no time by this clock.
    """

    @functools.wraps(test)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        with asyncio.Runner(loop_factory=_SteadyLoop) as runner:
            loop = runner.get_loop()
            with mock.patch.object(time, "monotonic", loop.time):
                runner.run(test(*args, **kwargs))

    return run
