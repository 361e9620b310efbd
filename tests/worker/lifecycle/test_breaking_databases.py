"""Databases that break while a worker works, and before it starts: it says what is wrong, and nothing is lost of it."""

import asyncio
import contextlib
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import LeaseLostError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.platform import sqlite
from anr_tui.sites.open_site import open_site
from anr_tui.worker.lifecycle import housekeeping
from anr_tui.worker.scheduling import sweep_timer
from tests.engine import PATIENCE_S, EngineSite, ask, execute_on, until

LONG_EVENT = "INSERT INTO events (at, kind, who, words) VALUES ('', 'alarm', '', ?)"
ASK_SWEEP = "INSERT INTO requests (kind, asked_by, asked_at) VALUES ('sweep', 'anna', ?)"
FULL_SPEED = Pace(honours_rate_control=True)
PATIENT = {"ANR_STALL_S": str(PATIENCE_S)}


def deleted(site: EngineSite) -> None:
    """Its own file only: what SQLite keeps beside it stays."""
    site.journal.unlink()


def replaced(site: EngineSite) -> None:
    """As a person does who brings a back-up back."""
    other = site.root / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as copy, contextlib.closing(sqlite3.connect(site.journal)) as now:
        now.backup(copy)
    other.replace(site.journal)


def overwritten(site: EngineSite) -> None:
    size = site.journal.stat().st_size
    with site.journal.open("r+b") as file:
        file.write(os.urandom(size))


def truncated(site: EngineSite) -> None:
    os.truncate(site.journal, 0)


def events(site: EngineSite, kind: EventKind) -> list[str]:
    return [row["words"] for row in execute_on(site.journal, "SELECT words FROM events WHERE kind = ?", kind)]


@pytest.mark.parametrize(("harm", "says"), [(deleted, 1), (replaced, 0)], ids=["deleted", "replaced"])
async def test_a_worker_without_its_journal_gives_up_and_the_next_one_goes_on(
    site: EngineSite, harm: Callable[[EngineSite], None], says: int
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        worker = await site.start_worker(**PATIENT)
        await until(lambda: site.fetched_s() >= 2)
        harm(site)
        output, _ = await worker.communicate()
        assert worker.returncode == 1, "a service manager starts it again"
        assert b"was removed or replaced" in output
        assert b"Traceback" not in output
        camera.release()
        second = await site.start_worker("--once")
        await second.communicate()
    assert second.returncode == 0
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)
    assert sum(site.recorded("gate").values()) == pytest.approx(30, abs=2)
    assert site.fills()[-1]["wanted_s"] < 29, "what arrived is not asked for again"
    assert site.left_behind() == []
    assert len(events(site, EventKind.JOURNAL_SET_ASIDE)) == says


@pytest.mark.parametrize("harm", [overwritten, truncated], ids=lambda harm: harm.__name__)
async def test_footage_outlives_a_journal_that_broke_under_the_worker(
    site: EngineSite, harm: Callable[[EngineSite], None]
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        worker = await site.start_worker(**PATIENT)
        await until(lambda: site.fetched_s() >= 2)
        harm(site)
        worker.send_signal(signal.SIGTERM)
        output, _ = await worker.communicate()
        assert b"Traceback" not in output
        camera.release()
        second = await site.start_worker("--once")
        output, _ = await second.communicate()
    assert second.returncode == 0, output.decode()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert sum(site.recorded("gate").values()) == pytest.approx(30, abs=2)
    assert site.left_behind() == []
    (words,) = events(site, EventKind.JOURNAL_SET_ASIDE)
    assert [path.name in words for path in site.root.glob("*.damaged-*.db")] == [True]


async def test_a_worker_whose_journal_broke_gives_up_within_the_hour(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_EVERY_S", 0.1)
    async with site.worker() as worker:
        keeping = asyncio.create_task(housekeeping.keep_house(worker.context, worker.state))
        done, _ = await asyncio.wait([keeping], timeout=0.5)
        assert not done
        overwritten(site)
        with pytest.raises(LeaseLostError, match="not a database"):
            await keeping


@pytest.mark.parametrize(
    ("hindrance", "relief"),
    [
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"),
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    ],
    ids=["full", "read-only"],
)
async def test_a_fill_waits_for_a_journal_that_takes_no_writes_and_is_told_once(
    site: EngineSite, hindrance: str, relief: str, caplog: pytest.LogCaptureFixture
) -> None:
    """SQLite refuses here as it does on a full disk (no further page) and on one that became read-only."""
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=3)
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            asking = asyncio.create_task(ask(site, RequestKind.FILL, gap_id="gap_1"))
            await camera.played(3)
            database = worker.context.journal.file._database
            # Long words need a page that is not there; short ones may still fit into the last.
            execute_on(
                site.journal, "INSERT INTO events (at, kind, who, words) VALUES ('', 'alarm', '', ?)", "x" * 4000
            )
            await database.rows(hindrance)
            camera.release()
            await until(lambda: "tried again" in caplog.text)
            await database.rows(relief)
            answer = await asking
            files = await worker.context.journal.fills.landed("gap_1")
    assert answer.state is RequestState.DONE
    assert "its disk is full" in caplog.text or "cannot be written" in caplog.text
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]
    assert [file.name for file in files] == list(site.recorded("gate"))
    assert len(events(site, EventKind.GAP_FILLED)) == 1


async def test_a_site_that_another_program_holds_is_told_once_it_lets_go(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 100)
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        with contextlib.closing(sqlite3.connect(site.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            async with site.working() as worker:
                await until(lambda: caplog.text.count("The site database") >= 2)
                assert (site.gap("gap_1")["fill_state"], len(worker.state.running)) == ("pending", 1)
                other.execute("ROLLBACK")
                await until(lambda: not worker.state.running)
        assert camera.played_s == pytest.approx(10, abs=4)
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]


async def test_a_site_database_in_the_place_of_another_is_worked_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        async with site.working() as worker:
            await until(lambda: worker.state.swept_at)
            other = site.root / "other.db"
            with (
                contextlib.closing(sqlite3.connect(other)) as copy,
                contextlib.closing(sqlite3.connect(site.database)) as now,
            ):
                now.backup(copy)
            other.replace(site.database)
            site.add_gap("gap_1", "gate", site.window(5, 15))
            worker.sweep_now()
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")


async def test_a_site_database_that_is_gone_is_an_alarm_until_it_is_back(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_timer, "_FAILED_SWEEP_S", 0.1)
    async with site.working() as worker:
        await until(lambda: worker.state.swept_at)
        away = site.database.rename(site.root / "away.db")
        worker.sweep_now()
        await until(lambda: events(site, EventKind.ALARM))
        away.rename(site.database)
        await until(lambda: events(site, EventKind.ALARM_OVER))
        assert len(events(site, EventKind.ALARM)) == 1
        assert "There is no site database" in events(site, EventKind.ALARM)[0]


async def test_one_sweep_that_could_not_be_made_is_no_success(site: EngineSite) -> None:
    async with site.worker() as worker:
        site.database.rename(site.root / "away.db")
        with pytest.raises(SiteError, match="There is no site database"):
            await worker.run(asyncio.Event(), once=True)


BAD_CAMERAS = ["retention_hours = 9e999", "rtsp_port = x'ff00'", "segment_seconds = 'many'"]
BAD_GAPS = [
    "gap_start = 'yesterday'",
    "gap_end = gap_start",
    "gap_seconds = 9e999",
    "fill_state = x'00'",
    "last_attempt_at = 12",
    "filled_at = x'ff'",
]


async def test_bad_rows_of_the_site_stop_no_other(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("good", "gate", site.window(5, 10))
        for number, harm in enumerate(BAD_CAMERAS):
            site.add_camera(f"bad{number}", camera.port)
            site.add_gap(f"of_bad{number}", f"bad{number}", site.window(5, 10))
            site.execute(f"UPDATE cameras SET {harm} WHERE id = 'bad{number}'")
        for number, harm in enumerate(BAD_GAPS):
            site.add_gap(f"bad{number}", "gate", site.window(20 + number, 20.5 + number))
            site.execute(f"UPDATE recording_gaps SET {harm} WHERE id = 'bad{number}'")
        await site.sweep()
        found = await asyncio.gather(*(_problems(site, table) for table in ("cameras", "gaps")))
    assert site.gap("good")["fill_state"] == "filled"
    assert [len(problems) for problems in found] == [len(BAD_CAMERAS), len(BAD_GAPS)]
    assert all("was left out" in problem for problems in found for problem in problems)


async def _problems(site: EngineSite, table: str) -> tuple[str, ...]:
    opened = await open_site(site.settings())
    try:
        return (await opened.cameras.all() if table == "cameras" else await opened.gaps.all()).problems
    finally:
        await opened.close()


BAD_JOURNAL_ROWS = [
    "UPDATE camera_memory SET set_aside_until = 'soon'",
    "UPDATE fills SET phase = 'sleeping', outcome = NULL",
    "UPDATE landed_files SET start_time = 'yesterday'",
    "UPDATE requests SET kind = 'dance', state = 'asked'",
    "UPDATE events SET at = 7",
    "UPDATE workers SET seen_at = 'now'",
]


async def test_bad_rows_of_the_journal_stop_no_fill(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        async with site.working():
            await ask(site, RequestKind.FILL, gap_id="gap_1")
        execute_on(site.journal, "INSERT INTO camera_memory (camera_id) VALUES ('other')")
        for harm in BAD_JOURNAL_ROWS:
            execute_on(site.journal, harm)
        site.add_gap("gap_2", "gate", site.window(15, 20))
        async with site.working():
            await until(lambda: site.gap("gap_2")["fill_state"] == "filled")


async def test_logs_that_were_taken_away_are_made_anew(site: EngineSite) -> None:
    logs = site.root / "site.anr.logs"
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        worker = await site.start_worker()
        await until(lambda: (logs / "worker.log").is_file() and "sweep" in (logs / "worker.log").read_text())
        shutil.rmtree(logs)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        execute_on(site.journal, ASK_SWEEP, format_stamp(now_utc()))
        await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
        worker.terminate()
        await worker.communicate()
    assert {path.name for path in logs.iterdir()} == {"worker.log", "fill-1.log"}
    assert "worker" in (logs / "worker.log").read_text()


async def test_a_worker_says_what_stands_in_the_place_of_its_logs(site: EngineSite) -> None:
    (site.root / "site.anr.logs").write_text("mine")
    worker = await site.start_worker("--once")
    output, _ = await worker.communicate()
    assert worker.returncode == 2
    assert b"site.anr.logs" in output
    assert b"Traceback" not in output
    assert (site.root / "site.anr.logs").read_text() == "mine"
