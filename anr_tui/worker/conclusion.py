"""How the end of a fill is told: to the site, the journal, the camera's memory, the events and those who asked.

Each step is repeated until the databases take it, so that a lock costs time and nothing else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from anr_tui.errors import JournalError, SiteError, SiteLockedError
from anr_tui.fill.fill import FillResult
from anr_tui.journal.rows import CameraMemory
from anr_tui.model import Outcome, RequestState
from anr_tui.worker.aside import after_fill
from anr_tui.worker.job import DISK, Job

if TYPE_CHECKING:
    from anr_tui.worker.worker import Worker

_AGAIN_S = 1.0
# A worker that ends waits for a locked database only so often.
_LAST_TRIES = 5
# A fetch shorter than this says nothing about a camera's speed.
_TELLING_S = 5.0
_RAN_FULL = "The disk with the recordings ran full; what arrived is kept, and the rest follows."

T = TypeVar("T")

_log = logging.getLogger(__name__)


async def persist(worker: "Worker", step: Callable[[], Awaitable[T]]) -> T:
    """Do a step until the databases let it; only a worker that ends gives up (JournalError, SiteLockedError)."""
    tries = 0
    while True:
        try:
            return await step()
        except (JournalError, SiteLockedError) as error:
            tries += 1
            if worker.is_ending and tries >= _LAST_TRIES:
                raise
            _log.warning("tried again: %s", error)
            await asyncio.sleep(_AGAIN_S)


async def conclude(worker: "Worker", job: Job, result: FillResult) -> FillResult:
    """Tell everybody how a fill ended; returns the result with its final words."""
    now = worker.clock()
    result = _final(job, result)
    try:
        await persist(worker, lambda: _tell_site(worker, job, result.outcome, now))
    except SiteError as error:
        result = replace(result, reason=f"{result.reason} The site could not be told: {error}")
    await persist(worker, lambda: _close(worker, job, result, now))
    await persist(worker, lambda: _remember(worker, job, result, now))
    words = f"{job.camera.name}: {result.outcome.words}. {result.reason}"
    await worker.event("fill_ended", words, camera_id=job.camera.id, gap_id=job.gap.id)
    _log.info("fill %d of gap %s: %s. %s", job.fill_id, job.gap.id, result.outcome.words, result.reason)
    if not worker.is_ending:  # else its requests stay taken, and the next worker takes them up again
        await persist(worker, lambda: _answer(worker, job, result, now))
    return result


def _final(job: Job, result: FillResult) -> FillResult:
    """The result with who stopped it."""
    if result.outcome is not Outcome.STOPPED or not job.stopped_by:
        return result
    if job.stopped_by == DISK:
        return replace(result, outcome=Outcome.DISK_FULL, reason=_RAN_FULL)
    return replace(result, reason=f"{result.reason} By {job.stopped_by}.")


async def _tell_site(worker: "Worker", job: Job, outcome: Outcome, now: datetime) -> None:
    await worker.journal.check(worker.lease)
    if outcome is Outcome.FILLED:
        await worker.site.mark_filled(job.gap.id, now)
    elif outcome.counts_as_attempt:
        await worker.site.mark_attempt_failed(job.gap.id, now, worker.settings.heldar_anr_max_attempts)


async def _close(worker: "Worker", job: Job, result: FillResult, now: datetime) -> None:
    await worker.journal.end_fill(
        worker.lease, job.fill_id, result.progress, result.outcome, reason=result.reason, now=now
    )


async def _remember(worker: "Worker", job: Job, result: FillResult, now: datetime) -> None:
    """What was learned about the camera, and whether it is set aside."""
    journal, camera = worker.journal, job.camera
    speed = result.progress.speed if result.progress.got_s >= _TELLING_S else None
    if result.full_speed is not None or speed is not None:
        await journal.remember_speed(camera.id, full_speed=result.full_speed, speed=speed)
    before = (await journal.camera_memories()).get(camera.id, CameraMemory(camera.id))
    after = after_fill(before, camera, result.outcome, now=now, random=worker.random)
    if after != before:
        await journal.set_aside(after)
    for dropped in worker.heed(after, camera, now):
        await _answer(worker, dropped, result, now)


async def _answer(worker: "Worker", job: Job, result: FillResult, now: datetime) -> None:
    state = RequestState.DONE if result.outcome is Outcome.FILLED else RequestState.REFUSED
    for request in job.requests:
        reason = f"{result.outcome.words}: {result.reason}"
        await worker.journal.end_request(worker.lease, request, state, reason=reason, now=now)
