"""What people ask of a worker: what it changes, what it asks of the scheduler, what it answers. No worker runs."""

from datetime import timedelta

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform import sqlite
from anr_tui.worker.requests import RequestService
from tests.heldar_site import NOW
from tests.worker.parts import ANNA, WorkerParts, written_by_another

DONE, REFUSED, TAKEN, ASKED = RequestState.DONE, RequestState.REFUSED, RequestState.TAKEN, RequestState.ASKED


async def serve(parts: WorkerParts, request: Request) -> Request:
    """What became of a request once it was served."""
    assert await RequestService(parts.context, parts.state, parts.port).serve(request)
    return await parts.request(request.id)


async def ask(parts: WorkerParts, kind: RequestKind, **about: object) -> Request:
    return await serve(parts, await parts.ask(kind, **about))


async def test_pause_holds_the_sweep_and_resume_lets_it_come_at_once(parts: WorkerParts) -> None:
    assert (await ask(parts, RequestKind.PAUSE)).state is DONE
    assert (parts.state.is_paused, parts.port.asked) == (True, [])

    assert (await ask(parts, RequestKind.RESUME)).state is DONE
    assert (parts.state.is_paused, parts.port.asked) == (False, ["sweep_now"])
    (paused, resumed) = (await parts.journal.events.newest(kinds=[EventKind.PAUSED, EventKind.RESUMED]))[::-1]
    assert (paused.kind, paused.who, resumed.kind) == (EventKind.PAUSED, ANNA, EventKind.RESUMED)


async def test_halt_and_go_on_are_the_schedulers_and_stand_in_the_journal_with_the_answer(parts: WorkerParts) -> None:
    noted = []
    for kind in (RequestKind.HALT, RequestKind.GO_ON):
        assert (await ask(parts, kind)).state is DONE
        worker = await parts.journal.lease.last_worker()
        assert worker is not None
        noted.append(worker.halted)
    assert (noted, parts.port.asked) == ([True, False], ["halt", "go on"])


async def test_a_paused_worker_sweeps_for_nobody(parts: WorkerParts) -> None:
    parts.state.is_paused = True
    refused = await ask(parts, RequestKind.SWEEP)
    assert (refused.state, parts.port.asked) == (REFUSED, [])

    parts.state.is_paused = False
    assert (await ask(parts, RequestKind.SWEEP)).state is DONE
    assert parts.port.asked == ["sweep_now"]


async def test_a_fill_is_queued_and_its_end_will_answer(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    request = await ask(parts, RequestKind.FILL, gap_id="gap_1")
    assert request.state is TAKEN
    assert parts.state.waiting["gap_1"].requests == [request.id]


async def test_a_fill_of_what_is_filled_is_answered_at_once(parts: WorkerParts) -> None:
    parts.add_gap("gap_1", fill_state="filled")
    assert (await ask(parts, RequestKind.FILL, gap_id="gap_1")).state is DONE
    assert parts.state.waiting == {}


@pytest.mark.parametrize("kind", [RequestKind.FILL, RequestKind.RETRY])
async def test_nothing_is_done_about_a_gap_that_is_gone_or_that_the_site_keeps_no_more(
    parts: WorkerParts, kind: RequestKind
) -> None:
    long_ago = {"gap_start": "2020-06-13T11:00:00Z", "gap_end": "2020-06-13T11:10:00Z"}
    parts.add_gap("gap_old", **long_ago)
    for gap_id in ("gap_gone", "gap_old"):
        assert (await ask(parts, kind, gap_id=gap_id)).state is REFUSED
    assert (parts.state.waiting, parts.port.asked) == ({}, [])
    assert parts.site.gap("gap_old")["fill_state"] == "pending"


async def test_a_retry_begins_anew_and_takes_a_set_aside_camera_back(parts: WorkerParts) -> None:
    parts.add_gap("gap_1", fill_state="failed", fill_attempts=3)
    camera = await parts.camera("gate")
    aside = CameraMemory(
        "gate", False, set_aside_why=Outcome.LOGIN_REFUSED, set_aside_row=camera.updated_at, failures=2
    )
    await parts.context.journal.camera_memory.note_speed("gate", full_speed=False)
    await parts.context.journal.camera_memory.set_aside(aside)

    assert (await ask(parts, RequestKind.RETRY, gap_id="gap_1")).state is DONE

    row = parts.site.gap("gap_1")
    assert (row["fill_state"], row["fill_attempts"]) == ("pending", 0)
    assert await parts.journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", False)}
    assert len(await parts.events(EventKind.CAMERA_BACK)) == 1
    assert parts.port.asked == ["sweep_now"]


async def test_what_is_being_filled_or_was_filled_meanwhile_is_not_retried(parts: WorkerParts) -> None:
    parts.add_gap("gap_running")
    await parts.started("gap_running")
    parts.add_gap("gap_filled", fill_state="filled", filled_at="2026-06-13T12:00:05Z")
    for gap_id in ("gap_running", "gap_filled"):
        assert (await ask(parts, RequestKind.RETRY, gap_id=gap_id)).state is REFUSED
    assert parts.site.gap("gap_filled")["fill_state"] == "filled"


async def test_what_is_brought_forward_comes_before_all_that_people_asked_for(parts: WorkerParts) -> None:
    for number in range(3):
        parts.add_gap(f"gap_{number}")
        await parts.wait(f"gap_{number}", number + 1)
    assert (await ask(parts, RequestKind.FIRST, gap_id="gap_2")).state is DONE
    assert (await ask(parts, RequestKind.FIRST, gap_id="gap_1")).state is DONE

    turns = {job.gap.id: job.asked for job in parts.state.waiting.values() if job.asked is not None}
    assert sorted(turns, key=turns.__getitem__) == ["gap_1", "gap_2", "gap_0"]
    assert (await ask(parts, RequestKind.FIRST, gap_id="gap_none")).state is REFUSED


async def test_a_cancelled_job_leaves_the_queue_and_whoever_asked_for_it_hears_of_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    asked = await parts.taken("gap_1")
    await parts.wait("gap_1", asked)

    assert (await ask(parts, RequestKind.CANCEL, gap_id="gap_1")).state is DONE

    assert parts.state.waiting == {}
    assert ((await parts.request(asked)).state, (await parts.request(asked)).reason) == (
        REFUSED,
        f"Cancelled by {ANNA}.",
    )


async def test_a_cancelled_fill_is_stopped_by_who_asked(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")

    assert (await ask(parts, RequestKind.CANCEL, fill_id=job.fill_id)).state is DONE

    assert (job.stop.is_set(), job.stopped_by) == (True, ANNA)
    assert (await ask(parts, RequestKind.CANCEL, fill_id=99)).state is REFUSED


async def test_a_diagnosis_is_begun_and_cancelled_by_the_scheduler(parts: WorkerParts) -> None:
    assert (await ask(parts, RequestKind.DIAGNOSE, camera_id="gate")).state is TAKEN
    assert (await ask(parts, RequestKind.CANCEL, camera_id="gate")).state is DONE
    assert parts.port.asked == [f"diagnose gate for {ANNA}", f"cancel diagnosis of gate by {ANNA}"]
    assert (await ask(parts, RequestKind.DIAGNOSE, camera_id="none")).state is REFUSED


@pytest.mark.parametrize("kind", [RequestKind.END, RequestKind.DRAIN, RequestKind.STAY])
async def test_how_long_a_service_stays_is_not_for_a_console_to_say(parts: WorkerParts, kind: RequestKind) -> None:
    assert (await ask(parts, kind)).state is REFUSED
    assert not parts.state.lifetime.ending.is_set()
    assert not parts.state.lifetime.is_draining


async def test_a_consoles_worker_ends_drains_or_stays_as_it_is_asked(parts: WorkerParts) -> None:
    lifetime = parts.state.lifetime
    lifetime.lifetime = Lifetime.CONSOLES
    assert (await ask(parts, RequestKind.DRAIN)).state is DONE
    assert lifetime.is_draining

    assert (await ask(parts, RequestKind.STAY)).state is DONE
    noted = await parts.journal.lease.last_worker()
    assert noted is not None
    assert (lifetime.is_draining, noted.lifetime) == (False, Lifetime.STAY)

    assert (await ask(parts, RequestKind.END)).state is DONE
    assert lifetime.ending.is_set()


async def test_who_asks_for_work_does_not_want_the_worker_to_end(parts: WorkerParts) -> None:
    parts.state.lifetime.is_asked_to_drain = True
    assert (await ask(parts, RequestKind.SWEEP)).state is DONE
    assert not parts.state.lifetime.is_draining


async def test_what_was_asked_too_long_ago_is_not_done(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    order = await parts.ask(RequestKind.PAUSE, at=NOW - timedelta(minutes=6))
    fill = await parts.ask(RequestKind.FILL, at=NOW - timedelta(days=8), gap_id="gap_1")
    assert [(await serve(parts, request)).state for request in (order, fill)] == [REFUSED, REFUSED]
    assert (parts.state.is_paused, parts.state.waiting) == (False, {})


async def test_what_a_locked_site_refused_is_asked_again(parts: WorkerParts, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.add_gap("gap_1")
    request = await parts.ask(RequestKind.RETRY, gap_id="gap_1")
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with written_by_another(parts.site.database):
        assert not await RequestService(parts.context, parts.state, parts.port).serve(request)
    assert (await parts.request(request.id)).state is ASKED
    assert (await serve(parts, request)).state is DONE


async def test_under_a_lost_lease_nothing_is_taken_done_or_answered(parts: WorkerParts) -> None:
    request = await parts.ask(RequestKind.PAUSE)
    await parts.lose_lease()
    assert (await serve(parts, request)).state is ASKED
    assert not parts.state.is_paused


async def test_a_part_is_placed_by_the_scheduler_and_its_end_will_answer(parts: WorkerParts) -> None:
    request = await ask(parts, RequestKind.PLACE, camera_id="gate", part_id="5f3a91c2", moment=NOW)
    assert (request.state, parts.port.asked) == (TAKEN, [f"place 5f3a91c2 of gate at {NOW:%H:%M:%S}"])


async def test_a_part_of_a_camera_that_is_gone_is_not_placed(parts: WorkerParts) -> None:
    request = await ask(parts, RequestKind.PLACE, camera_id="attic", part_id="5f3a91c2", moment=NOW)
    assert (request.state, parts.port.asked) == (REFUSED, [])
