"""Terminals as they are: too small, or lent to a pager. The last ones are real."""

import asyncio
import contextlib
import os
import pty
import re
import select
import signal
import sys
import termios
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anr_tui.sites.heldar.schema import create_site_database
from tests.console.real_terminal import anr_tui
from tests.console.terminal.emulated import Emulated
from tests.engine import until

PAGING = """
import asyncio, os, signal, sys
from pathlib import Path
from textual.widgets import Static
from anr_tui.console.terminal.throttled_app import ThrottledApp
from anr_tui.console.screens.external_programs import show_in_pager

class Busy(ThrottledApp):
    ticks = 0
    def compose(self):
        yield Static("before")
    def on_ready(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, 4)
        self.set_interval(0.01, self.tick)
        self.run_worker(self.page())
    def tick(self):
        self.ticks += 1
        self.query_one(Static).update(f"tick {self.ticks}")
        if self.ticks == 90:
            Path(sys.argv[2]).touch()
    async def page(self):
        said = await show_in_pager(self, Path(sys.argv[1]), os.environ)
        self.exit(0 if said is None else 3)

sys.exit(Busy(is_slow=False, ansi_color=None).run())
"""
PAGER = """
import os, sys, time
sys.stdout.write("PAGED " + open(sys.argv[2]).read())
sys.stdout.flush()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
"""
ENDLESS = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(f"PAGER {os.getpid()}.", flush=True)
while True:
    time.sleep(60)
"""


@contextlib.asynccontextmanager
async def paging(tmp_path: Path, pager: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, bytearray]]:
    """A console that opens a log in this pager at once, and what its terminal was sent."""
    log, gate, script = tmp_path / "a [log].txt", tmp_path / "ticked", tmp_path / "pager.py"
    log.write_text("the log")
    script.write_text(pager)
    user, program = pty.openpty()
    termios.tcsetwinsize(program, (24, 80))
    shown = bytearray()
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            shown.extend(os.read(user, 1 << 16))
        except OSError:
            loop.remove_reader(user)

    loop.add_reader(user, read)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PAGING, str(log), str(gate)),
            env=dict(os.environ) | {"TERM": "xterm-256color", "PAGER": f"{sys.executable} '{script}' '{gate}'"},
            stdin=program,
            stdout=program,
            stderr=program,
            start_new_session=True,
        )
        yield process, shown
        await process.wait()
    finally:
        os.close(program)
        loop.remove_reader(user)
        while select.select([user], [], [], 0)[0]:  # what was written last
            try:
                shown.extend(os.read(user, 1 << 16))
            except OSError:
                break
        os.close(user)


async def test_a_pager_does_not_hang_the_console_that_goes_on_painting(tmp_path: Path) -> None:
    async with paging(tmp_path, PAGER) as (process, shown):
        pass
    assert process.returncode == 0
    assert b"PAGED the log" in shown


async def test_a_pager_that_is_killed_gives_the_terminal_back(tmp_path: Path) -> None:
    async with paging(tmp_path, ENDLESS) as (process, shown):
        os.kill(await pager_of(shown), signal.SIGKILL)
    assert process.returncode == 3
    after = shown[shown.index(b"PAGER") :]
    assert after.count(b"\x1b[?1049h") == 1  # the console came back
    assert after.count(b"\x1b[?1049l") == 1  # and left


async def test_a_pager_that_never_ends_keeps_no_console_that_is_to_end(tmp_path: Path) -> None:
    async with paging(tmp_path, ENDLESS) as (process, shown):
        pager = await pager_of(shown)
        process.terminate()
    assert process.returncode == 4
    with pytest.raises(ProcessLookupError):
        os.kill(pager, 0)


async def pager_of(shown: bytearray) -> int:
    """The process of a pager that says which it is."""
    await until(lambda: re.search(rb"PAGER (\d+)\.", shown))
    found = re.search(rb"PAGER (\d+)\.", shown)
    assert found
    return int(found[1])


async def test_the_terminal_says_how_large_it_is_whatever_the_environment_claims(tmp_path: Path) -> None:
    """GIVEN COLUMNS and LINES that a shell has exported WHEN a console opens, and its terminal changes THEN it fits."""
    database = tmp_path / "site.db"
    create_site_database(database)
    async with anr_tui("--database", str(database), "--read-only", COLUMNS="60", LINES="14") as terminal:
        await terminal.shows(b"Cameras")  # 14 lines have no room for them
        before = len(terminal.shown)
        termios.tcsetwinsize(terminal.user, (24, 80))

        def is_fitted() -> bool:
            screen = Emulated()
            screen.feed(terminal.shown[before:])
            return any("quit" in line for line in screen.text.splitlines()[23:24])

        await until(is_fitted)


@pytest.mark.parametrize("environment", [{"COLUMNS": "100", "LINES": "30"}, {}], ids=["told by variables", "not told"])
async def test_a_terminal_that_does_not_know_its_size_shows_all_panes(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    create_site_database(tmp_path / "site.db")
    (tmp_path / "recordings").mkdir()
    flags = ("--read-only", "--database", "site.db", "--recordings", "recordings")
    async with anr_tui(*flags, cwd=tmp_path, size=(0, 0), **environment) as terminal:
        await terminal.shows(b"Cameras")
        await terminal.shows(b"Gaps")
    assert b"is small" not in terminal.shown
