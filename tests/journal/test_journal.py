import asyncio
import os
import sqlite3
import stat
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError, LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Phase
from anr_tui.domain.lifetime import Lifetime
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import NewRequest, RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import SCHEMA_VERSION, FillProgress, Journal, WorkerIdentity
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.lease import HeldLease
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform import sqlite
from tests.heldar_site import IDENTITY, HeldarSite, execute, locked
from tests.journal.builders import GAP, HALF_WAY, LEASE, NOW, WINDOW, claim, landed_record, lease_of


async def refusal(path: Path) -> str:
    with pytest.raises(JournalError) as refused:
        await Journal.open(path)
    return str(refused.value)


# The file.


async def test_a_new_journal_is_shared_by_owner_and_group_whatever_the_umask(path: Path) -> None:
    before = os.umask(0o077)
    try:
        await (await Journal.open(path)).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert execute(path, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    assert execute(path, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]


async def test_a_journal_keeps_what_it_holds_when_it_is_opened_again(path: Path, journal: Journal) -> None:
    await journal.events.add(EventKind.PAUSED, "The sweep was paused.", who="anna@nvr-07", now=NOW)
    other = await Journal.open(path)
    (event,) = await other.events.newest(5)
    assert (event.kind, event.who, event.words, event.at) == ("paused", "anna@nvr-07", "The sweep was paused.", NOW)
    await other.close()


async def test_many_may_make_the_journal_at_once(path: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(20)))
    assert execute(path, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]
    await asyncio.gather(*(journal.close() for journal in journals))


async def test_making_the_journal_waits_for_another_that_looks_at_it(path: Path) -> None:
    path.touch()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("SELECT * FROM sqlite_master").fetchall()
    opening = asyncio.create_task(Journal.open(path))
    done, _ = await asyncio.wait([opening], timeout=0.1)
    assert not done
    other.execute("COMMIT")
    other.close()
    await (await opening).close()


async def test_a_journal_that_was_begun_and_never_finished_is_finished(path: Path) -> None:
    path.touch()
    journal = await Journal.open(path)
    assert await claim(journal) == 1
    await journal.close()


async def test_a_journal_of_a_newer_version_is_left_alone(path: Path) -> None:
    await (await Journal.open(path)).close()
    execute(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert "written by a newer anr-tui" in await refusal(path)


async def test_the_site_database_is_no_journal_and_stays_as_it_is(heldar_site: HeldarSite) -> None:
    before = heldar_site.execute("SELECT * FROM sqlite_master")
    assert "is another program's database" in await refusal(heldar_site.database)
    assert heldar_site.execute("SELECT * FROM sqlite_master") == before
    assert heldar_site.execute("PRAGMA user_version") == [{"user_version": 0}]


async def test_a_damaged_journal_is_named(path: Path) -> None:
    path.write_bytes(b"no journal at all" * 100)
    words = await refusal(path)
    assert f"The journal {path} is damaged" in words
    assert "The next worker that starts renames it" in words


async def test_a_place_where_no_journal_can_be_is_named(tmp_path: Path) -> None:
    assert "No such file or directory" in await refusal(tmp_path / "none" / "heldar.anr.db")
    assert "cannot be" in await refusal(tmp_path)
    assert "too long" in await refusal(tmp_path / ("x" * 300))


async def test_a_locked_journal_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await (await Journal.open(path)).close()
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with locked(path):
        assert f"The journal {path} was locked by another program" in await refusal(path)
    await (await Journal.open(path)).close()


# The lease.


async def test_a_free_lease_is_taken_and_held_against_others(journal: Journal) -> None:
    lease = await lease_of(journal)
    assert await claim(journal) is None
    await LeasedJournal(journal, lease).lease.check()


async def test_twenty_workers_claim_at_once_and_one_gets_it(path: Path) -> None:
    await (await Journal.open(path)).close()
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(20)))
    leases = await asyncio.gather(*(claim(journal) for journal in journals))
    assert len([lease for lease in leases if lease is not None]) == 1
    assert execute(path, "SELECT count(*) AS n FROM workers") == [{"n": 1}]
    (first,) = [lease for lease in leases if lease is not None]
    leases = await asyncio.gather(
        *(claim(journal, is_dead=lambda held: held.worker_id == first) for journal in journals)
    )
    assert len([lease for lease in leases if lease is not None]) == 1
    await asyncio.gather(*(journal.close() for journal in journals))


async def test_a_dead_workers_lease_is_taken_over_and_the_token_grows(journal: Journal) -> None:
    first = await lease_of(journal)
    asked: list[HeldLease] = []
    second = await claim(journal, is_dead=lambda held: not asked.append(held))
    assert second is not None
    assert second > first
    assert asked == [HeldLease(first, IDENTITY.host, IDENTITY.pid, IDENTITY.birth, format_stamp(NOW + LEASE))]
    with pytest.raises(LeaseLostError, match="Another worker"):
        await LeasedJournal(journal, first).lease.check()


@pytest.mark.parametrize("hours", [-1, 1, 1000])
async def test_no_clock_of_another_makes_a_lease_free(journal: Journal, hours: int) -> None:
    lease = await lease_of(journal)
    assert await claim(journal, NOW + timedelta(hours=hours)) is None
    await LeasedJournal(journal, lease).lease.check()


async def test_a_renewal_shows_to_those_who_wait(journal: Journal) -> None:
    assert await journal.lease.holder() is None
    lease = await lease_of(journal)
    before = await journal.lease.holder()
    await LeasedJournal(journal, lease).lease.renew(expires_at=NOW + 2 * LEASE)
    after = await journal.lease.holder()
    assert before is not None
    assert after == replace(before, expires_at=format_stamp(NOW + 2 * LEASE))


async def test_a_lease_that_was_not_renewed_in_time_is_no_leave_to_act(journal: Journal) -> None:
    soon = NOW + timedelta(seconds=1)
    lease = await journal.lease.claim(IDENTITY, now=NOW, expires_at=soon, starts_paused=False, is_dead=lambda _: False)
    assert lease is not None
    await asyncio.sleep(journal.lease.timer.left_s)
    with pytest.raises(LeaseLostError, match="not renewed for 1 s"):
        await LeasedJournal(journal, lease).lease.check()
    await LeasedJournal(journal, lease).lease.renew(expires_at=NOW + 2 * LEASE)
    await LeasedJournal(journal, lease).lease.check()


async def test_a_renewal_that_had_to_wait_counts_from_its_start(path: Path, journal: Journal) -> None:
    lease = await lease_of(journal)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    renewing = asyncio.create_task(LeasedJournal(journal, lease).lease.renew(expires_at=NOW + 2 * LEASE))
    await asyncio.wait([renewing], timeout=0.2)
    other.execute("COMMIT")
    other.close()
    await renewing
    waited_s = time.monotonic() - began
    assert waited_s >= 0.2
    assert journal.lease.timer.left_s <= LEASE.total_seconds() - waited_s + 0.1


async def test_a_lease_given_back_is_free_at_once(journal: Journal) -> None:
    lease = await lease_of(journal)
    await LeasedJournal(journal, lease).lease.give_back(NOW)
    worker = await journal.lease.last_worker()
    assert worker is not None
    assert (worker.ended_at, worker.lease_expires_at, worker.next_sweep_at) == (NOW, None, None)
    assert await claim(journal) == lease + 1


async def test_giving_back_a_lost_lease_takes_nothing_from_its_new_holder(journal: Journal) -> None:
    first = await lease_of(journal)
    second = await claim(journal, NOW + LEASE, is_dead=lambda _: True)
    assert second is not None
    await LeasedJournal(journal, first).lease.give_back(NOW + LEASE)
    await LeasedJournal(journal, second).lease.check()


async def test_a_worker_is_shown_as_it_says(journal: Journal) -> None:
    assert await journal.lease.last_worker() is None
    assert await journal.lease.first_worker_at() is None
    lease = await lease_of(journal)
    later = NOW + timedelta(seconds=2)
    await LeasedJournal(journal, lease).lease.note_state(
        now=later, paused=True, next_sweep_at=NOW + timedelta(minutes=5)
    )
    worker = await journal.lease.last_worker()
    assert worker is not None
    assert WorkerIdentity(worker.user, worker.host, worker.pid, worker.birth, worker.version) == IDENTITY
    assert (worker.id, worker.started_at, worker.seen_at, worker.ended_at) == (lease, NOW, later, None)
    assert (worker.paused, worker.next_sweep_at) == (True, NOW + timedelta(minutes=5))
    assert worker.lease_expires_at == NOW + LEASE
    assert worker.lifetime is Lifetime.SERVICE
    await LeasedJournal(journal, lease).lease.note_lifetime(Lifetime.STAY)
    worker = await journal.lease.last_worker()
    assert worker is not None
    assert worker.lifetime is Lifetime.STAY
    await claim(journal, NOW + LEASE, is_dead=lambda _: True)
    assert await journal.lease.first_worker_at() == NOW


async def test_what_was_asked_of_a_worker_itself_does_not_reach_the_next_one(journal: Journal) -> None:
    first = await lease_of(journal)
    kinds = (RequestKind.END, RequestKind.DRAIN, RequestKind.STAY, RequestKind.SWEEP)
    asked = [await journal.requests.ask(kind, asked_by="anna", now=NOW) for kind in kinds]
    await LeasedJournal(journal, first).requests.take(asked[0])
    await claim(journal, NOW + LEASE, is_dead=lambda _: True)
    left = [await journal.requests.get(number) for number in asked]
    assert [each.state for each in left if each] == [*[RequestState.REFUSED] * 3, RequestState.ASKED]


LOST_WRITES: dict[str, Callable[[LeasedJournal, int], Awaitable[object]]] = {
    "renew": lambda journal, _: journal.lease.renew(expires_at=NOW + 5 * LEASE),
    "check": lambda journal, _: journal.lease.check(),
    "note_worker": lambda journal, _: journal.lease.note_state(now=NOW + LEASE, paused=True, next_sweep_at=None),
    "note_lifetime": lambda journal, _: journal.lease.note_lifetime(Lifetime.STAY),
    "start_fill": lambda journal, _: journal.fills.start(GAP, asked_by="sweep", now=NOW),
    "note_fill": lambda journal, fill: journal.fills.note_progress(fill, HALF_WAY),
    "end_fill": lambda journal, fill: journal.fills.end(fill, HALF_WAY, Outcome.FILLED, reason="", now=NOW),
    "add_landed_file": lambda journal, fill: journal.fills.add_landed(
        fill, "gate", landed_record("20260613_115000.mp4"), now=NOW
    ),
    "note_speed": lambda journal, _: journal.camera_memory.note_speed("gate", speed=2.0),
    "note_sessions": lambda journal, _: journal.camera_memory.note_sessions("192.0.2.11:554", 1),
    "set_aside": lambda journal, _: journal.camera_memory.set_aside(
        CameraMemory("gate", None, NOW, Outcome.UNREACHABLE)
    ),
}


def everything(path: Path) -> list[object]:
    tables = ("lease", "workers", "requests", "fills", "landed_files", "camera_memory", "device_memory", "events")
    return [execute(path, f"SELECT * FROM {table}") for table in tables]


@pytest.mark.parametrize("write", LOST_WRITES.values(), ids=LOST_WRITES.keys())
async def test_a_write_under_a_lost_lease_changes_nothing_and_says_so(
    path: Path, journal: Journal, write: Callable[[LeasedJournal, int], Awaitable[object]]
) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await journal.requests.ask(RequestKind.SWEEP, asked_by="anna", now=NOW)
    assert await claim(journal, NOW + LEASE, is_dead=lambda _: True) is not None
    before = everything(path)
    with pytest.raises(LeaseLostError):
        await write(LeasedJournal(journal, lease), fill_id)
    assert everything(path) == before


async def test_requests_are_neither_taken_nor_ended_under_a_lost_lease(path: Path, journal: Journal) -> None:
    lease = await lease_of(journal)
    request_id = await journal.requests.ask(RequestKind.SWEEP, asked_by="anna", now=NOW)
    assert await claim(journal, NOW + LEASE, is_dead=lambda _: True) is not None
    before = everything(path)
    assert not await LeasedJournal(journal, lease).requests.take(request_id)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="done", now=NOW)
    assert everything(path) == before


async def test_nothing_can_be_written_where_nobody_holds_the_lease(journal: Journal) -> None:
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, 1).fills.start(GAP, asked_by="sweep", now=NOW)
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, 1).lease.check()


# Requests.


async def test_the_same_thing_asked_twice_is_one_request(journal: Journal) -> None:
    async def ask(kind: RequestKind, who: str, **what: object) -> int:
        return await journal.requests.ask(kind, asked_by=who, now=NOW, **what)  # type: ignore[arg-type]  # a gap or a fill

    first = await ask(RequestKind.FILL, "anna", gap_id="gap_1")
    assert await ask(RequestKind.FILL, "ben", gap_id="gap_1") == first
    others = [
        await ask(RequestKind.FILL, "anna", gap_id="gap_2"),
        await ask(RequestKind.RETRY, "anna", gap_id="gap_3"),
        await ask(RequestKind.CANCEL, "anna", fill_id=1),
        await ask(RequestKind.CANCEL, "anna", fill_id=2),
        await ask(RequestKind.PAUSE, "anna"),
    ]
    assert len({first, *others}) == 6
    assert await ask(RequestKind.PAUSE, "ben") == others[-1]
    lease = await lease_of(journal)
    assert await LeasedJournal(journal, lease).requests.take(first)
    assert await ask(RequestKind.FILL, "anna", gap_id="gap_1") == first
    await LeasedJournal(journal, lease).requests.end(first, RequestState.DONE, reason="filled", now=NOW)
    assert await ask(RequestKind.FILL, "anna", gap_id="gap_1") not in {first, *others}


async def test_the_same_thing_asked_by_many_at_once_is_one_request(path: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(10)))
    asked = await asyncio.gather(
        *(journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id="gap_1") for journal in journals)
    )
    assert len(set(asked)) == 1
    await asyncio.gather(*(journal.close() for journal in journals))


async def test_many_things_are_asked_in_one_go_and_each_leaves_its_event(journal: Journal) -> None:
    first = await journal.requests.ask(RequestKind.FILL, asked_by="ben", now=NOW, gap_id="gap_2")
    wishes = [NewRequest(RequestKind.FILL, gap, camera_id="gate") for gap in ("gap_1", "gap_2", "gap_1")]

    asked = await journal.requests.ask_all(wishes, asked_by="anna", now=NOW)

    assert asked == [first + 1, first, first + 1]
    assert [request.id for request in await journal.requests.get_all({first, first + 1, 99})] == [first, first + 1]
    told = await journal.events.newest(3)
    assert [(event.who, event.gap_id, "already" in event.words) for event in told] == [
        ("anna", "gap_1", True),
        ("anna", "gap_2", True),
        ("anna", "gap_1", False),
    ]
    requests = [first + 1, first, first + 1]
    assert all(f"request {number}" in event.words for event, number in zip(told, requests, strict=True))


async def test_only_who_asked_takes_back_and_only_what_no_worker_has_taken(journal: Journal) -> None:
    lease = await lease_of(journal)
    wishes = [NewRequest(RequestKind.RETRY, gap, camera_id="gate") for gap in ("gap_1", "gap_2")]
    taken, own = await journal.requests.ask_all(wishes, asked_by="anna", now=NOW)
    other = await journal.requests.ask(RequestKind.CANCEL, asked_by="ben", now=NOW, fill_id=7)
    assert await LeasedJournal(journal, lease).requests.take(taken)

    assert await journal.requests.withdraw([taken, own, other, 99], who="anna", now=NOW) == [own]
    assert await journal.requests.withdraw([own], who="anna", now=NOW) == []

    assert [request.state for request in await journal.requests.get_all([taken, own, other])] == [
        RequestState.TAKEN,
        RequestState.WITHDRAWN,
        RequestState.ASKED,
    ]
    assert not await LeasedJournal(journal, lease).requests.take(own)
    (event,) = await journal.events.newest(1)
    assert (event.kind, event.who, event.gap_id) == (EventKind.WITHDRAWN, "anna", "gap_2")
    assert event.words == f"Taken back: retry gap gap_2 (request {own})."
    assert await journal.requests.ask(RequestKind.RETRY, asked_by="anna", now=NOW, gap_id="gap_2") not in (own, taken)


async def test_a_request_goes_from_asked_to_answered(journal: Journal) -> None:
    lease = await lease_of(journal)
    request_id = await journal.requests.ask(RequestKind.FILL, asked_by="anna@nvr-07", now=NOW, gap_id="gap_1")
    (request,) = await journal.requests.asked()
    assert (request.id, request.kind, request.gap_id, request.fill_id) == (request_id, RequestKind.FILL, "gap_1", None)
    assert (request.asked_by, request.asked_at, request.state) == ("anna@nvr-07", NOW, RequestState.ASKED)
    assert await LeasedJournal(journal, lease).requests.take(request_id)
    assert not await LeasedJournal(journal, lease).requests.take(request_id)
    assert await journal.requests.asked() == []
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.REFUSED, reason="no such gap", now=NOW)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="too late", now=NOW)
    answered = await journal.requests.get(request_id)
    assert answered is not None
    assert (answered.state, answered.reason) == (RequestState.REFUSED, "no such gap")
    assert await journal.requests.newest(5) == [answered]
    assert await journal.requests.get(99) is None


async def test_what_a_dead_worker_had_taken_is_asked_again_and_only_that(journal: Journal) -> None:
    lease = await lease_of(journal)
    taken, done = [await journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id=gap) for gap in "ab"]
    for request_id in (taken, done):
        assert await LeasedJournal(journal, lease).requests.take(request_id)
    await LeasedJournal(journal, lease).requests.end(done, RequestState.DONE, reason="", now=NOW)
    assert await claim(journal, is_dead=lambda *_: True) is not None
    assert [request.id for request in await journal.requests.asked()] == [taken]


async def test_the_newest_requests_come_first_and_not_too_many(journal: Journal) -> None:
    asked = [
        await journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id=f"gap_{i}") for i in range(5)
    ]
    assert [request.id for request in await journal.requests.newest(3)] == asked[:1:-1]
    assert [request.id for request in await journal.requests.asked()] == asked


# Fills.


async def test_a_fill_goes_from_planned_to_ended(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="anna@nvr-07", now=NOW)
    fill = await journal.fills.get(fill_id)
    assert fill is not None
    assert (fill.gap_id, fill.camera_id, fill.window, fill.asked_by) == ("gap_1", "gate", WINDOW, "anna@nvr-07")
    assert (fill.phase, fill.outcome, fill.started_at, fill.ended_at) == (Phase.PLANNING, None, NOW, None)
    assert fill.log_name == f"fill-{fill_id}.log"
    assert await journal.fills.running() == [fill]
    await LeasedJournal(journal, lease).fills.note_progress(fill_id, HALF_WAY)
    (running,) = await journal.fills.running()
    assert (running.phase, running.wanted_s, running.got_s, running.size_bytes) == (Phase.FETCHING, 600, 300.5, 7)
    assert (running.speed, running.pieces, running.pieces_landed) == (38.5, 2, 1)
    later = NOW + timedelta(seconds=30)
    await LeasedJournal(journal, lease).fills.end(
        fill_id, HALF_WAY, Outcome.PARTLY_FILLED, reason="300 of 600 s", now=later
    )
    ended = await journal.fills.get(fill_id)
    assert ended is not None
    assert (ended.phase, ended.outcome, ended.reason) == (Phase.ENDED, Outcome.PARTLY_FILLED, "300 of 600 s")
    assert (ended.got_s, ended.ended_at) == (300.5, later)
    assert await journal.fills.running() == []
    assert await journal.fills.newest(5) == [ended]
    assert await journal.fills.get(99) is None


async def test_a_fill_ends_once(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await LeasedJournal(journal, lease).fills.end(fill_id, HALF_WAY, Outcome.FILLED, reason="", now=NOW)
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, lease).fills.end(fill_id, FillProgress(), Outcome.STOPPED, reason="", now=NOW)
    fill = await journal.fills.get(fill_id)
    assert fill is not None
    assert fill.outcome is Outcome.FILLED


async def test_fills_started_at_once_get_ids_of_their_own(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_ids = await asyncio.gather(
        *(LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW) for _ in range(10))
    )
    assert len(set(fill_ids)) == 10
    assert {fill.log_name for fill in await journal.fills.running()} == {f"fill-{number}.log" for number in fill_ids}


async def test_the_newest_fill_of_each_gap_is_its_last(journal: Journal) -> None:
    lease = await lease_of(journal)
    first = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await LeasedJournal(journal, lease).fills.end(first, FillProgress(), Outcome.UNREACHABLE, reason="", now=NOW)
    second = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    last = await journal.fills.last_of_each_gap()
    assert {gap_id: fill.id for gap_id, fill in last.items()} == {"gap_1": second}
    assert [fill.id for fill in await journal.fills.newest(5)] == [first]


async def test_landed_files_are_kept_in_their_order(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    for name in ("20260613_115000.mp4", "20260613_115500.mp4"):
        await LeasedJournal(journal, lease).fills.add_landed(fill_id, "gate", landed_record(name), now=NOW)
    first, second = await journal.fills.landed(GAP.id)
    assert (first.name, second.name) == ("20260613_115000.mp4", "20260613_115500.mp4")
    assert replace(first, fill_id=0, gap_id="", camera_id="", asked_by="", landed_at=None) == landed_record(first.name)
    assert (first.fill_id, first.gap_id, first.camera_id) == (fill_id, GAP.id, "gate")
    assert (first.asked_by, first.landed_at) == ("sweep", NOW)
    assert await journal.fills.landed("gap_nowhere") == []
    assert len(await journal.fills.landed()) == 2


# What was learned about a camera, and events.


async def test_a_cameras_speed_and_its_time_aside_do_not_touch_each_other(journal: Journal) -> None:
    memory = LeasedJournal(journal, await lease_of(journal)).camera_memory
    assert await journal.camera_memory.by_camera() == {}
    aside = CameraMemory("gate", None, NOW, Outcome.UNREACHABLE, "row 7", 2)
    await memory.set_aside(aside)
    assert await journal.camera_memory.by_camera() == {"gate": aside}
    await memory.note_speed("gate", full_speed=True)
    assert await journal.camera_memory.by_camera() == {
        "gate": CameraMemory("gate", True, NOW, Outcome.UNREACHABLE, "row 7", 2)
    }
    await memory.set_aside(CameraMemory("gate", None))
    assert await journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", True)}
    await memory.note_speed("gate", full_speed=False)
    assert await journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", False)}


# What goes wrong.


async def test_every_write_says_that_the_journal_is_locked(
    path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    other = await Journal.open(path)
    lease = await lease_of(journal)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    for write in (
        claim(other),
        LeasedJournal(other, lease).lease.renew(expires_at=NOW),
        other.requests.ask(RequestKind.PAUSE, asked_by="anna", now=NOW),
        LeasedJournal(other, lease).fills.start(GAP, asked_by="sweep", now=NOW),
        other.events.add(EventKind.PAUSED, "", who="anna", now=NOW),
    ):
        with pytest.raises(JournalError, match="was locked by another program"):
            await write
    connection.execute("ROLLBACK")
    connection.close()
    await LeasedJournal(other, lease).lease.renew(expires_at=NOW)
    await other.close()


async def test_a_writer_that_is_cancelled_leaves_the_journal_free(path: Path, journal: Journal) -> None:
    lease = await lease_of(journal)
    for _ in range(20):
        task = asyncio.create_task(LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    other = await Journal.open(path)
    await LeasedJournal(other, lease).lease.renew(expires_at=NOW + 2 * LEASE)
    assert all(fill.log_name for fill in await other.fills.running())
    await other.close()
