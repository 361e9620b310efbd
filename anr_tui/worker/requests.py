"""What people ask of the worker, taken from the journal within about a second."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalError, LeaseLostError, SiteLockedError
from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.masking import mask
from anr_tui.worker.diagnosis.diagnosis_queue import Diagnosis
from anr_tui.worker.fills.completion import report_set_aside
from anr_tui.worker.lifecycle.lease import note_state
from anr_tui.worker.scheduler import Worker

_LOOK_S = 1.0
_OLDEST_FILL = timedelta(days=7)
_OLDEST_ORDER = timedelta(minutes=1)
# Who asks for one of these does not want the worker to end.
_WORK = (RequestKind.FILL, RequestKind.RETRY, RequestKind.SWEEP, RequestKind.DIAGNOSE)
# Who reads the answer to one of these should read the new state, too: the same key undoes it.
_STATES = (RequestKind.PAUSE, RequestKind.RESUME, RequestKind.HALT, RequestKind.GO_ON)

_log = logging.getLogger(__name__)


async def serve_requests(worker: Worker) -> None:
    """Take and answer requests until cancelled."""
    seen: int | None = None
    while True:
        try:
            version = await worker.journal.data_version()
            if version != seen:
                served = [await _serve(worker, request) for request in await worker.journal.requests.asked()]
                seen = version if all(served) else None
        except LeaseLostError:
            raise
        except AnrError as error:
            _log.warning("requests could not be read: %s", error)
        await asyncio.sleep(_LOOK_S)


async def _serve(worker: Worker, request: Request) -> bool:
    """Answer a request; False where that must be tried again later."""
    if not await worker.journal.requests.take(request.id):
        return True
    try:
        answer = await _answer(worker, request)
    except LeaseLostError:
        raise
    except SiteLockedError as error:
        _log.warning("%s asked again: %s", request.kind, error)
        await worker.journal.requests.ask_again(request.id)
        return False
    except AnrError as error:
        await _end(worker, request, RequestState.REFUSED, str(error))
        return True
    if answer is not None:
        if request.kind in _STATES:
            with contextlib.suppress(JournalError):  # the next heartbeat tells it
                await note_state(worker)
        try:
            await _end(worker, request, RequestState.DONE, answer)
        finally:
            if request.kind is RequestKind.END:  # not before the answer stands there
                worker.lifetime.ending.set()
    return True


async def _answer(worker: Worker, request: Request) -> str | None:
    """Do what was asked; returns what was done, or None where the fill's end will answer."""
    _check_age(worker, request)
    if request.kind in _WORK and worker.lifetime.is_asked_to_drain:
        worker.lifetime.is_asked_to_drain = False
        worker.look_again()
    match request.kind:
        case RequestKind.FILL:
            return await _fill_now(worker, request)
        case RequestKind.RETRY:
            return await _retry(worker, request)
        case RequestKind.CANCEL:
            return await _cancel(worker, request)
        case RequestKind.FIRST:
            return _bring_forward(worker, request)
        case RequestKind.PAUSE:
            worker.is_paused = True
            await _tell(worker, request, EventKind.PAUSED, "The sweep is paused.")
            return "Paused: running fills go on, no new ones start by themselves."
        case RequestKind.RESUME:
            worker.is_paused = False
            worker.sweep_timer.come_now()
            await _tell(worker, request, EventKind.RESUMED, "The sweep goes on.")
            return "The sweep goes on."
        case RequestKind.HALT:
            worker.halt(True)
            await _tell(worker, request, EventKind.HALTED, "All fetching is halted.")
            return "Halted: nothing is fetched, sessions stay as they are."
        case RequestKind.GO_ON:
            worker.halt(False)
            await _tell(worker, request, EventKind.WENT_ON, "Fetching goes on.")
            return "Fetching goes on."
        case RequestKind.SWEEP:
            if worker.is_paused:
                raise AnrError("The sweep is paused.", "Resume it first.")
            worker.sweep_timer.come_now()
            return "Sweeping."
        case RequestKind.END:
            worker.lifetime.check_is_no_service()
            return "It ends: running fills stop with what they have."
        case RequestKind.DRAIN:
            worker.lifetime.check_is_no_service()
            worker.lifetime.is_asked_to_drain = True
            worker.look_again()
            return "It ends when the running fills are done; none are started."
        case RequestKind.STAY:
            return await _stay(worker)
        case RequestKind.DIAGNOSE:
            worker.diagnoses.add(Diagnosis(await _camera(worker, request.camera_id), request))
            return None


async def _stay(worker: Worker) -> str:
    if worker.lifetime.lifetime is Lifetime.SERVICE:
        raise AnrError("This worker is a service: it stays anyway.")
    worker.lifetime.keep()
    worker.look_again()
    await worker.journal.lease.note_lifetime(worker.lifetime.lifetime)
    return "It goes on without a console."


def _check_age(worker: Worker, request: Request) -> None:
    """AnrError for what was asked so long ago that whoever asked cannot mean this moment any more."""
    age = worker.clock() - request.asked_at
    if request.kind is RequestKind.FILL and age > _OLDEST_FILL:
        raise AnrError(f"It was asked for {age.days} days ago and never begun.", "Ask again if you still want it.")
    if not request.kind.is_about_gap and age > _OLDEST_ORDER and request.asked_at < worker.started_at:
        raise AnrError("It was asked before this worker started.", "Ask again if you still want it.")


async def _gap_and_camera(worker: Worker, request: Request) -> tuple[RecordingGap, Camera]:
    """What a request is about. AnrError where it is gone, or the site does not keep its footage any more."""
    gap = await worker.site.gap(request.gap_id or "")
    if gap is None:
        raise AnrError(f"There is no gap {request.gap_id!r} any more.")
    camera = await _camera(worker, gap.camera_id)
    if gap.window.end < worker.clock() - timedelta(hours=camera.retention_hours):
        raise AnrError(f"It is older than the site keeps footage of {camera.name} ({camera.retention_hours} h).")
    return gap, camera


async def _camera(worker: Worker, camera_id: str | None) -> Camera:
    for camera in (await worker.site.cameras()).good:
        if camera.id == camera_id:
            return camera
    raise AnrError(f"The row of camera {camera_id!r} cannot be read, or is gone.")


async def _fill_now(worker: Worker, request: Request) -> str | None:
    gap, camera = await _gap_and_camera(worker, request)
    if gap.fill_state is FillState.FILLED:
        return "It is filled already."
    await worker.enqueue(gap, camera, request.asked_by, request.id)
    return None


async def _retry(worker: Worker, request: Request) -> str:
    gap, camera = await _gap_and_camera(worker, request)
    if gap.id in worker.running:
        raise AnrError("It is being filled right now.")
    if gap.filled_at is not None and gap.filled_at > request.asked_at:
        raise AnrError("It was filled meanwhile.")
    await worker.journal.lease.check()
    await worker.site.retry(gap.id, asked_by=request.asked_by, at=worker.clock())
    memory = (await worker.journal.camera_memory.by_camera()).get(camera.id)
    if memory is not None and memory.set_aside_why:
        tried_again = CameraMemory(camera.id, memory.full_speed)
        await worker.journal.camera_memory.set_aside(tried_again)
        await report_set_aside(worker, camera, memory, tried_again)
    worker.sweep_timer.come_now()
    return "Pending again, with no attempts made."


def _bring_forward(worker: Worker, request: Request) -> str:
    job = worker.waiting.get(request.gap_id or "")
    if job is None:
        raise AnrError("It is not in the queue any more.")
    worker.queue.bring_forward(job)
    worker.look_again()
    return "It is the next that is taken."


async def _cancel(worker: Worker, request: Request) -> str:
    if request.camera_id is not None and request.gap_id is None and request.fill_id is None:
        return worker.diagnoses.cancel(request.camera_id, request.asked_by)
    for job in worker.running.values():
        is_named = request.gap_id == job.gap.id and job.gap.id not in worker.waiting
        if request.fill_id == job.fill_id or is_named:
            job.end(request.asked_by)
            return "Stopping; what arrived is kept."
    if request.gap_id is None or request.gap_id not in worker.waiting:
        raise AnrError("It is not running any more.")
    job = worker.waiting.pop(request.gap_id)
    for waiting in job.requests:
        await worker.journal.requests.end(
            waiting, RequestState.REFUSED, reason=f"Cancelled by {request.asked_by}.", now=worker.clock()
        )
    return "Taken out of the queue."


async def _tell(worker: Worker, request: Request, kind: EventKind, words: str) -> None:
    await worker.events.tell(kind, words, who=request.asked_by)


async def _end(worker: Worker, request: Request, state: RequestState, reason: str) -> None:
    await worker.journal.requests.end(request.id, state, reason=mask(reason), now=worker.clock())
