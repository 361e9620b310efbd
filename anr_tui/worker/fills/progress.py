"""The progress of the running fills, noted in the journal about once a second."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from anr_tui.domain.errors import JournalError, LeaseLostError
from anr_tui.journal.journal import FillProgress
from anr_tui.journal.tables.fills import LeasedFillTable
from anr_tui.worker.job import Job
from anr_tui.worker.scheduling.disk_monitor import LOOK_S

_log = logging.getLogger(__name__)


async def note_progress(
    fills: LeasedFillTable, running: Mapping[str, Job], tick: Callable[[], Awaitable[None]]
) -> None:
    """Call `tick` and note the fills whose progress changed, about once a second until cancelled."""
    noted: dict[int, FillProgress] = {}
    while True:
        await tick()
        await asyncio.sleep(LOOK_S)
        jobs = [job for job in running.values() if job.run is not None]
        noted = {job.fill_id: noted.get(job.fill_id, FillProgress()) for job in jobs}
        for job in jobs:
            progress = job.run.progress if job.run else FillProgress()
            if progress != noted[job.fill_id]:
                await _note(fills, job, progress)
                noted[job.fill_id] = progress


async def _note(fills: LeasedFillTable, job: Job, progress: FillProgress) -> None:
    try:
        await fills.note_progress(job.fill_id, progress)
    except LeaseLostError:
        # The fill may just have ended. Whether the lease is lost, the heartbeat finds out.
        return
    except JournalError as error:
        _log.warning("progress of fill %d was not noted: %s", job.fill_id, error, extra=job.log_fields)
