"""Where there is no site: what the console says then, and how it opens on the one that is chosen."""

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.console.first_start.app import advise
from anr_tui.sites.heldar.schema import create_site_database
from tests.console.first_start.builders import NO_SITE
from tests.console.real_terminal import Terminal, anr_tui
from tests.console.terminal.emulated import Emulated
from tests.engine import execute_on, until


def test_what_is_remembered_is_asked_said_or_nothing(tmp_path: Path) -> None:
    config, values = tmp_path / "config.toml", {"heldar_database_url": "/srv/x.db"}
    assert advise(values, config, NO_SITE).values == values
    config.write_text('heldar_database_url = "/srv/x.db"\n')
    assert advise(values, config, NO_SITE) == advise({}, config, NO_SITE)
    config.write_text('heldar_database_url = "/srv/y.db"\n')
    assert "change in" in advise(values, config, NO_SITE).sentence
    config.write_text("= =")
    assert "write into" in advise(values, config, NO_SITE).sentence


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person without settings and without a site."""
    for name, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "share"), ("TMPDIR", "tmp")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, str(tmp_path / folder))
    return tmp_path


def shows(terminal: Terminal, words: str) -> Callable[[], bool]:
    def is_shown() -> bool:
        screen = Emulated()
        screen.feed(terminal.shown)
        return words in screen.text

    return is_shown


async def end(terminal: Terminal, journal: Path) -> int:
    terminal.press("q")
    status = await terminal.process.wait()
    await until(lambda: all(row["ended_at"] for row in execute_on(journal, "SELECT ended_at FROM workers")))
    return status


async def test_a_site_is_made_shown_and_remembered(home: Path) -> None:
    async with anr_tui(cwd=home) as terminal:
        await until(shows(terminal, "nothing says where it is"))
        terminal.press("m")
        await until(shows(terminal, "Where to make an empty"))
        terminal.press("\r")
        await until(shows(terminal, "Find this site the next time, too?"))
        terminal.press("y")
        await until(shows(terminal, "remembered in"))
        await until(shows(terminal, "worker runs"))
        assert await end(terminal, home / "share" / "anr-tui" / "site.anr.db") == 0
    assert terminal.shown.count(b"\x1b[?1049h") == 1  # one screen from the first to the last

    config = home / "config" / "anr-tui" / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    settings = load_settings()
    assert settings.database_path == home / "share" / "anr-tui" / "site.db"
    assert settings.recordings_dir == home / "share" / "anr-tui" / "recordings"


async def test_a_worker_starts_on_a_site_that_was_made_anywhere(home: Path) -> None:
    folder = home / "elsewhere" / "site"
    async with anr_tui(cwd=home) as terminal:
        await until(shows(terminal, "nothing says where it is"))
        terminal.press("m")
        await until(shows(terminal, "Where to make an empty"))
        terminal.press("\x15")
        await until(lambda: not shows(terminal, "anr-tui/site.db")())
        terminal.press(f"{folder}/site.db\r")
        await until(shows(terminal, "Find this site the next time, too?"))
        terminal.press("n")
        await until(shows(terminal, "worker runs"))
        assert await end(terminal, folder / "site.anr.db") == 0

    assert stat.S_IMODE((folder / "recordings").stat().st_mode) == 0o2770


async def test_another_database_is_opened_once_it_will_do(home: Path) -> None:
    create_site_database(home / "site.db")
    (home / "notes.txt").write_text("no database " * 99)
    async with anr_tui("--read-only", cwd=home) as terminal:
        await until(shows(terminal, "nothing says where it is"))
        terminal.press("o")
        await until(shows(terminal, "Which site database?"))
        terminal.press("notes.txt\r")
        await until(shows(terminal, "is not an SQLite database"))
        terminal.press("\x15")
        await until(lambda: not shows(terminal, "notes.txt")())
        terminal.press("si")
        await until(shows(terminal, "site.db"))  # is offered
        terminal.press("\t")
        terminal.press("\r")
        await until(shows(terminal, "read-only"))
        await until(shows(terminal, "no gaps"))
        terminal.press("q")
        assert await terminal.process.wait() == 0
    assert not list(home.glob("*.anr*"))
    assert not list((home / "config").iterdir())


async def test_a_wrong_flag_is_said_and_enter_leaves_with_2(home: Path) -> None:
    async with anr_tui("--database", "none.db", cwd=home) as terminal:
        await until(shows(terminal, "--database says so"))
        terminal.press("\r")
        assert await terminal.process.wait() == 2
        await until(lambda: f"There is no site database at {home}/none.db.".encode() in terminal.shown)
    assert not list(home.glob("none*"))


async def test_the_demo_runs_from_there_and_leaves_nothing(home: Path, ffmpeg: str) -> None:
    tools = home / "tools"
    tools.mkdir()
    (tools / "ffmpeg").symlink_to(ffmpeg)
    async with anr_tui(cwd=home, PATH=f"{tools}:{os.environ['PATH']}") as terminal:
        await until(shows(terminal, "d demo"))
        terminal.press("d")
        await until(shows(terminal, "worker runs"))
        assert list((home / "tmp").glob("anr-demo-*"))
        terminal.process.send_signal(signal.SIGTERM)
        assert await terminal.process.wait() == 0
    assert not list((home / "tmp").glob("anr-demo-*"))


@pytest.mark.parametrize("term", ["dumb", ""])
async def test_a_terminal_that_cannot_draw_gets_the_status_or_the_refusal(home: Path, term: str) -> None:
    create_site_database(home / "site.db")
    for name, status, words in (("site.db", 0, "here is the status instead"), ("none.db", 2, "no site database at")):
        async with anr_tui("--database", name, cwd=home, TERM=term) as terminal:
            assert await terminal.process.wait() == status
            await until(shows(terminal, words))
        assert b"\x1b" not in terminal.shown
