"""Real consoles in real pseudo-terminals that somebody reads, and the workers that they start."""

import asyncio
import contextlib
import fcntl
import os
import pty
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator
from pathlib import Path

from tests.engine import EngineSite, execute_on


class Terminal:
    """A console in a terminal of 100 by 30 that somebody reads."""

    def __init__(self, process: asyncio.subprocess.Process, user: int) -> None:
        self.process = process
        self.shown = b""
        self._user: int | None = user
        self.read_on()

    def stop_reading(self) -> None:
        """As a laptop that sleeps."""
        asyncio.get_running_loop().remove_reader(self.user)

    def read_on(self) -> None:
        """Read all that is written."""
        asyncio.get_running_loop().add_reader(self.user, self._read, self.user)

    @property
    def user(self) -> int:
        """The person's end."""
        assert self._user is not None
        return self._user

    def press(self, key: str) -> None:
        os.write(self.user, key.encode())

    def hang_up(self) -> None:
        """The line is gone: the kernel sends SIGHUP, and nothing can be written any more."""
        if self._user is not None:
            asyncio.get_running_loop().remove_reader(self._user)
            os.close(self._user)
        self._user = None

    async def shows(self, words: bytes) -> None:
        """Wait until the words stand on the screen; it is drawn anew for that, since only what differs is sent."""
        while words not in self.shown:
            self.press("\x0c")
            await asyncio.sleep(0.5)

    def _read(self, user: int) -> None:
        try:
            self.shown += os.read(user, 1 << 16)
        except OSError:  # the program has gone
            asyncio.get_running_loop().remove_reader(user)


@contextlib.asynccontextmanager
async def console(site: EngineSite, **environment: str) -> AsyncIterator[Terminal]:
    """`anr-tui` on the site."""
    flags = ["--database", str(site.database), "--recordings", str(site.recordings)]
    short = {"HELDAR_MIN_FREE_DISK_GB": "0", "ANR_REST_S": "0.1", "ANR_STALL_S": "2", "HELDAR_FFMPEG_BIN": site.ffmpeg}
    async with anr_tui(*flags, **(short | environment)) as terminal:
        yield terminal


@contextlib.asynccontextmanager
async def anr_tui(
    *arguments: str,
    cwd: Path | None = None,
    controls: bool = True,
    size: tuple[int, int] = (30, 100),
    **environment: str,
) -> AsyncIterator[Terminal]:
    """`anr-tui` with these arguments, in a terminal of its own, whose hang-up is a signal only if it `controls`.

    `size` is its lines and columns.
    """
    user, program = pty.openpty()
    termios.tcsetwinsize(program, size)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anr_tui", *arguments),
        env=dict(os.environ) | {"TERM": "xterm", "PYTHONUTF8": "1"} | environment,
        cwd=cwd,
        stdin=program,
        stdout=program,
        stderr=program,
        preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controls else None,
        start_new_session=True,
    )
    os.close(program)
    terminal = Terminal(process, user)
    try:
        yield terminal
    finally:
        terminal.hang_up()
        try:
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def workers(site: EngineSite) -> list[sqlite3.Row]:
    """All that held the site, oldest first."""
    try:
        return execute_on(site.journal, "SELECT * FROM workers ORDER BY id")
    except sqlite3.OperationalError:
        return []  # nobody has made the tables yet


def has_ended(site: EngineSite) -> bool:
    return workers(site)[-1]["ended_at"] is not None


def one_gap(site: EngineSite, port: int) -> None:
    site.add_camera("gate", port)
    site.add_gap("gap_1", "gate", site.window(5, 21))
