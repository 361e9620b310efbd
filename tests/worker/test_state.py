"""What a worker is up to: whether it goes on, which gaps it leaves alone, and which job comes next."""

import asyncio

import pytest

from anr_tui.domain.errors import AnrError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.worker.job import Job
from anr_tui.worker.state import SchedulerState, WorkerLifetime
from tests.builders import CAMERA, GAP
from tests.steady_clock import let_pass, on_steady_clock


def test_a_worker_drains_while_it_is_deserted_or_was_asked_to() -> None:
    lifetime = WorkerLifetime(Lifetime.CONSOLES)
    assert not lifetime.is_draining

    lifetime.is_deserted = True
    assert lifetime.is_draining
    lifetime.is_asked_to_drain, lifetime.is_deserted = True, False
    assert lifetime.is_draining, "a console that comes back takes no request back"


def test_a_worker_that_is_asked_to_stay_drains_no_more() -> None:
    lifetime = WorkerLifetime(Lifetime.CONSOLES)
    lifetime.is_asked_to_drain = lifetime.is_deserted = True
    lifetime.keep()

    assert (lifetime.lifetime, lifetime.is_draining) == (Lifetime.STAY, False)


@pytest.mark.parametrize("kind", Lifetime)
def test_only_a_service_is_not_ended_from_a_console(kind: Lifetime) -> None:
    if kind is Lifetime.SERVICE:
        with pytest.raises(AnrError, match="service"):
            WorkerLifetime(kind).check_is_no_service()
    else:
        WorkerLifetime(kind).check_is_no_service()


@on_steady_clock
async def test_a_gap_is_left_alone_for_its_time_and_then_forgotten() -> None:
    state = SchedulerState()
    state.leave_alone("gap_1", 10)
    state.leave_alone("gap_2", 60)

    assert state.left_alone().keys() == {"gap_1", "gap_2"}
    let_pass(30)
    assert state.left_alone().keys() == {"gap_2"}
    let_pass(60)
    assert state.left_alone() == state.left_alone_until == {}


def test_a_job_that_is_brought_forward_comes_before_all_others_however_often_that_is_done() -> None:
    state = SchedulerState()
    for number in (1, 2, 3):
        state.waiting[f"gap_{number}"] = Job(GAP, CAMERA, "sweep", [number])

    for gap_id in ("gap_3", "gap_2", "gap_3"):
        state.bring_forward(state.waiting[gap_id])
        turns = {name: job.asked for name, job in state.waiting.items() if job.asked is not None}
        assert min(turns, key=turns.__getitem__) == gap_id
        assert len(set(turns.values())) == 3


def test_a_gap_that_nobody_asked_for_can_be_brought_forward_too() -> None:
    state = SchedulerState()
    asked, swept = Job(GAP, CAMERA, "anna@nvr-07", [1]), Job(GAP, CAMERA, "sweep")
    state.waiting |= {"gap_1": asked, "gap_2": swept}
    state.bring_forward(swept)

    assert swept.asked is not None and asked.asked is not None
    assert swept.asked < asked.asked


async def test_a_camera_whose_directory_is_cleared_or_whose_part_is_placed_is_busy() -> None:
    state = SchedulerState(placing={"gate"})
    state.being_cleared["yard"] = asyncio.create_task(asyncio.sleep(0))
    assert [state.is_busy(each) for each in ("gate", "yard", "hall")] == [True, True, False]
    await state.being_cleared["yard"]
