"""Detection of a terminal that is gone: the kernel sends SIGHUP only to processes that the terminal controls."""

import asyncio
import contextlib
import select
import sys
from collections.abc import Callable, Iterator

_KEYBOARD = 0
_NOTHING_BUT_HANG_UPS = 0


@contextlib.contextmanager
def on_hang_up(leave: Callable[[], None]) -> Iterator[None]:
    """Call `leave` once the terminal of standard input is gone, whose end Textual would read again and again.

    An epoll instance of our own receives hang-ups and nothing else (epoll_ctl(2), EPOLLHUP), and the event loop can
    wait for it. Only Linux has epoll: elsewhere hang-ups are not detected.
    """
    if sys.platform != "linux":
        yield
        return
    loop = asyncio.get_running_loop()
    with select.epoll() as watch:

        def notice() -> None:
            loop.remove_reader(watch.fileno())
            leave()

        watch.register(_KEYBOARD, _NOTHING_BUT_HANG_UPS)
        loop.add_reader(watch.fileno(), notice)
        try:
            yield
        finally:
            loop.remove_reader(watch.fileno())
