"""The lease: one worker holds it, and whoever lost it is told."""

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import Journal, WorkerIdentity
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.lease import HeldLease
from tests.heldar_site import IDENTITY, execute
from tests.journal.builders import LEASE, NOW, claim, lease_of

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
