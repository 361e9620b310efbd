"""Being asked to end, as a thing that can be waited for."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def first_signal() -> Iterator["asyncio.Future[int]"]:
    """The number of the first ^C or request to end; a second one ends us at once, as it would without us."""
    loop = asyncio.get_running_loop()
    received: asyncio.Future[int] = loop.create_future()

    def hear(number: int) -> None:
        loop.remove_signal_handler(number)
        if not received.done():
            received.set_result(number)

    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, hear, number)
    try:
        yield received
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
