"""Both databases in one snapshot: what is news, what is a problem, and what stays as it was."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import AnrError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform import sqlite
from anr_tui.platform.user import who_am_i
from anr_tui.view.site_reader import EVENTS, SiteReader
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD, HeldarSite, locked
from tests.view.builders import lease_of, start_fill


async def test_events_are_in_the_snapshot_newest_first_and_read_again_only_when_the_journal_changed(
    view: SiteReader, journal: Journal
) -> None:
    for number in range(EVENTS + 1):
        await journal.events.add(EventKind.ALARM, f"alarm {number}", who="anna@nvr-07", now=now_utc(), fill_id=number)
    snapshot = await view.read()
    assert snapshot is not None
    assert len(snapshot.events) == EVENTS
    assert (snapshot.events[0].words, snapshot.events[0].fill_id) == (f"alarm {EVENTS}", EVENTS)
    assert (snapshot.events[-1].words, snapshot.events[-1].kind) == ("alarm 1", EventKind.ALARM)
    assert await view.read() is None
    await journal.events.add(EventKind.ALARM_OVER, "over", who="anna@nvr-07", now=now_utc())
    later = await view.read()
    assert later is not None and [event.words for event in later.events[:2]] == ["over", f"alarm {EVENTS}"]


async def test_a_snapshot_is_both_databases_in_one(heldar_site: HeldarSite, view: SiteReader, journal: Journal) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock", fill_state="failed", fill_attempts=3)
    lease = await lease_of(journal)
    fill_id = await start_fill(heldar_site, journal, lease)
    snapshot = await view.read()
    assert snapshot is not None
    assert (snapshot.version, snapshot.database, snapshot.problem) == (1, heldar_site.database, "")
    assert (snapshot.worker.state, snapshot.worker.user) == (WorkerState.RUNNING, "anna")
    assert [(row.id, row.pending, row.failed, row.filling) for row in snapshot.cameras] == [
        ("gate", 1, 0, 1),
        ("dock", 0, 1, 0),
    ]
    assert [(row.id, row.camera_name, row.is_filling) for row in snapshot.gaps] == [
        ("gap_1", "Front gate", True),
        ("gap_2", "Loading dock", False),
    ]
    assert [(row.fill.id, row.camera_name) for row in snapshot.fills] == [(fill_id, "Front gate")]
    assert (snapshot.totals.gaps, snapshot.totals.missing_s) == (2, 1200)
    assert snapshot.disk_free_bytes is not None
    assert PASSWORD not in repr(snapshot)
    assert TEMPLATE_PASSWORD not in repr(snapshot)


async def test_nothing_new_is_no_snapshot(
    heldar_site: HeldarSite, view: SiteReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The disk is shared with everything else that runs.
    monkeypatch.setattr("anr_tui.view.site_reader._free_bytes", lambda _: 5)
    first = await view.read()
    assert first is not None
    assert await view.read() is None
    assert await view.look() is first
    heldar_site.add_gap("gap_1")
    second = await view.read()
    assert second is not None
    assert (second.version, len(second.gaps)) == (2, 1)
    assert await view.read() is None


async def test_a_heartbeat_alone_is_no_snapshot(
    view: SiteReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.view.site_reader._free_bytes", lambda _: 5)
    lease = await lease_of(journal)
    await view.look()
    await LeasedJournal(journal, lease).lease.renew(expires_at=now_utc() + timedelta(seconds=20))
    await LeasedJournal(journal, lease).lease.note_state(now=now_utc(), paused=False, next_sweep_at=None)
    assert await view.read() is None
    await LeasedJournal(journal, lease).lease.note_state(now=now_utc(), paused=True, next_sweep_at=None)
    paused = await view.read()
    assert paused is not None
    assert paused.worker.state is WorkerState.PAUSED


async def test_what_a_person_asked_shows_at_once_though_no_worker_runs(view: SiteReader) -> None:
    await view.look()
    request_id = await view.requests.ask(RequestKind.PAUSE)
    snapshot = await view.read()
    assert snapshot is not None
    (request,) = snapshot.requests
    assert (request.id, request.state, request.asked_by) == (request_id, RequestState.ASKED, who_am_i())
    assert not await view.requests.has_ended(request_id)


async def test_what_is_asked_in_the_middle_of_a_read_shows_with_the_next(
    view: SiteReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask_too() -> None:
        monkeypatch.undo()
        await view.requests.ask(RequestKind.SWEEP)

    # The last thing that a read looks at.
    monkeypatch.setattr(view.journal.lease, "last_worker", ask_too)
    await view.read()
    snapshot = await view.read()
    assert snapshot is not None
    assert [request.kind for request in snapshot.waiting] == [RequestKind.SWEEP]


async def test_an_answer_is_seen(view: SiteReader, journal: Journal) -> None:
    request_id = await view.requests.ask(RequestKind.SWEEP)
    assert await view.requests.ask(RequestKind.SWEEP) == request_id
    lease = await lease_of(journal)
    await LeasedJournal(journal, lease).requests.take(request_id)
    assert not await view.requests.has_ended(request_id)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="Sweeping.", now=now_utc())
    assert await view.requests.has_ended(request_id)
    assert (await view.requests.answer(request_id)).reason == "Sweeping."
    with pytest.raises(AnrError, match="Request 99 is not in the journal"):
        await view.requests.answer(99)


async def test_what_is_not_there_is_not_asked_for(heldar_site: HeldarSite, view: SiteReader, journal: Journal) -> None:
    heldar_site.add_gap("gap_bad", gap_start="yesterday")
    for kind in (RequestKind.FILL, RequestKind.RETRY):
        with pytest.raises(SiteError, match="There is no gap 'gap_9'"):
            await view.requests.ask(kind, gap_id="gap_9")
        with pytest.raises(SiteError, match="gap_bad"):
            await view.requests.ask(kind, gap_id="gap_bad")
    with pytest.raises(AnrError, match="There is no fill 9"):
        await view.requests.ask(RequestKind.CANCEL, fill_id=9)
    assert await journal.requests.asked() == []


async def test_only_a_fill_that_runs_can_be_cancelled(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal
) -> None:
    heldar_site.add_gap("gap_1")
    lease = await lease_of(journal)
    fill_id = await start_fill(heldar_site, journal, lease)
    request_id = await view.requests.ask(RequestKind.CANCEL, fill_id=fill_id)
    assert [request.id for request in await journal.requests.asked()] == [request_id]
    await LeasedJournal(journal, lease).fills.end(fill_id, FillProgress(), Outcome.STOPPED, reason="", now=now_utc())
    with pytest.raises(AnrError, match=f"Fill {fill_id} has ended already: stopped"):
        await view.requests.ask(RequestKind.CANCEL, fill_id=fill_id)


async def test_fills_of_a_dead_worker_do_not_run_any_more(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal
) -> None:
    heldar_site.add_gap("gap_1")
    lease = await lease_of(journal)
    await start_fill(heldar_site, journal, lease)
    assert (await view.look()).gaps[0].is_filling
    await LeasedJournal(journal, lease).lease.note_state(
        now=now_utc() - timedelta(seconds=30), paused=False, next_sweep_at=None
    )
    snapshot = await view.look()
    assert snapshot.worker.state is WorkerState.LOST
    assert (snapshot.gaps[0].is_filling, snapshot.gaps[0].is_lost, snapshot.cameras[0].filling) == (False, True, 0)
    assert [(row.is_running, row.is_lost, row.left_s) for row in snapshot.fills] == [(False, True, None)]


async def test_a_row_that_cannot_be_read_is_a_problem_and_the_rest_is_shown(
    heldar_site: HeldarSite, view: SiteReader
) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_bad", "dock", gap_start="yesterday")
    snapshot = await view.look()
    assert [row.id for row in snapshot.gaps] == ["gap_1"]
    assert "The row 'gap_bad' was left out" in snapshot.problem
    heldar_site.add_camera("odd", retention_hours="x")
    assert (await view.look()).problem.endswith("(2 rows cannot be read)")


async def test_a_lock_is_a_problem_that_passes_and_keeps_what_was_seen(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with contextlib.closing(sqlite3.connect(heldar_site.database)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
    heldar_site.add_gap("gap_1")
    view = await SiteReader.open(heldar_site.settings())
    await view.look()
    with locked_against_readers(heldar_site.database):
        snapshot = await view.read()
        assert snapshot is not None
        assert "was locked by another program" in snapshot.problem
        assert [row.id for row in snapshot.gaps] == ["gap_1"]
        with pytest.raises(SiteError, match="was locked by another program"):
            await view.look()
    after = await view.read()
    assert after is not None
    assert after.problem == ""
    await view.close()


async def test_a_site_that_cannot_be_opened_leaves_nothing_behind(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with pytest.raises(AnrError, match="is another program's database"):
        await SiteReader.open(heldar_site.settings(anr_journal=heldar_site.database))
    with locked(heldar_site.database), pytest.raises(SiteError, match="locked"):
        await SiteReader.open(heldar_site.settings())
    assert not heldar_site.journal.exists()


@contextlib.contextmanager
def locked_against_readers(database: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


async def test_free_disk_is_that_of_the_nearest_directory_there_is(heldar_site: HeldarSite) -> None:
    for place in (heldar_site.recordings / "not" / "made" / "yet", Path("x" * 300)):
        view = await SiteReader.open(heldar_site.settings(heldar_recordings_dir=place))
        free = (await view.look()).disk_free_bytes
        assert free is None or free > 0
        await view.close()


async def test_of_a_site_that_changes_only_the_rows_that_changed_are_made_anew(
    view: SiteReader, heldar_site: HeldarSite
) -> None:
    for number in range(1, 4):
        heldar_site.add_gap(f"gap_{number}", gap_start=f"2026-06-13T11:0{number}:00+00:00")
    before = {row.id: row for row in (await view.look()).gaps}
    heldar_site.execute("UPDATE cameras SET vendor = 'other'")
    snapshot = await view.read()
    assert snapshot is not None
    assert snapshot.cameras[0].vendor == "other"
    assert all(row is before[row.id] for row in snapshot.gaps)

    heldar_site.execute("UPDATE recording_gaps SET fill_attempts = 2 WHERE id = 'gap_2'")
    snapshot = await view.read()
    assert snapshot is not None
    assert [row.id for row in snapshot.gaps if row is not before[row.id]] == ["gap_2"]


async def test_many_gaps_are_let_be_for_a_while_unless_somebody_waits_for_them(
    view: SiteReader, heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.view.site_reader._MANY_GAPS", 0)
    monkeypatch.setattr("anr_tui.view.site_reader._REST", 1_000_000)
    heldar_site.add_gap("gap_1")
    assert len((await view.look()).gaps) == 1
    heldar_site.add_gap("gap_2", gap_start="2026-06-13T11:00:00+00:00")
    heldar_site.execute("UPDATE cameras SET vendor = 'other'")
    snapshot = await view.read()
    assert snapshot is not None
    assert (snapshot.cameras[0].vendor, len(snapshot.gaps)) == ("other", 1)
    assert len((await view.look()).gaps) == 2


async def test_the_rows_of_all_gaps_stay_as_they_are_while_a_worker_only_lives_on(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal
) -> None:
    heldar_site.add_gap("gap_1")
    lease = await lease_of(journal)
    before = await view.look()
    later = now_utc() + timedelta(minutes=5)
    await LeasedJournal(journal, lease).lease.note_state(now=now_utc(), paused=False, halted=False, next_sweep_at=later)
    after = await view.look()
    assert after.worker.next_sweep_at == later
    assert after.gaps is before.gaps


async def test_what_only_time_changes_is_seen_in_steps_of_a_few_seconds(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.view.site_reader._free_bytes", lambda _: 5)
    now = now_utc()
    monkeypatch.setattr("anr_tui.view.site_reader.now_utc", lambda: now)
    (camera,) = [each for each in (await view._databases.site.cameras.all()).good if each.id == "gate"]
    until = now + timedelta(seconds=2)
    lease = await lease_of(journal)
    aside = CameraMemory("gate", None, until, Outcome.UNREACHABLE, camera.updated_at)
    await LeasedJournal(journal, lease).camera_memory.set_aside(aside)
    assert (await view.look()).cameras[0].set_aside_why is Outcome.UNREACHABLE

    now += timedelta(seconds=3)
    assert await view.read() is None
    now += timedelta(seconds=2)
    later = await view.read()
    assert later is not None and later.cameras[0].set_aside_why is None
    assert later.read_at == now


async def test_a_worker_that_falls_silent_is_seen_at_once(
    heldar_site: HeldarSite, view: SiteReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.view.site_reader._free_bytes", lambda _: 5)
    await lease_of(journal, timedelta(minutes=1))
    snapshot = await view.look()
    assert snapshot.worker.seen_at is not None
    now = snapshot.worker.seen_at + timedelta(seconds=9)
    monkeypatch.setattr("anr_tui.view.site_reader.now_utc", lambda: now)
    await view.read()

    now += timedelta(seconds=1.5)
    lost = await view.read()
    assert lost is not None and lost.worker.state is WorkerState.LOST


async def test_news_of_a_read_that_was_given_up_come_with_the_next(view: SiteReader, journal: Journal) -> None:
    await view.look()
    await journal.events.add(EventKind.ALARM, "alarm", who="anna@nvr-07", now=now_utc())
    reading = asyncio.create_task(view.read())
    looking = asyncio.to_thread

    async def until_cancelled(*what: object) -> object:
        await looking(*what)  # type: ignore[arg-type]  # a function and its arguments
        reading.cancel()
        return await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anr_tui.view.site_reader.asyncio.to_thread", until_cancelled)
        with pytest.raises(asyncio.CancelledError):
            await reading

    later = await view.read()
    assert later is not None and [event.words for event in later.events] == ["alarm"]
