"""Running one fill in the worker: with what is known of its camera, its log and its limits."""

import logging
from collections.abc import Mapping

from anr_tui.domain.errors import LeaseLostError, SiteError, SiteLockedError
from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.fill_run import FillResult, FillRun, Sessions
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.placement.time_shift.zone_search import ZoneHint
from anr_tui.fill.storage_check import Usage
from anr_tui.journal.tables.device_trust import TrustedBy
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.worker.context import WorkerContext, persist
from anr_tui.worker.fills.fill_ports import LeasedFillJournal
from anr_tui.worker.fills.zone_hints import zone_hints
from anr_tui.worker.job import Job
from anr_tui.worker.state import SchedulerState

_log = logging.getLogger(__name__)


async def run_fill(
    context: WorkerContext,
    state: SchedulerState,
    job: Job,
    *,
    sessions: Sessions,
    limits: tuple[RateLimit, ...],
    rest_s: float | None = None,
) -> FillResult:
    """Fill the gap of a job; an error in it ends only this fill. Raises LeaseLostError."""
    gap, camera = job.gap, job.camera
    memories = await persist(state, context.journal.camera_memory.by_camera)
    memory = memories.get(camera.id, CameraMemory(camera.id))
    zones = await persist(state, lambda: _zones(context, job, memories))
    usage = await persist(state, lambda: _usage(context, camera.id))
    known = await persist(state, lambda: context.journal.device_trust.of(camera.id, job.device))
    trust = DeviceTrust(context.tools.policy.tls, known.login_strength, known.certificate)
    journal = LeasedFillJournal(context, state, job.fill_id, camera.id)
    with FillLog(context.paths.logs / f"fill-{job.fill_id}.log", context.clock) as log:
        log.write("fill", f"gap {gap.id} of camera {camera.id}, asked by {job.asked_by}")
        job.run = FillRun(
            gap,
            camera,
            context=context.tools,
            journal=journal,
            sessions=sessions,
            log=log,
            full_speed=memory.full_speed is not False,
            limits=limits,
            usage=usage,
            calibration=Calibration(memory.shift_s, memory.shift_shown_by),
            zones=zones,
            rest_s=rest_s,
            trust=trust,
        )
        try:
            result = await job.run.run(job.stop)
            await _note_trust(context, state, job, trust, known)
            return result
        except LeaseLostError:
            raise
        except Exception:
            # One bad camera must not stop the others. The traceback goes to the log, the sentence to the operator.
            _log.exception("fill %d of gap %s broke", job.fill_id, gap.id, extra=job.log_fields)
            reason = "An error in anr-tui ended this fill; the worker's log has the details."
            return FillResult(Outcome.INTERRUPTED, reason, job.run.progress, None)


async def _zones(context: WorkerContext, job: Job, memories: Mapping[str, CameraMemory]) -> tuple[ZoneHint, ...]:
    """The zones to try where the camera has nothing; none where the site cannot be read."""
    catalog = context.site.cameras
    try:
        cameras, site_zone = (await catalog.all()).good, await catalog.time_zone()
    except SiteLockedError:
        raise
    except SiteError:
        return ()
    return zone_hints(
        job.camera, cameras, memories, site_zone=site_zone, moment=job.gap.window.start, now=context.clock()
    )


async def _note_trust(
    context: WorkerContext, state: SchedulerState, job: Job, trust: DeviceTrust, known: TrustedBy
) -> None:
    """Remember what the device was trusted by, and raise an alarm where it was not trusted."""
    if trust.breach:
        words = f"{job.camera.name}: {trust.breach} If it was changed on purpose: anr-tui camera trust {job.camera.id}"
        about = {"camera_id": job.camera.id, "gap_id": job.gap.id}
        await context.events.tell(EventKind.ALARM, words, fill_id=job.fill_id, **about)
        return
    now_by = TrustedBy(trust.login_strength, trust.certificate)
    if now_by != known:
        camera_id, now = job.camera.id, context.clock()
        await persist(state, lambda: context.journal.device_trust.note(camera_id, job.device, now_by, at=now))


async def _usage(context: WorkerContext, camera_id: str) -> Usage:
    use = await context.site.archive.usage(camera_id)
    if use is None:
        return Usage()
    limits = context.tools.storage_limits
    return Usage(
        total_bytes=use.total_bytes,
        total_limit=int(limits.max_recordings_gb * BYTES_PER_GB),
        total_oldest=use.total_oldest,
        camera_bytes=use.camera_bytes,
        camera_limit=use.quota_bytes or int(limits.default_camera_quota_gb * BYTES_PER_GB),
        camera_oldest=use.camera_oldest,
    )
