"""Terminals that stop reading: real consoles in real ones, proven to be stuck by the kernel, that take nothing more."""

import asyncio
import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
from collections.abc import AsyncIterator, Callable

from anr_tui.demo.camera.faults import Pace
from tests.console.real_terminal import Terminal, has_ended, one_gap
from tests.console.real_terminal import console as real_console
from tests.console.terminal.emulated import Emulated
from tests.engine import EngineSite, execute_on, until

REDRAW = "\x0c"
NORMAL_SCREEN = b"\x1b[?1049l"
# What the kernel keeps of a pseudo-terminal's output (64 KiB) and what Textual's writer and queue hold, generously.
MOST_LATE_BYTES = 250_000


class Stuck:
    """A terminal that somebody has stopped to read, after its console has filled it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._screen = os.open(f"/proc/{terminal.process.pid}/fd/2", os.O_WRONLY | os.O_NOCTTY)

    async def stop_reading(self) -> None:
        """Returns when the console's write is under way and cannot go on."""
        self._terminal.stop_reading()
        while self.takes_more:
            self._terminal.press(REDRAW)
            await asyncio.sleep(0.05)

    @property
    def takes_more(self) -> bool:
        """Whether, within half a second, a write would have been possible: not while another one waits."""
        poll = select.poll()
        poll.register(self._screen, select.POLLOUT)
        return bool(poll.poll(500))

    @property
    def unread_keys(self) -> int:
        """Bytes that were typed and that the console has not read."""
        return int(struct.unpack("i", fcntl.ioctl(self._screen, termios.FIONREAD, b"\0" * 4))[0])

    def close(self) -> None:
        os.close(self._screen)


@contextlib.asynccontextmanager
async def stuck_console(site: EngineSite) -> AsyncIterator[tuple[Terminal, Stuck]]:
    async with real_console(site) as terminal:
        await terminal.shows(b"Cameras")
        stuck = Stuck(terminal)
        try:
            await stuck.stop_reading()
            yield terminal, stuck
        finally:
            stuck.close()


async def leave(site: EngineSite, how: Callable[[Terminal], None]) -> None:
    async with stuck_console(site) as (terminal, _):
        how(terminal)
        assert await terminal.process.wait() == 0


async def test_a_stuck_terminal_keeps_nobody_from_leaving(site: EngineSite) -> None:
    await asyncio.gather(
        leave(site, lambda terminal: terminal.press("q")),
        leave(site, lambda terminal: terminal.process.send_signal(signal.SIGTERM)),
        leave(site, lambda terminal: terminal.process.send_signal(signal.SIGHUP)),
    )
    await until(lambda: has_ended(site))


async def test_a_stuck_terminal_stops_its_screen_only_and_shows_the_newest_when_it_reads_on(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        one_gap(site, camera.port)
        async with stuck_console(site) as (terminal, stuck):
            await until(lambda: [row["outcome"] for row in site.fills()] == ["filled"])
            await paint_and_sweep(terminal, site, times=4)
            terminal.press("w")
            await until(lambda: stuck.unread_keys == 0)
            assert not stuck.takes_more
            assert terminal.process.returncode is None

            seen = len(terminal.shown)
            terminal.read_on()
            await until(lambda: shows(terminal, "next sweep"))  # the dialog that was asked for meanwhile
            assert len(terminal.shown) - seen < MOST_LATE_BYTES
            terminal.press("w")
            await until(lambda: shows(terminal, "1 filled", "16s of 16s"))
            terminal.press("q")
            await until(lambda: NORMAL_SCREEN in terminal.shown)
            assert await terminal.process.wait() == 0


async def paint_and_sweep(terminal: Terminal, site: EngineSite, *, times: int) -> None:
    """Have the screen painted anew again and again, until so many sweeps were asked for by a key: one a second."""
    while len(execute_on(site.journal, "SELECT * FROM requests WHERE kind = 'sweep'")) < times:
        terminal.press(REDRAW)
        terminal.press("s")
        await asyncio.sleep(0.05)


def shows(terminal: Terminal, *words: str) -> bool:
    """Whether all of it stands on the screen now."""
    screen = Emulated()
    screen.feed(terminal.shown)
    return all(word in screen.text for word in words)
