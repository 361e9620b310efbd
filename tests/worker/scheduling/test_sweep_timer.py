"""When a sweep is due: after its interval, sooner where something asks for it, and soon again after one that failed."""

import time
from datetime import timedelta

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.sweep_timer import SweepTimer
from tests.heldar_site import NOW
from tests.worker.parts import WorkerParts


@pytest.fixture
def timer(parts: WorkerParts, monkeypatch: pytest.MonkeyPatch) -> SweepTimer:
    """A timer whose clocks stand still."""
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    return timer_of(parts, FillPolicy())


def timer_of(parts: WorkerParts, policy: FillPolicy) -> SweepTimer:
    context = parts.context
    bandwidth = Bandwidth(policy)
    bandwidth.apply(NOW, is_halted=False)
    return SweepTimer(context, parts.state, bandwidth, DiskWatch(context.site.archive, context.tools.storage_limits))


async def test_the_first_sweep_is_due_at_once_and_the_next_after_the_interval(
    parts: WorkerParts, timer: SweepTimer
) -> None:
    assert timer.is_due

    assert await timer.take(parts.port.enqueue, once=False)

    assert not timer.is_due
    assert timer.next_at == NOW + timedelta(seconds=parts.context.sweep_interval_s)


def test_it_comes_no_later_than_it_is_asked_to_and_never_later_than_it_was_due(timer: SweepTimer) -> None:
    timer.due_at = 1060.0
    for moment in (None, NOW + timedelta(hours=1)):
        timer.come_by(moment)
        assert timer.next_at == NOW + timedelta(seconds=60)

    timer.come_by(NOW + timedelta(seconds=9.5))
    assert timer.next_at == NOW + timedelta(seconds=10), "to the second"

    timer.come_by(NOW - timedelta(hours=1))
    assert timer.is_due


def test_after_the_end_none_comes(timer: SweepTimer) -> None:
    timer.end()

    assert (timer.is_due, timer.next_at) == (False, None)


@pytest.mark.parametrize("once", [True, False])
async def test_a_paused_worker_does_not_sweep_and_one_that_was_to_sweep_once_is_done(
    parts: WorkerParts, timer: SweepTimer, once: bool
) -> None:
    parts.add_gap("gap_1")
    parts.state.is_paused = True

    assert await timer.take(parts.port.enqueue, once=once) is once
    assert parts.port.asked == []


async def test_while_nothing_may_be_fetched_nothing_is_queued(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")

    assert not await timer_of(parts, FillPolicy(bandwidth="halt")).take(parts.port.enqueue, once=False)
    assert parts.port.asked == []


async def test_a_sweep_that_fails_is_an_alarm_and_comes_again_soon_until_it_works(
    parts: WorkerParts, timer: SweepTimer
) -> None:
    parts.site.execute("ALTER TABLE recording_gaps RENAME TO away")
    assert await timer.take(parts.port.enqueue, once=False)
    assert timer.failure is not None
    assert timer.next_at is not None
    assert timer.next_at < NOW + timedelta(seconds=parts.context.sweep_interval_s)

    parts.site.execute("ALTER TABLE away RENAME TO recording_gaps")
    assert await timer.take(parts.port.enqueue, once=False)
    assert timer.failure is None
    assert len(await parts.events(EventKind.ALARM)) == len(await parts.events(EventKind.ALARM_OVER)) == 1
