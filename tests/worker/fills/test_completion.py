"""What the end of a fill means to its gap, its camera, the journal and those who asked. No worker runs."""

from datetime import timedelta
from typing import Any

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestState
from anr_tui.domain.timestamps import format_stamp
from anr_tui.fill.fill_run import FillResult
from anr_tui.journal.journal import FillProgress
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform import sqlite
from anr_tui.worker.fills.completion import complete_fill, report_start
from anr_tui.worker.job import DISK, Job
from tests.heldar_site import NOW
from tests.worker.parts import ANNA, WorkerParts, written_by_another

FETCHED = FillProgress(wanted_s=600, got_s=120, size_bytes=9000, speed=8.0, pieces=1, pieces_landed=1)


async def complete(parts: WorkerParts, job: Job, outcome: Outcome, **changes: Any) -> FillResult:
    """Complete a job's fill; `changes` are fields of its result."""
    fields: dict[str, Any] = {"reason": "So it went.", "progress": FETCHED, "full_speed": None} | changes
    result = FillResult(outcome, **fields)
    return await complete_fill(parts.context, parts.state, parts.port, job, result)


async def fill_of(parts: WorkerParts, job: Job) -> Fill:
    fill = await parts.journal.fills.get(job.fill_id)
    assert fill is not None
    return fill


async def test_a_filled_gap_is_told_to_the_site_the_journal_and_who_asked(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    request = await parts.taken("gap_1")
    job = await parts.started("gap_1", request, asked_by=ANNA)

    await complete(parts, job, Outcome.FILLED)

    assert parts.site.gap("gap_1")["fill_state"] == "filled"
    fill = await fill_of(parts, job)
    assert (fill.outcome, fill.reason, fill.got_s, fill.ended_at) == (Outcome.FILLED, "So it went.", 120, NOW)
    answered = await parts.request(request)
    assert (answered.state, answered.reason) == (RequestState.DONE, "filled: So it went.")
    (ended,) = await parts.journal.events.newest(kinds=[EventKind.FILL_ENDED])
    assert (ended.who, ended.fill_id, ended.gap_id, ended.camera_id) == (ANNA, job.fill_id, "gap_1", "gate")
    assert len(await parts.events(EventKind.GAP_FILLED)) == 1


@pytest.mark.parametrize("outcome", [Outcome.FILLED, Outcome.PARTLY_FILLED, Outcome.NO_FOOTAGE])
async def test_a_gap_that_grew_meanwhile_is_not_filled_and_has_an_attempt_left(
    parts: WorkerParts, outcome: Outcome
) -> None:
    parts.add_gap("gap_1")
    request = await parts.taken("gap_1")
    job = await parts.started("gap_1", request, asked_by=ANNA)
    grown = format_stamp(job.gap.window.end + timedelta(minutes=1))
    parts.site.execute("UPDATE recording_gaps SET gap_end = ?", grown)
    before = parts.site.gap("gap_1")

    result = await complete(parts, job, outcome)

    assert parts.site.gap("gap_1") == before
    fill = await fill_of(parts, job)
    assert fill.outcome is result.outcome is (Outcome.PARTLY_FILLED if outcome is Outcome.FILLED else outcome)
    assert fill.reason == "So it went. The gap has grown while it was filled; the next sweep asks for the rest."
    assert (await parts.request(request)).state is RequestState.REFUSED
    assert await parts.events(EventKind.GAP_FILLED) == []


async def test_a_gap_that_shrank_meanwhile_is_filled_with_what_was_asked_for_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    parts.site.execute("UPDATE recording_gaps SET gap_end = ?", format_stamp(job.gap.window.end - timedelta(minutes=1)))
    result = await complete(parts, job, Outcome.FILLED)
    assert (result.outcome, parts.site.gap("gap_1")["fill_state"]) == (Outcome.FILLED, "filled")


async def test_the_start_of_a_fill_says_who_asked_for_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1", await parts.taken("gap_1"), asked_by=ANNA)
    await report_start(parts.context.events, job)
    (event,) = await parts.journal.events.newest(kinds=[EventKind.FILL_STARTED])
    assert (event.who, event.fill_id) == (ANNA, job.fill_id)
    assert f"asked by {ANNA}" in event.words


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.FILLED])
async def test_only_some_ends_use_up_an_attempt_and_none_of_them_fills_the_gap(
    parts: WorkerParts, outcome: Outcome
) -> None:
    parts.add_gap("gap_1")
    request = await parts.taken("gap_1")
    await complete(parts, await parts.started("gap_1", request), outcome)
    row = parts.site.gap("gap_1")
    assert (row["fill_state"], row["fill_attempts"]) == ("pending", int(outcome.counts_as_attempt))
    assert (await parts.request(request)).state is RequestState.REFUSED


async def test_the_last_attempt_gives_the_gap_up_and_says_so_once(parts: WorkerParts) -> None:
    parts.add_gap("gap_1", fill_attempts=parts.context.policy.max_attempts - 1)
    await complete(parts, await parts.started("gap_1"), Outcome.NO_FOOTAGE)
    assert parts.site.gap("gap_1")["fill_state"] == "failed"
    assert len(await parts.events(EventKind.GAP_FAILED)) == 1

    await complete(parts, await parts.started("gap_1"), Outcome.NO_FOOTAGE)
    assert len(await parts.events(EventKind.GAP_FAILED)) == 1


async def test_a_stopped_fill_says_who_stopped_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    job.end(ANNA)
    result = await complete(parts, job, Outcome.STOPPED)
    assert (result.outcome, result.reason) == (Outcome.STOPPED, f"So it went. By {ANNA}.")


async def test_a_fill_that_the_full_disk_stopped_ends_with_that(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    job.end(DISK)
    result = await complete(parts, job, Outcome.STOPPED)
    assert result.outcome is Outcome.DISK_FULL
    assert (await fill_of(parts, job)).outcome is Outcome.DISK_FULL


async def test_a_fetch_of_a_moment_says_nothing_about_a_cameras_speed(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    moment = FillProgress(wanted_s=600, got_s=4, speed=90.0)
    await complete(parts, await parts.started("gap_1"), Outcome.PARTLY_FILLED, progress=moment)
    assert await parts.journal.camera_memory.by_camera() == {}

    await complete(parts, await parts.started("gap_1"), Outcome.PARTLY_FILLED, full_speed=True)
    assert await parts.journal.camera_memory.by_camera() == {"gate": CameraMemory("gate", full_speed=True, speed=8.0)}


async def test_a_refused_login_sets_the_camera_aside_and_answers_all_who_wait_for_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    parts.add_gap("gap_2")
    parts.add_gap("gap_other", "dock")
    waiting = await parts.taken("gap_2")
    await parts.wait("gap_2", waiting)
    await parts.wait("gap_other")

    await complete(parts, await parts.started("gap_1"), Outcome.LOGIN_REFUSED)

    memory = (await parts.journal.camera_memory.by_camera())["gate"]
    assert memory.is_set_aside(await parts.camera("gate"), NOW + timedelta(days=30))
    assert len(await parts.events(EventKind.CAMERA_SET_ASIDE)) == 1
    assert list(parts.state.waiting) == ["gap_other"]
    assert (await parts.request(waiting)).state is RequestState.REFUSED


async def test_a_camera_that_delivers_again_is_set_aside_no_more(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    await complete(parts, await parts.started("gap_1"), Outcome.UNREACHABLE)
    await complete(parts, await parts.started("gap_1"), Outcome.PARTLY_FILLED)
    memory = (await parts.journal.camera_memory.by_camera())["gate"]
    assert (memory.set_aside_why, memory.failures) == (None, 0)
    assert len(await parts.events(EventKind.CAMERA_SET_ASIDE)) == 1
    assert len(await parts.events(EventKind.CAMERA_BACK)) == 1


async def test_a_worker_that_ends_leaves_its_requests_to_the_next_one(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    request = await parts.taken("gap_1")
    job = await parts.started("gap_1", request)
    parts.state.is_ending = True
    await complete(parts, job, Outcome.STOPPED)
    assert (await parts.request(request)).state is RequestState.TAKEN
    assert (await fill_of(parts, job)).outcome is Outcome.STOPPED


async def test_under_a_lost_lease_the_site_and_the_journal_hear_nothing(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    await parts.lose_lease()
    with pytest.raises(LeaseLostError):
        await complete(parts, job, Outcome.FILLED)
    assert parts.site.gap("gap_1")["fill_state"] == "pending"
    assert (await fill_of(parts, job)).outcome is None


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For databases that are opened after it."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    monkeypatch.setattr("anr_tui.worker.context._AGAIN_S", 0.01)


@pytest.mark.usefixtures("_impatient")
async def test_a_worker_that_ends_does_not_wait_for_a_locked_site_for_ever(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    parts.state.is_ending = True
    with written_by_another(parts.site.database):
        result = await complete(parts, job, Outcome.FILLED)
    assert "The site database could not be updated" in result.reason
    assert (await fill_of(parts, job)).outcome is Outcome.FILLED
