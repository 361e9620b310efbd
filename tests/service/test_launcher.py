"""The console's worker as a child: real processes, the real command."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from anr_tui.cli.main import main
from anr_tui.domain.errors import AnrError
from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.journal.journal import Journal
from anr_tui.journal.presence import present
from anr_tui.journal.tables.rows import WorkerRecord
from anr_tui.service.launcher import ChildWorker, settings_flags
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD, HeldarSite


@pytest.fixture
def start(heldar_site: HeldarSite, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], ChildWorker]]:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    with present(heldar_site.settings().consoles_path):
        yield lambda: ChildWorker([*settings_flags(heldar_site.settings(), None), "--idle"])


@pytest.fixture
async def child(start: Callable[[], ChildWorker]) -> AsyncIterator[ChildWorker]:
    child = start()
    yield child
    await asyncio.to_thread(child.stop)


async def last_worker(site: HeldarSite) -> WorkerRecord:
    journal = await Journal.open(site.journal)
    worker = await journal.lease.last_worker()
    await journal.close()
    assert worker is not None
    return worker


async def test_a_started_worker_holds_the_site_and_ends_in_order(heldar_site: HeldarSite, child: ChildWorker) -> None:
    assert not child.is_running
    assert await child.start()
    assert child.is_running
    worker = await last_worker(heldar_site)
    assert worker.lease_expires_at is not None
    assert (worker.paused, worker.lifetime) == (True, Lifetime.CONSOLES)
    await child.start()
    assert (await last_worker(heldar_site)).pid == worker.pid
    await asyncio.to_thread(child.stop)
    assert not child.is_running
    ended = await last_worker(heldar_site)
    assert ended.ended_at is not None
    assert ended.lease_expires_at is None


async def test_its_arguments_say_where_and_hold_no_password(heldar_site: HeldarSite, child: ChildWorker) -> None:
    await child.start()
    pid = (await last_worker(heldar_site)).pid
    arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    assert str(heldar_site.database) in arguments
    assert not any(PASSWORD in word or TEMPLATE_PASSWORD in word for word in arguments)
    # A terminal's hang-up and ^C go to the console's session, not to the worker's.
    session = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3]
    assert int(session) == pid


async def test_of_two_that_start_at_once_one_holds_the_site_and_the_other_ends_quietly(
    heldar_site: HeldarSite, start: Callable[[], ChildWorker]
) -> None:
    both = start(), start()
    assert sorted(await asyncio.gather(*(child.start() for child in both))) == [False, True]
    assert sorted(child.is_running for child in both) == [False, True]
    for child in both:
        await asyncio.to_thread(child.stop)


async def test_a_worker_that_cannot_start_says_why_in_its_own_words(
    heldar_site: HeldarSite, start: Callable[[], ChildWorker]
) -> None:
    heldar_site.recordings.rmdir()
    child = start()
    with pytest.raises(AnrError, match="There is no directory"):
        await child.start()
    assert not child.is_running


async def test_a_worker_that_breaks_as_it_starts_shows_no_traceback_and_logs_it(
    tmp_path: Path,
    start: Callable[[], ChildWorker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "anr_tui.py").write_text("raise ZeroDivisionError('a defect')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(AnrError) as caught:
        await start().start()
    assert str(caught.value) == "The worker broke as it started. `anr-tui worker` shows how."
    assert "ZeroDivisionError: a defect" in caplog.text


async def test_a_worker_that_died_is_started_again(heldar_site: HeldarSite, child: ChildWorker) -> None:
    await child.start()
    first = await last_worker(heldar_site)
    assert child._process is not None
    child._process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(child._process.wait)
    assert not child.is_running
    await child.start()
    assert (await last_worker(heldar_site)).pid != first.pid


async def test_a_child_loads_this_program_and_nothing_from_the_directory_it_stands_in(
    tmp_path: Path, child: ChildWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "anr_tui.py").write_text("raise SystemExit('this is not the program')")
    monkeypatch.chdir(tmp_path)
    await child.start()
    assert child.is_running


def test_stopping_what_never_ran_does_nothing() -> None:
    ChildWorker([]).stop()


def test_a_worker_that_does_not_end_is_killed() -> None:
    child = ChildWorker([])
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
    child._process = process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    with contextlib.ExitStack() as stack:
        assert process.stdout is not None
        assert stack.enter_context(process.stdout).readline() == b"ready\n"
        child.stop(timeout_s=0.1)
    assert child._process.returncode == -signal.SIGKILL


def test_the_flags_name_the_same_site_from_anywhere(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heldar_site.add_gap("gap_1")
    config = heldar_site.root / "config.toml"
    config.write_text("anr_piece_s = 60\n")
    monkeypatch.chdir(heldar_site.root)
    given = heldar_site.settings(heldar_database_url="sqlite://./heldar.db", heldar_recordings_dir=Path("recordings"))
    flags = settings_flags(given, Path("config.toml"))
    monkeypatch.chdir("/")
    assert main(["gaps", *flags]) == 0
    assert "gap_1" in capsys.readouterr().out
    assert {"--database", "--recordings", "--journal", "--config"} < set(flags)
    assert str(config) in flags


async def test_a_console_on_a_damaged_journal_starts_a_worker_that_makes_a_new_one(
    heldar_site: HeldarSite, child: ChildWorker
) -> None:
    heldar_site.journal.write_bytes(b"\xa5" * 9000)
    view = await SiteReader.open(heldar_site.settings())
    try:
        before = await view.read()
        assert before is not None
        assert "is damaged" in before.problem
        assert not before.worker.state.is_alive
        assert await child.start()
        after = await view.look()
        assert (after.problem, after.worker.state.is_alive) == ("", True)
        assert EventKind.JOURNAL_SET_ASIDE in {event.kind for event in after.events}
    finally:
        await view.close()
