"""The sweep: finds the gaps that are due, and puts them into the worker's queue."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import RecordingGap
from anr_tui.journal.tables.rows import set_aside
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.job import Job
from anr_tui.worker.state import SchedulerState

SWEEPER = "sweep"

_log = logging.getLogger(__name__)


class Enqueue(Protocol):
    """A function that puts a gap into the queue."""

    def __call__(self, gap: RecordingGap, camera: Camera, asked_by: str) -> Job:
        """Put a gap into the queue and return its job; a job that waits or runs already is joined."""


async def sweep(
    context: WorkerContext, state: SchedulerState, enqueue: Enqueue, *, disk_rest_s: float = 0.0
) -> datetime | None:
    """Queue the due gaps; returns when the first camera that is set aside may be tried again.

    While the disk has no room, for `disk_rest_s` seconds from now, nothing is queued, and the end of that time is
    returned. Raises SiteError and JournalError where a database cannot be read.
    """
    now = context.clock()
    cameras = {camera.id: camera for camera in (await context.site.cameras.all()).good}
    memories = await context.journal.camera_memory.by_camera()
    aside = set_aside(cameras.values(), memories, now)
    if disk_rest_s > 0:
        return now + timedelta(seconds=disk_rest_s)
    due = await context.site.gaps.due(
        context.policy,
        now,
        left_out_gaps=[*state.waiting, *state.running, *state.left_alone()],
        left_out_cameras=list(aside),
    )
    for problem in due.problems:
        _log.warning("%s", problem)
    for gap in due.good:
        if gap.camera_id in cameras:
            enqueue(gap, cameras[gap.camera_id], SWEEPER)
    state.swept_at = now
    _log.info("sweep: %d due, %d cameras set aside", len(due.good), len(aside))
    return min((each.set_aside_until for each in aside.values() if each.set_aside_until), default=None)
