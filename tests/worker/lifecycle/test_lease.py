"""One worker per site: twenty start at once; the one that works is killed, stopped, cut off, or misled by a clock."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import AnrError, LeaseLostError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.worker.lifecycle import lease
from anr_tui.worker.lifecycle.identity import is_dead, own_identity
from benchmarks.lease import run_lease
from tests.engine import PATIENCE_S, EngineSite, execute_on, until, writers
from tests.steady_clock import on_steady_clock

FULL_SPEED = Pace(honours_rate_control=True)
PATIENT = {"ANR_STALL_S": str(PATIENCE_S)}
HOUR = timedelta(hours=1)


@pytest.fixture
async def journal(site: EngineSite) -> AsyncIterator[Journal]:
    journal = await Journal.open(site.journal)
    yield journal
    await journal.close()


async def take(journal: Journal, *, waits: bool = False) -> int:
    taken = await lease.take_lease(
        journal, asyncio.Event(), starts_paused=False, lifetime=Lifetime.SERVICE, waits=waits
    )
    assert taken is not None
    return taken


def holder(site: EngineSite) -> int:
    """The process that holds the site; 0: none."""
    if not site.journal.exists():
        return 0
    with contextlib.suppress(sqlite3.OperationalError):  # its tables are being made
        rows = execute_on(site.journal, "SELECT w.pid FROM lease AS l JOIN workers AS w ON w.id = l.worker_id")
        return int(rows[0]["pid"]) if rows else 0
    return 0


async def test_of_twenty_one_works_and_when_it_is_killed_another_goes_on(tmp_path: Path) -> None:
    result = await run_lease(tmp_path, services=6, rivals=14, kills=5, stops=0, cameras=2, gaps=12, seed=3)
    assert result.evidence.problems == (), str(result)
    assert result.evidence.filled > 0
    assert len(result.takeovers) == 5
    assert result.leases == 6, "nobody took a site that another one held"
    assert len(result.refusals) >= 13
    for status, words in result.refusals:
        assert (status, "runs already" in words, "Traceback" in words) == (1, True, False), words


async def test_a_stopped_worker_loses_the_site_and_harms_nothing_when_it_goes_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        old = await site.start_worker(**PATIENT)
        await until(lambda: site.fetched_s() > 0)
        old.send_signal(signal.SIGSTOP)
        new = await site.start_worker("--wait", **PATIENT)
        await until(lambda: holder(site) == new.pid)
        await until(lambda: len(site.fills()) > 1)
        old.send_signal(signal.SIGCONT)
        words, _ = await old.communicate()
        camera.release()
        await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
        new.terminate()
        await new.communicate()
    assert (old.returncode, new.returncode) == (1, 0)
    assert b"Another worker holds the site now." in words or b"was not renewed" in words
    assert b"Traceback" not in words
    assert [(fill["worker_id"], fill["outcome"]) for fill in site.fills()] == [(1, "interrupted"), (2, "filled")]
    assert site.gap("gap_1")["fill_attempts"] == 1
    assert sum(site.recorded("gate").values()) == pytest.approx(20, abs=2)
    assert site.left_behind() == []
    assert writers(site.recordings) == {}


async def test_a_worker_that_cannot_renew_stops_before_another_may_begin(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=2)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        worker = await site.start_worker(**PATIENT)
        await camera.played(2)
        with contextlib.closing(sqlite3.connect(site.journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            seen = other.execute("SELECT expires_at FROM lease").fetchall()
            await until(lambda: not writers(site.recordings))
            await camera.idle()
            assert other.execute("SELECT expires_at FROM lease").fetchall() == seen
            other.execute("ROLLBACK")
        words, _ = await worker.communicate()
    assert worker.returncode == 1
    assert b"was not renewed for 10 s" in words
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert writers(site.recordings) == {}


async def test_a_renewal_that_hangs_does_not_keep_it_working(site: EngineSite) -> None:
    async with site.worker() as worker:
        await worker.context.journal.lease.give_back(now_utc())
        now = now_utc()
        journal = Journal(worker.context.journal.file)
        lease_id = await journal.lease.claim(
            own_identity(), now=now, expires_at=now + timedelta(seconds=1), starts_paused=False, is_dead=lambda _: False
        )
        assert lease_id is not None  # it is free
        context = replace(worker.context, journal=LeasedJournal(journal, lease_id))
        other = sqlite3.connect(site.journal, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        renewing = asyncio.create_task(lease.keep_lease(context, worker.state, worker))
        with pytest.raises(LeaseLostError, match="was not renewed for 1 s"):
            await lease.give_up_in_time(context.journal.lease)
        assert not renewing.done()
        other.execute("ROLLBACK")
        other.close()
        renewing.cancel()
        await asyncio.wait([renewing])


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_no_jump_of_a_clock_takes_the_site_from_who_keeps_it(
    site: EngineSite, journal: Journal, jump: timedelta
) -> None:
    """Its own clock and the candidate's are an hour apart, whichever of them jumped."""
    worker = await site.start_worker()
    await until(lambda: holder(site) == worker.pid)
    with time_machine.travel(now_utc() + jump), pytest.raises(AnrError, match=f"process {worker.pid}"):
        await take(journal)
    worker.terminate()
    await worker.communicate()
    assert worker.returncode == 0


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_who_keeps_it_no_more_loses_the_site_whatever_the_clocks_say(
    site: EngineSite, journal: Journal, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LAPSES_AFTER_S", 0.5)
    monkeypatch.setattr(lease, "_LOOK_S", 0.1)
    with time_machine.travel(now_utc() + jump):
        first = await take(journal)
    other = await Journal.open(site.journal)
    assert await take(other) == first + 1
    await other.close()
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, first).lease.check()


@on_steady_clock
async def test_who_keeps_it_in_a_world_that_we_cannot_see_is_left_in_peace(
    site: EngineSite, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker in another container: whether it lives, only its renewals can tell."""
    monkeypatch.setattr(lease, "LAPSES_AFTER_S", 0.5)
    monkeypatch.setattr(lease, "_LOOK_S", 0.05)
    monkeypatch.setattr(lease, "HEARTBEAT_S", 0.1)
    async with site.worker() as worker:
        execute_on(site.journal, "UPDATE workers SET birth = 'boot/pid:[1] 7', host = 'other'")
        renewing = asyncio.create_task(lease.keep_lease(worker.context, worker.state, worker))
        with pytest.raises(AnrError, match="runs already"):
            await take(journal)
        waiting = asyncio.create_task(take(journal, waits=True))
        done, _ = await asyncio.wait([waiting], timeout=1.5)
        assert not done, "it was renewed all the time"
        renewing.cancel()
        await asyncio.wait([renewing])
        assert await waiting == worker.context.journal.lease_id + 1


async def test_standing_by_ends_in_order(site: EngineSite) -> None:
    worker = await site.start_worker()
    await until(lambda: holder(site) == worker.pid)
    standing_by = await site.start_worker("--wait")
    log = site.root / "site.anr.logs" / "worker.log"
    await until(lambda: "standing by" in log.read_text())
    standing_by.terminate()
    await standing_by.communicate()
    assert (standing_by.returncode, holder(site)) == (0, worker.pid)
    worker.terminate()
    await worker.communicate()


async def test_a_killed_holder_is_known_to_be_dead_at_once(site: EngineSite, journal: Journal) -> None:
    worker = await site.start_worker()
    await until(lambda: holder(site) == worker.pid)
    held = await journal.lease.holder()
    assert held is not None
    assert not is_dead(held.host, held.pid, held.birth)
    os.kill(worker.pid, signal.SIGKILL)
    await worker.communicate()
    assert is_dead(held.host, held.pid, held.birth)
    assert await take(journal) == held.worker_id + 1
