"""The completion of a fill: notes its end in the site, the journal, the camera's memory, the events and the requests.

Each step is repeated until the databases accept it, so that a lock costs only time.
"""

import logging
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import TypedDict

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestState
from anr_tui.fill.fill_run import FillResult
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.worker.context import SchedulerPort, WorkerContext, persist
from anr_tui.worker.event_log import Events
from anr_tui.worker.job import DISK, Job
from anr_tui.worker.scheduling.backoff import after_fill
from anr_tui.worker.state import SchedulerState

# Shorter fetches say nothing about a camera's speed.
_TELLING_S = 5.0
_RAN_FULL = "The disk with the recordings is full; what arrived is kept, and the rest is fetched later."
_GROWN = "The gap has grown while it was filled; the next sweep asks for the rest."

_log = logging.getLogger(__name__)


async def complete_fill(
    context: WorkerContext, state: SchedulerState, port: SchedulerPort, job: Job, result: FillResult
) -> FillResult:
    """Note how a fill ended everywhere; returns the result with its final words.

    Raises LeaseLostError where another worker has the site, and then notes nothing.
    """
    now = context.clock()
    result = _final(job, result)
    try:
        if await persist(state, lambda: _update_site(context, job, result.outcome, now)) is _Row.HAS_GROWN:
            outcome = Outcome.PARTLY_FILLED if result.outcome is Outcome.FILLED else result.outcome
            result = replace(result, outcome=outcome, reason=f"{result.reason} {_GROWN}")
    except SiteError as error:
        result = replace(result, reason=f"{result.reason} The site database could not be updated: {error}")
    await persist(state, lambda: _close(context, job, result, now))
    await persist(state, lambda: _remember(context, port, job, result, now))
    await _report_end(context, state, job, result)
    words = (job.fill_id, job.gap.id, result.outcome.words, result.reason)
    _log.info("fill %d of gap %s: %s. %s", *words, extra=job.log_fields)
    if not state.is_ending:  # else the requests stay taken, and the next worker carries them out
        await persist(state, lambda: _answer(context.journal, job, result, now))
    return result


async def report_start(events: Events, job: Job) -> None:
    """Write the event for the start of a fill."""
    window = job.gap.window
    words = f"{job.camera.name}: {window.start:%Y-%m-%d %H:%M:%SZ}, {window.seconds:.0f} s, asked by {job.asked_by}."
    await events.tell(EventKind.FILL_STARTED, words, who=_person(job), **_about(job))


async def _report_end(context: WorkerContext, state: SchedulerState, job: Job, result: FillResult) -> None:
    """Write the events for the end of a fill, and for what it means to its gap."""
    events = context.events
    words = f"{job.camera.name}: {result.outcome.words}. {result.reason}"
    await events.tell(EventKind.FILL_ENDED, words, who=_person(job), **_about(job))
    if result.outcome is Outcome.FILLED:
        await events.tell(EventKind.GAP_FILLED, f"{job.camera.name}: the gap is filled.", **_about(job))
    elif await _is_given_up(context, state, job, result.outcome):
        words = f"{job.camera.name}: given up, no attempts are left. The last one: {result.outcome.words}."
        await events.tell(EventKind.GAP_FAILED, words, **_about(job))


async def _is_given_up(context: WorkerContext, state: SchedulerState, job: Job, outcome: Outcome) -> bool:
    """Whether this fill used the last of the gap's attempts."""
    if not outcome.counts_as_attempt or job.gap.fill_state is FillState.FAILED:
        return False
    try:
        gap = await persist(state, lambda: context.site.gaps.gap(job.gap.id))
    except SiteError:
        return False
    return gap is not None and gap.fill_state is FillState.FAILED


async def report_set_aside(events: Events, camera: Camera, before: CameraMemory, after: CameraMemory) -> None:
    """Write an event where a camera was set aside for a new reason, or is no longer set aside."""
    if after.set_aside_why == before.set_aside_why:
        return
    if not after.set_aside_why:
        return await events.tell(
            EventKind.CAMERA_BACK, f"{camera.name} is not set aside any more.", camera_id=camera.id
        )
    until = f"{after.set_aside_until:%H:%M:%SZ}" if after.set_aside_until else "its row changes or a person retries"
    words = f"{camera.name} is set aside until {until}: {after.set_aside_why.words}."
    return await events.tell(EventKind.CAMERA_SET_ASIDE, words, camera_id=camera.id)


def _person(job: Job) -> str:
    """The person who asked for a fill, "" where nobody did."""
    return job.asked_by if job.is_asked_for else ""


class _About(TypedDict):
    camera_id: str
    gap_id: str
    fill_id: int


def _about(job: Job) -> _About:
    return {"camera_id": job.camera.id, "gap_id": job.gap.id, "fill_id": job.fill_id}


def _final(job: Job, result: FillResult) -> FillResult:
    """The result, extended by who stopped the fill."""
    if result.outcome is not Outcome.STOPPED or not job.stopped_by:
        return result
    if job.stopped_by == DISK:
        return replace(result, outcome=Outcome.DISK_FULL, reason=_RAN_FULL)
    return replace(result, reason=f"{result.reason} By {job.stopped_by}.")


class _Row(Enum):
    """What became of a gap's row while the gap was filled."""

    IS_WRITTEN = "is written"
    IS_LEFT = "is left"
    HAS_GROWN = "has grown"


async def _update_site(context: WorkerContext, job: Job, outcome: Outcome, now: datetime) -> _Row:
    """Write how the fill ended into the row that it was for: one with other times was not filled, nor tried."""
    await context.journal.lease.check()
    if not outcome.counts_as_attempt:
        return _Row.IS_LEFT
    if await _mark(context, job.gap, outcome, now):
        return _Row.IS_WRITTEN
    row = await context.site.gaps.gap(job.gap.id)
    if row is None or row.window == job.gap.window:
        return _Row.IS_LEFT
    if row.window.intersection(job.gap.window) != row.window:
        return _Row.HAS_GROWN
    # One that has shrunk lies wholly in what was asked for.
    return _Row.IS_WRITTEN if await _mark(context, row, outcome, now) else _Row.IS_LEFT


async def _mark(context: WorkerContext, gap: RecordingGap, outcome: Outcome, now: datetime) -> bool:
    if outcome is Outcome.FILLED:
        return await context.site.gaps.mark_filled(gap, now)
    return await context.site.gaps.mark_attempt(gap, now, context.policy.max_attempts)


async def _close(context: WorkerContext, job: Job, result: FillResult, now: datetime) -> None:
    await context.journal.fills.end(job.fill_id, result.progress, result.outcome, reason=result.reason, now=now)


async def _remember(context: WorkerContext, port: SchedulerPort, job: Job, result: FillResult, now: datetime) -> None:
    """Note what was learned about the camera, and whether it is set aside."""
    journal, camera = context.journal, job.camera
    speed = result.progress.speed if result.progress.got_s >= _TELLING_S else None
    if result.full_speed is not None or speed is not None:
        await journal.camera_memory.note_speed(camera.id, full_speed=result.full_speed, speed=speed)
    if result.calibration is not None:
        found = result.calibration
        await journal.camera_memory.note_shift(camera.id, found.shift_s, shown_by=found.shown_by, at=now)
    elif result.has_tried_zones:
        await journal.camera_memory.note_zones_tried(camera.id, at=now)
    before = (await journal.camera_memory.by_camera()).get(camera.id, CameraMemory(camera.id))
    after = after_fill(before, camera, result.outcome, now=now, random=context.random, has_breached=result.has_breached)
    if after != before:
        await journal.camera_memory.set_aside(after)
        await report_set_aside(context.events, camera, before, after)
    for dropped in port.drop_jobs_of(camera, after, now):
        await _answer(journal, dropped, result, now)


async def _answer(journal: LeasedJournal, job: Job, result: FillResult, now: datetime) -> None:
    state = RequestState.DONE if result.outcome is Outcome.FILLED else RequestState.REFUSED
    for request in job.requests:
        reason = f"{result.outcome.words}: {result.reason}"
        await journal.requests.end(request, state, reason=reason, now=now)
