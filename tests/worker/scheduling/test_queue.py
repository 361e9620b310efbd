"""What waits: in which order, why, and what of that is told. No worker runs."""

import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.queue import Queue
from anr_tui.worker.scheduling.session_limits import SessionLimits
from tests.heldar_site import NOW, HeldarSite
from tests.worker.parts import WorkerParts, worker_parts

GATE = "192.0.2.11:554"


@pytest.fixture
def limits() -> SessionLimits:
    return SessionLimits(max_fills=2, sessions_per_device=1, rest_s=0.0)


@pytest.fixture
def disk(parts: WorkerParts) -> DiskWatch:
    return DiskWatch(parts.context.site.archive, parts.context.tools.storage_limits)


@pytest.fixture
def queue(parts: WorkerParts, limits: SessionLimits, disk: DiskWatch) -> Queue:
    return Queue(parts.context, parts.state, limits, Bandwidth(parts.context.policy), disk)


@pytest.fixture
async def reader(parts: WorkerParts) -> AsyncIterator[Journal]:
    """The journal over a connection of its own, which sees what another one changes."""
    journal = await Journal.open(parts.site.journal, is_read_only=True)
    yield journal
    await journal.close()


def add_gaps(site: HeldarSite, cameras: dict[str, str]) -> None:
    """A gap of an hour of its own for each id, in their order; `cameras` are by gap id."""
    for hour, (gap_id, camera_id) in enumerate(cameras.items()):
        start, end = f"2026-06-13T{hour:02}:00:00Z", f"2026-06-13T{hour:02}:10:00Z"
        site.add_gap(gap_id, camera_id, gap_start=start, gap_end=end)


def order(queue: Queue) -> list[str]:
    return [job.gap.id for job in queue.jobs]


async def test_what_people_asked_for_comes_first_and_in_their_order(parts: WorkerParts, queue: Queue) -> None:
    add_gaps(parts.site, dict.fromkeys(("gap_0", "gap_1", "gap_2", "gap_3"), "gate"))
    await parts.wait("gap_0")
    await parts.wait("gap_1", 8)
    await parts.wait("gap_2", 5)
    last = await parts.wait("gap_3")
    assert order(queue) == ["gap_2", "gap_1", "gap_3", "gap_0"]

    parts.state.bring_forward(last)
    assert order(queue) == ["gap_3", "gap_2", "gap_1", "gap_0"]


@pytest.mark.parametrize(("setting", "first"), [("newest", "gap_1"), ("oldest", "gap_0")])
async def test_the_rest_goes_by_the_policy(heldar_site: HeldarSite, setting: str, first: str) -> None:
    add_gaps(heldar_site, dict.fromkeys(("gap_0", "gap_1"), "gate"))
    async with worker_parts(heldar_site, anr_order=setting) as parts:
        limits = SessionLimits(max_fills=2, sessions_per_device=1, rest_s=0.0)
        disk = DiskWatch(parts.context.site.archive, parts.context.tools.storage_limits)
        queue = Queue(parts.context, parts.state, limits, Bandwidth(parts.context.policy), disk)
        await parts.wait("gap_0")
        await parts.wait("gap_1")
        assert order(queue)[0] == first


async def test_a_pause_and_a_full_disk_hold_back_only_what_nobody_asked_for(
    parts: WorkerParts, queue: Queue, disk: DiskWatch
) -> None:
    add_gaps(parts.site, {"gap_0": "gate", "gap_1": "gate"})
    swept, asked_for = await parts.wait("gap_0"), await parts.wait("gap_1", 1)
    now = time.monotonic()
    assert [queue.why(job, queue.gate, now) for job in (swept, asked_for)] == [None, None]

    disk.refused("There is no room.")
    assert [queue.why(job, queue.gate, now) for job in (swept, asked_for)] == [WaitReason.DISK, None]
    parts.state.is_paused = True
    assert [queue.why(job, queue.gate, now) for job in (swept, asked_for)] == [WaitReason.PAUSED, None]
    parts.state.is_halted = True
    assert [queue.why(job, queue.gate, now) for job in (swept, asked_for)] == [WaitReason.HALTED] * 2
    parts.state.lifetime.is_asked_to_drain = True
    assert [queue.why(job, queue.gate, now) for job in (swept, asked_for)] == [WaitReason.ENDING] * 2


async def test_a_camera_has_one_fill_a_device_its_sessions_and_the_site_its_fills(
    parts: WorkerParts, queue: Queue, limits: SessionLimits
) -> None:
    parts.site.add_camera("lane", address="192.0.2.11", username="operator")
    add_gaps(parts.site, {"gap_0": "gate", "gap_1": "gate", "gap_2": "lane", "gap_3": "dock"})
    running = parts.state.running["gap_0"] = await parts.job("gap_0")
    assert running.device == GATE
    now = time.monotonic()
    assert limits.take(GATE, now)
    waiting = [await parts.wait(f"gap_{number}") for number in (1, 2, 3)]
    assert [queue.why(job, queue.gate, now) for job in waiting] == [WaitReason.CAMERA, WaitReason.DEVICE, None]

    assert limits.take("192.0.2.99:554", now)
    assert queue.why(waiting[-1], queue.gate, now) is WaitReason.FILLS


async def test_only_what_changed_is_told(parts: WorkerParts, queue: Queue, reader: Journal) -> None:
    add_gaps(parts.site, {"gap_0": "gate", "gap_1": "dock"})
    await parts.wait("gap_0")
    await parts.wait("gap_1", 3)
    await queue.tell()
    worker = parts.context.journal.lease_id
    assert await reader.queue.entries(worker) == {
        "gap_0": QueueEntry("gap_0", WaitReason.TURN),
        "gap_1": QueueEntry("gap_1", WaitReason.TURN, 3.0),
    }

    before = await reader.data_version()
    await queue.tell()
    assert await reader.data_version() == before

    del parts.state.waiting["gap_1"]
    await queue.tell()
    assert list(await reader.queue.entries(worker)) == ["gap_0"]


async def test_what_is_left_alone_is_told_until_when_and_again_only_where_that_moves(
    parts: WorkerParts, queue: Queue, reader: Journal
) -> None:
    parts.state.leave_alone("gap_0", 600)
    await queue.tell()
    until = await left_alone_until(parts, reader)
    assert timedelta(0) <= until - (NOW + timedelta(seconds=600)) <= timedelta(seconds=1)

    parts.state.leave_alone("gap_0", 630)
    await queue.tell()
    assert await left_alone_until(parts, reader) == until
    parts.state.leave_alone("gap_0", 700)
    await queue.tell()
    assert await left_alone_until(parts, reader) > until

    parts.state.left_alone_until["gap_0"] = time.monotonic()
    await queue.tell()
    assert await reader.queue.entries(parts.context.journal.lease_id) == {}


async def left_alone_until(parts: WorkerParts, reader: Journal) -> datetime:
    (entry,) = (await reader.queue.entries(parts.context.journal.lease_id)).values()
    assert (entry.gap_id, entry.why) == ("gap_0", WaitReason.LEFT_ALONE)
    assert entry.until is not None
    return entry.until


async def test_under_a_lost_lease_nothing_is_told(parts: WorkerParts, queue: Queue, reader: Journal) -> None:
    add_gaps(parts.site, {"gap_0": "gate"})
    await parts.wait("gap_0")
    await parts.lose_lease()
    await queue.tell()
    assert await reader.queue.entries(parts.context.journal.lease_id) == {}


async def test_no_fill_starts_while_a_part_of_its_camera_is_being_placed(parts: WorkerParts, queue: Queue) -> None:
    add_gaps(parts.site, {"gap_0": "gate"})
    job = await parts.wait("gap_0")
    parts.state.placing.add("gate")
    assert queue.why(job, queue.gate, time.monotonic()) is WaitReason.CAMERA
    parts.state.placing.discard("gate")
    assert queue.why(job, queue.gate, time.monotonic()) is None
