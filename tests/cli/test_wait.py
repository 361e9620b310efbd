"""Waiting for fills: the real command in a real terminal, with real workers and simulated cameras."""

import asyncio
import contextlib
import fcntl
import os
import pty
import sys
import termios
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.journal.presence import present
from tests.cli.rows import has_worker
from tests.cli.screen import screen
from tests.engine import PASSWORD, PATIENCE_S, EngineSite, execute_on, until

FAST = Pace(honours_rate_control=True)
PATIENT = {"ANR_STALL_S": str(PATIENCE_S)}


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    site.kill_workers()


class Session:
    """A command in a terminal, what it wrote there, and its keyboard."""

    def __init__(self, process: asyncio.subprocess.Process, user: int) -> None:
        self.process = process
        self.user = user
        self.written = ""

    def read(self) -> None:
        """Keep what came; a terminal whose program has gone fails to read."""
        with contextlib.suppress(OSError):
            while part := os.read(self.user, 1 << 16):
                self.written += part.decode()

    async def shows(self, text: str) -> None:
        """Wait until the screen shows a text."""

        def is_shown() -> bool:
            self.read()
            return any(text in line for line in screen(self.written, 100))

        try:
            await until(is_shown)
        except TimeoutError:
            raise AssertionError(f"{text!r} is not on the screen: {screen(self.written, 100)}") from None

    def press(self, keys: bytes) -> None:
        os.write(self.user, keys)

    async def end(self) -> tuple[int, list[str]]:
        """The exit status and the last screen."""
        status = await self.process.wait()
        self.read()
        assert PASSWORD not in self.written
        return status, screen(self.written, 100)


Start = Callable[..., "contextlib.AbstractAsyncContextManager[Session]"]


@pytest.fixture
def fill_and_wait(site: EngineSite) -> Start:
    """Starts `anr-tui fill GAP… --wait` in a terminal of 100 by 24."""

    @contextlib.asynccontextmanager
    async def start(*gaps: str) -> AsyncIterator[Session]:
        user, program = pty.openpty()
        termios.tcsetwinsize(program, (24, 100))
        os.set_blocking(user, False)
        short = {"HELDAR_MIN_FREE_DISK_GB": "0", "ANR_REST_S": "0.1", "HELDAR_FFMPEG_BIN": site.ffmpeg, **PATIENT}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "anr_tui", "fill", *gaps, "--wait", "--database", str(site.database)),
            *("--recordings", str(site.recordings)),
            env=dict(os.environ) | short | {"TERM": "xterm", "NO_COLOR": "1", "PYTHONUTF8": "1"},
            stdin=program,
            stdout=program,
            stderr=program,
            preexec_fn=_take_terminal,
            start_new_session=True,
        )
        os.close(program)
        try:
            yield Session(process, user)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            os.close(user)

    return start


def _take_terminal() -> None:
    # ^C reaches only who has the terminal as its own.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def test_several_gaps_are_watched_together_and_each_leaves_its_end(
    site: EngineSite, fill_and_wait: Start
) -> None:
    async with site.camera(pace=Pace(4.0)) as good, site.camera(faults=Faults(describe_status=404)) as empty:
        good.hold(after_s=15)
        site.add_camera("gate", good.port)
        site.add_camera("dock", empty.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        site.add_gap("gap_2", "dock", site.window(5, 35))
        async with fill_and_wait("gap_1", "gap_2") as session:
            await session.shows("━")  # the bar grows while it is filled
            good.release()
            status, lines = await session.end()
    assert status == 1
    gate = next(line for line in lines if line.startswith("Gate "))
    dock = next(line for line in lines if line.startswith("Dock "))
    assert "  filled: " in gate
    assert "(30 of 30 s in " in gate
    assert "  no footage on the camera: " in dock
    assert not any("━" in line or "waits:" in line for line in lines), lines
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_all_filled_is_0_and_a_gap_named_twice_is_one(site: EngineSite, fill_and_wait: Start) -> None:
    async with site.camera(pace=FAST) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        async with fill_and_wait("gap_1", "gap_1") as session:
            status, lines = await session.end()
    assert status == 0
    assert len([line for line in lines if "  filled: " in line]) == 1


async def test_an_interrupt_leaves_the_fill_to_the_sites_worker(site: EngineSite, fill_and_wait: Start) -> None:
    async with site.camera(pace=FAST) as camera:
        camera.hold(after_s=4)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        worker = await site.start_worker(HELDAR_ANR_ENABLED="false", **PATIENT)
        await until(lambda: has_worker(site))
        async with fill_and_wait("gap_1") as session:
            await session.shows("─")
            session.press(b"\x03")
            status, lines = await session.end()
        assert status == 130
        assert any("The site's worker continues" in line and "`anr-tui cancel FILL`" in line for line in lines)
        assert [fill["outcome"] for fill in site.fills()] == [None]
        worker.kill()
        await worker.communicate()


async def test_an_interrupt_ends_what_only_our_own_worker_would_do(site: EngineSite, fill_and_wait: Start) -> None:
    async with site.camera(pace=FAST) as camera:
        camera.hold(after_s=4)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 20))
        site.add_gap("gap_2", "gate", site.window(20, 35))
        async with fill_and_wait("gap_1", "gap_2") as session:
            await session.shows("waits: its camera is busy with fill 1")
            await session.shows("─")
            session.press(b"\x03")
            status, lines = await session.end()
    assert status == 130
    assert any("Stopping; what arrived is kept." in line for line in lines)
    assert any("stopped: " in line for line in lines)
    assert [fill["outcome"] for fill in site.fills()] == ["stopped"]
    assert execute_on(site.journal, "SELECT * FROM requests WHERE state IN ('asked', 'taken')") == []


def worker_has_ended(site: EngineSite) -> bool:
    return all(row["ended_at"] for row in execute_on(site.journal, "SELECT ended_at FROM workers"))


async def test_a_killed_command_lets_its_worker_finish_and_end(site: EngineSite, fill_and_wait: Start) -> None:
    async with site.camera(pace=FAST) as camera:
        camera.hold(after_s=2)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 21))
        async with fill_and_wait("gap_1") as command:
            await camera.played(2)
            command.process.kill()
            await command.process.wait()
            camera.release()
            await until(lambda: worker_has_ended(site))
    assert [row["outcome"] for row in site.fills()] == ["filled"]


async def test_its_worker_is_left_to_a_console_that_has_come_meanwhile(site: EngineSite, fill_and_wait: Start) -> None:
    async with site.camera(pace=FAST) as camera:
        camera.hold(after_s=1)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 13))
        async with fill_and_wait("gap_1") as command:
            await camera.played(1)
            with present(site.settings().consoles_path):
                camera.release()
                status, _ = await command.end()
                assert not worker_has_ended(site)
            await until(lambda: worker_has_ended(site))
    assert status == 0
