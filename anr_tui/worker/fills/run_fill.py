"""One fill as the worker runs it: what was learned of its camera, its log, its limits."""

import logging
from typing import TYPE_CHECKING

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.outcome import Outcome
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.fill_run import FillResult, FillRun
from anr_tui.fill.storage_check import Usage
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.worker.context import persist
from anr_tui.worker.fills.fill_ports import LeasedFillJournal, SpareSessions
from anr_tui.worker.scheduling.job import Job

if TYPE_CHECKING:
    from anr_tui.worker.scheduler import Worker

_log = logging.getLogger(__name__)


async def run_fill(worker: "Worker", job: Job) -> FillResult:
    """Do the work on a gap; whatever breaks in it ends this fill only."""
    gap, camera = job.gap, job.camera
    memories = await persist(worker, worker.journal.camera_memories)
    memory = memories.get(camera.id, CameraMemory(camera.id))
    usage = await persist(worker, lambda: _usage(worker, camera.id))
    journal = LeasedFillJournal(worker, job.fill_id, camera.id)
    with FillLog(worker.settings.logs_dir / f"fill-{job.fill_id}.log", worker.clock) as log:
        log.write("fill", f"gap {gap.id} of camera {camera.id}, asked by {job.asked_by}")
        job.run = FillRun(
            gap,
            camera,
            context=worker.tools,
            journal=journal,
            sessions=SpareSessions(worker, job.device),
            log=log,
            full_speed=memory.full_speed is not False,
            limits=worker.bandwidth.limits(camera.id),
            usage=usage,
        )
        try:
            return await job.run.run(job.stop)
        except LeaseLostError:
            raise
        except Exception:
            # One bad camera must not stop the others; the trace is for us, the sentence for the operator.
            _log.exception("fill %d of gap %s broke", job.fill_id, gap.id)
            reason = "A fault of anr-tui ended this fill; the worker's log has the details."
            return FillResult(Outcome.INTERRUPTED, reason, job.run.progress, None)


async def _usage(worker: "Worker", camera_id: str) -> Usage:
    use = await worker.site.usage(camera_id)
    if use is None:
        return Usage()
    default_quota = worker.settings.heldar_default_camera_quota_gb * BYTES_PER_GB
    return Usage(
        total_bytes=use.total_bytes,
        total_limit=int(worker.settings.heldar_max_recordings_gb * BYTES_PER_GB),
        total_oldest=use.total_oldest,
        camera_bytes=use.camera_bytes,
        camera_limit=use.quota_bytes or int(default_quota),
        camera_oldest=use.camera_oldest,
    )
