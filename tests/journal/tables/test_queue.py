"""What a worker has queued: only its own, only while it holds the lease."""

from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.queue import QueueEntry
from tests.heldar_site import execute
from tests.journal.builders import LEASE, NOW, claim, lease_of

TURN = QueueEntry("gap_1", WaitReason.TURN, asked=7.0)
ALONE = QueueEntry("gap_2", WaitReason.LEFT_ALONE, until=NOW + timedelta(minutes=1))


async def test_what_is_written_is_read_back(journal: Journal) -> None:
    lease = await lease_of(journal)
    await LeasedJournal(journal, lease).queue.update([TURN, ALONE])

    assert await journal.queue.entries(lease) == {"gap_1": TURN, "gap_2": ALONE}


async def test_a_gap_is_queued_once_and_its_newest_reason_holds(journal: Journal) -> None:
    lease = await lease_of(journal)
    queue = LeasedJournal(journal, lease).queue
    await queue.update([TURN, ALONE])
    moved = QueueEntry("gap_2", WaitReason.CAMERA)
    await queue.update([moved], gone=["gap_1", "gap_of_nobody"])

    assert await journal.queue.entries(lease) == {"gap_2": moved}


async def test_a_gap_that_goes_and_comes_in_one_step_is_there(journal: Journal) -> None:
    lease = await lease_of(journal)
    queue = LeasedJournal(journal, lease).queue
    await queue.update([TURN])
    await queue.update([TURN], gone=["gap_1"])

    assert await journal.queue.entries(lease) == {"gap_1": TURN}


async def test_the_queue_of_a_worker_that_is_gone_is_not_the_next_ones(journal: Journal) -> None:
    lease = await lease_of(journal)
    await LeasedJournal(journal, lease).queue.update([TURN])
    after = await claim(journal, NOW + LEASE, is_dead=lambda _: True)

    assert after is not None
    assert await journal.queue.entries(after) == {}


async def test_under_a_lost_lease_nothing_is_queued_and_nothing_taken_out(journal: Journal, path: Path) -> None:
    lease = await lease_of(journal)
    queue = LeasedJournal(journal, lease).queue
    await queue.update([TURN])
    await claim(journal, NOW + LEASE, is_dead=lambda _: True)
    before = execute(path, "SELECT * FROM queue")

    with pytest.raises(LeaseLostError):
        await queue.update([ALONE], gone=["gap_1"])
    assert execute(path, "SELECT * FROM queue") == before


async def test_the_policy_of_a_worker_is_known_to_whoever_looks_on(journal: Journal) -> None:
    policy = FillPolicy(max_age_hours=100)
    await LeasedJournal(journal, await lease_of(journal)).queue.note_policy(policy)

    worker = await journal.lease.last_worker()
    assert worker is not None
    assert worker.policy == policy
