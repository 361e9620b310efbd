"""What people ask of the worker, through the journal, and what becomes of it."""

import asyncio
import math

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.domain.fill import Phase
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.journal import Journal
from tests.engine import PATIENCE_S, EngineSite, ask, until

FULL_SPEED = Pace(honours_rate_control=True)


async def test_fill_now_works_on_a_camera_with_anr_off_and_on_a_failed_gap(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15), state="failed")
        async with site.working():
            answer = await ask(site, RequestKind.FILL, gap_id="gap_1")
    assert answer.state is RequestState.DONE
    assert "filled" in answer.reason
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.fills()[0]["asked_by"] == "ann@console"


async def test_a_fill_that_does_not_succeed_is_answered_with_its_reason(site: EngineSite) -> None:
    async with site.camera(faults=Faults(describe_status=404)) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.working():
            answer = await ask(site, RequestKind.FILL, gap_id="gap_1")
    assert answer.state is RequestState.REFUSED
    assert "404" in answer.reason


async def test_the_same_gap_asked_for_twice_is_one_fill(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=4)) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.working():
            answers = await asyncio.gather(*(ask(site, RequestKind.FILL, gap_id="gap_1") for _ in range(3)))
    assert {answer.state for answer in answers} == {RequestState.DONE}
    assert len(site.fills()) == 1


async def test_cancel_stops_a_running_fill_keeps_what_came_and_counts_nothing(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: site.fetched_s() >= 2)
            answer = await ask(site, RequestKind.CANCEL, fill_id=site.fills()[0]["id"])
            assert answer.state is RequestState.DONE
            await until(lambda: not worker.state.running)
        await camera.idle()
    fill = site.fills()[0]
    assert fill["outcome"] == "stopped"
    assert "ann@console" in fill["reason"]
    assert sum(site.recorded("gate").values()) >= 2
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 0)
    assert site.left_behind() == []


async def test_cancel_before_the_place_of_what_came_is_known_is_no_word_about_the_camera(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=20), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.working(anr_rest_s=60) as worker:
            await until(
                lambda: any(
                    job.run and job.run.progress.phase is Phase.RESTING for job in worker.state.running.values()
                )
            )
            await ask(site, RequestKind.CANCEL, fill_id=site.fills()[0]["id"])
            await until(lambda: not worker.state.running)
        await site.sweep()
    assert [fill["outcome"] for fill in site.fills()] == ["stopped", "filled"]
    assert site.gap("gap_1")["fill_attempts"] == 1
    assert site.left_behind() == []


async def test_who_reads_that_it_is_done_reads_the_new_state_too(site: EngineSite) -> None:
    async with site.working() as worker:
        states = []
        for kind in (RequestKind.PAUSE, RequestKind.HALT, RequestKind.GO_ON, RequestKind.RESUME):
            await ask(site, kind)
            noted = await Journal(worker.context.journal.file).lease.last_worker()
            assert noted is not None
            states.append((noted.paused, noted.halted))
    assert states == [(True, False), (True, True), (True, False), (False, False)]


async def test_pause_lets_no_new_fill_start_by_itself_but_a_person_may_ask(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        async with site.working() as worker:
            assert (await ask(site, RequestKind.PAUSE)).state is RequestState.DONE
            site.add_gap("gap_1", "gate", site.window(5, 15))
            site.add_gap("gap_2", "gate", site.window(20, 30))
            refused = await ask(site, RequestKind.SWEEP)
            assert (refused.state, "paused" in refused.reason) == (RequestState.REFUSED, True)
            assert (await ask(site, RequestKind.FILL, gap_id="gap_1")).state is RequestState.DONE
            assert site.gap("gap_2")["fill_state"] == "pending"
            assert worker.state.is_paused
            assert (await ask(site, RequestKind.RESUME)).state is RequestState.DONE
            await until(lambda: site.gap("gap_2")["fill_state"] == "filled")


async def test_sweep_now_does_not_wait_for_the_interval(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        async with site.working(heldar_anr_interval_s=3600):
            site.add_gap("gap_1", "gate", site.window(5, 15))
            assert (await ask(site, RequestKind.SWEEP)).state is RequestState.DONE
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")


async def test_retry_puts_a_failed_gap_back_and_tries_a_camera_that_was_set_aside(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED, faults=Faults(refuses_login=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.working() as worker:
            await until(lambda: len(site.fills()) == 1 and site.fills()[0]["outcome"] and not worker.state.running)
            site.execute("UPDATE recording_gaps SET fill_state = 'failed', fill_attempts = 3")
            camera.faults = Faults()
            assert (await ask(site, RequestKind.RETRY, gap_id="gap_1")).state is RequestState.DONE
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
    assert site.gap("gap_1")["fill_attempts"] == 1


@pytest.mark.parametrize("kind", [RequestKind.FILL, RequestKind.RETRY])
async def test_a_gap_that_is_gone_is_refused_with_a_sentence(site: EngineSite, kind: RequestKind) -> None:
    async with site.working():
        answer = await ask(site, kind, gap_id="gap_nowhere")
    assert answer.state is RequestState.REFUSED
    assert "gap_nowhere" in answer.reason


async def test_several_cameras_are_filled_at_once_and_one_device_by_one_session(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as recorder, site.camera(pace=FULL_SPEED) as single:
        recorder.hold()
        single.hold()
        for channel in ("one", "two"):
            site.add_camera(channel, recorder.port)  # two channels of one device
            site.add_gap(f"gap_{channel}", channel, site.window(5, 13))
        site.add_camera("alone", single.port)
        site.add_gap("gap_alone", "alone", site.window(5, 13))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: len(worker.state.running) == 2)
            assert "gap_alone" in worker.state.running
            recorder.release()
            single.release()
            await until(lambda: all(site.gap(f"gap_{name}")["filled_at"] for name in ("one", "two", "alone")))
        assert (recorder.sessions.peak, single.sessions.peak) == (1, 1)


async def test_a_camera_set_aside_is_tried_again_by_itself_when_its_time_has_come(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=math.inf), faults=Faults(describe_status=453)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        site.add_gap("gap_2", "gate", site.window(20, 30))
        async with site.working(heldar_anr_interval_s=3600) as worker:
            await until(lambda: site.fills() and site.fills()[-1]["outcome"] and not worker.state.running)
            assert len(site.fills()) == 1, "the second gap waits with its camera"
            camera.faults = Faults()
            await until(lambda: site.gap("gap_2")["filled_at"] and site.gap("gap_1")["filled_at"])
