"""What a console leaves behind, however it goes: real consoles in real terminals, real workers, simulated cameras."""

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from anr_tui.demo.faults import Pace
from anr_tui.journal.presence import is_anyone_present, present
from tests.engine import EngineSite, execute_on, until

# The gap takes some four seconds, which is longer than the worker's grace.
UNHURRIED = Pace(factor=4)
REAL_TIME = Pace()


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    for row in workers(site):
        if row["ended_at"] is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(row["pid"], signal.SIGKILL)


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
        async with asyncio.timeout(20):
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
    *arguments: str, cwd: Path | None = None, controls: bool = True, **environment: str
) -> AsyncIterator[Terminal]:
    """`anr-tui` with these arguments, in a terminal of its own, whose hang-up is a signal only if it `controls`."""
    user, program = pty.openpty()
    termios.tcsetwinsize(program, (30, 100))
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
            async with asyncio.timeout(20):
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


def one_gap(site: EngineSite, port: int) -> None:
    site.add_camera("gate", port)
    site.add_gap("gap_1", "gate", site.window(5, 21))


def has_ended(site: EngineSite) -> bool:
    return workers(site)[-1]["ended_at"] is not None


@pytest.mark.parametrize("is_killed", [False, True], ids=["line drops", "killed"])
async def test_a_fill_goes_on_to_its_end_and_then_the_worker_ends(site: EngineSite, is_killed: bool) -> None:
    async with site.camera(pace=UNHURRIED) as camera:
        one_gap(site, camera.port)
        async with console(site) as terminal:
            await camera.played(2)
            if is_killed:
                terminal.process.kill()
            else:
                terminal.hang_up()
            await terminal.process.wait()
            assert not is_anyone_present(site.settings().consoles_path)
        await until(lambda: has_ended(site))
        await camera.idle()
    assert [row["outcome"] for row in site.fills()] == ["filled"]
    (worker,) = workers(site)
    assert worker["lifetime"] == "consoles"
    assert site.left_behind() == []


async def test_the_worker_stays_while_another_console_looks_on(site: EngineSite) -> None:
    async with site.camera(pace=UNHURRIED) as camera:
        one_gap(site, camera.port)
        with present(site.settings().consoles_path):
            async with console(site) as terminal:
                await camera.played(2)
                terminal.hang_up()
            await until(lambda: [row["outcome"] for row in site.fills()] == ["filled"])
            site.add_gap("gap_2", "gate", site.window(24, 28))
            await until(lambda: workers(site)[0]["next_sweep_at"])
            assert "no console looks on" not in (site.settings().logs_dir / "worker.log").read_text()
            assert not has_ended(site)
        await until(lambda: has_ended(site))


async def test_set_to_stay_it_goes_on_and_the_next_console_may_end_it(site: EngineSite) -> None:
    async with site.camera(pace=UNHURRIED) as camera:
        one_gap(site, camera.port)
        async with console(site, ANR_LINGER="stay") as terminal:
            await camera.played(1)
            terminal.hang_up()
        await until(lambda: workers(site)[0]["lifetime"] == "stay")
        await until(lambda: [row["outcome"] for row in site.fills()] == ["filled"])
        assert not has_ended(site)

        async with console(site) as terminal:
            await until(lambda: b"Cameras" in terminal.shown)
            terminal.press("E")
            await until(lambda: b"End the worker?" in terminal.shown)
            terminal.press("y")
            await until(lambda: has_ended(site))
            terminal.press("q")
            await terminal.process.wait()
    assert len(workers(site)) == 1
    assert terminal.process.returncode == 0


async def test_kept_filling_in_the_background_it_outlives_a_console_that_quits(site: EngineSite) -> None:
    async with site.camera(pace=REAL_TIME) as camera:
        one_gap(site, camera.port)
        async with console(site) as terminal:
            await terminal.shows(b"fetching")
            terminal.press("q")
            await until(lambda: b"wait, stop, or keep" in terminal.shown)
            terminal.press("k")
            await terminal.process.wait()
        assert terminal.process.returncode == 0
        (worker,) = workers(site)
        assert (worker["lifetime"], worker["ended_at"]) == ("stay", None)
        assert [row["outcome"] for row in site.fills()] == [None]
        os.kill(worker["pid"], signal.SIGTERM)
        await until(lambda: has_ended(site))
        await camera.idle()


async def test_a_terminal_that_is_gone_without_a_signal_takes_its_console_along(site: EngineSite) -> None:
    flags = ("--database", str(site.database), "--recordings", str(site.recordings), "--read-only")
    async with anr_tui(*flags, controls=False) as terminal:
        await terminal.shows(b"Gaps")
        terminal.hang_up()
        async with asyncio.timeout(20):
            assert await terminal.process.wait() == 0
