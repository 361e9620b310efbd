"""SIGINT and SIGTERM as a future that a command can wait for."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def first_signal() -> Iterator["asyncio.Future[int]"]:
    """A future with the number of the first SIGINT or SIGTERM; a second signal has its ordinary effect."""
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
