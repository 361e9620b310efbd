"""The sweep: which gaps are due now, put into the worker's queue."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from anr_tui.journal.tables.rows import set_aside

if TYPE_CHECKING:
    from anr_tui.worker.scheduler import Worker

SWEEPER = "sweep"

_log = logging.getLogger(__name__)


async def sweep(worker: "Worker") -> datetime | None:
    """Queue the due gaps; returns when the first camera that is set aside may be tried again."""
    now = worker.clock()
    cameras = {camera.id: camera for camera in (await worker.site.cameras()).good}
    memories = await worker.journal.camera_memory.by_camera()
    aside = set_aside(cameras.values(), memories, now)
    if worker.disk.rest_s > 0:
        return now + timedelta(seconds=worker.disk.rest_s)
    due = await worker.site.due_gaps(
        now,
        max_age=timedelta(hours=worker.settings.heldar_anr_max_gap_hours),
        max_attempts=worker.settings.heldar_anr_max_attempts,
        settle=timedelta(seconds=worker.settings.anr_settle_s),
        order=worker.settings.anr_order,
        card_hours=worker.settings.anr_card_hours,
        left_out_gaps=[*worker.waiting, *worker.running, *worker.left_alone()],
        left_out_cameras=list(aside),
    )
    for problem in due.problems:
        _log.warning("%s", problem)
    for gap in due.good:
        if gap.camera_id in cameras:
            await worker.enqueue(gap, cameras[gap.camera_id], SWEEPER)
    worker.swept_at = now
    _log.info("sweep: %d due, %d cameras set aside", len(due.good), len(aside))
    return min((each.set_aside_until for each in aside.values() if each.set_aside_until), default=None)
