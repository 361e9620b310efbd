"""A terminal that is gone: the kernel tells it by SIGHUP only to whom it controls, so we look ourselves."""

import asyncio
import contextlib
import select
import sys
from collections.abc import Callable, Iterator

_KEYBOARD = 0
_NOTHING_BUT_HANG_UPS = 0


@contextlib.contextmanager
def on_hang_up(leave: Callable[[], None]) -> Iterator[None]:
    """Call `leave` once the terminal of standard input is gone; Textual would read its end again and again.

    An epoll of our own is told of a hang-up and nothing else (epoll_ctl(2), EPOLLHUP), and is itself something to
    wait for. Only Linux has it.
    """
    if sys.platform != "linux":
        yield
        return
    loop = asyncio.get_running_loop()
    with select.epoll() as watch:

        def tell() -> None:
            loop.remove_reader(watch.fileno())
            leave()

        watch.register(_KEYBOARD, _NOTHING_BUT_HANG_UPS)
        loop.add_reader(watch.fileno(), tell)
        try:
            yield
        finally:
            loop.remove_reader(watch.fileno())
