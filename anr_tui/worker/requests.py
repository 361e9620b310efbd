"""What people ask of the worker, taken from the journal within about a second."""

import asyncio
import logging

from anr_tui.errors import AnrError, LeaseLostError, SiteLockedError
from anr_tui.journal.rows import CameraMemory
from anr_tui.model import FillState, Request, RequestKind, RequestState
from anr_tui.worker.worker import Worker

_LOOK_S = 1.0

_log = logging.getLogger(__name__)


async def serve_requests(worker: Worker) -> None:
    """Take and answer requests until cancelled."""
    seen: int | None = None
    while True:
        try:
            version = await worker.journal.data_version()
            if version != seen:
                served = [await _serve(worker, request) for request in await worker.journal.asked_requests()]
                seen = version if all(served) else None
        except LeaseLostError:
            raise
        except AnrError as error:
            _log.warning("requests could not be read: %s", error)
        await asyncio.sleep(_LOOK_S)


async def _serve(worker: Worker, request: Request) -> bool:
    """Answer a request; False where that must be tried again later."""
    if not await worker.journal.take_request(worker.lease, request.id):
        return True
    try:
        answer = await _answer(worker, request)
    except LeaseLostError:
        raise
    except SiteLockedError as error:
        _log.warning("%s asked again: %s", request.kind, error)
        await worker.journal.ask_again(worker.lease, request.id)
        return False
    except AnrError as error:
        await _end(worker, request, RequestState.REFUSED, str(error))
        return True
    if answer is not None:
        await _end(worker, request, RequestState.DONE, answer)
    return True


async def _answer(worker: Worker, request: Request) -> str | None:
    """Do what was asked; returns what was done, or None where the fill's end will answer."""
    match request.kind:
        case RequestKind.FILL:
            return await _fill_now(worker, request)
        case RequestKind.RETRY:
            return await _retry(worker, request)
        case RequestKind.CANCEL:
            return await _cancel(worker, request)
        case RequestKind.PAUSE:
            worker.is_paused = True
            return "Paused: running fills go on, no new ones start by themselves."
        case RequestKind.RESUME:
            worker.is_paused = False
            worker.sweep_soon()
            return "The sweep goes on."
        case RequestKind.HALT:
            worker.halt(True)
            return "Halted: nothing is fetched, sessions stay as they are."
        case RequestKind.GO_ON:
            worker.halt(False)
            return "Fetching goes on."
        case RequestKind.SWEEP:
            if worker.is_paused:
                raise AnrError("The sweep is paused.", "Resume it first.")
            worker.sweep_soon()
            return "Sweeping."
        case RequestKind.END | RequestKind.DRAIN | RequestKind.STAY:
            raise AnrError("This worker knows no lifetimes yet.")


async def _fill_now(worker: Worker, request: Request) -> str | None:
    gap = await worker.site.gap(request.gap_id or "")
    if gap is None:
        raise AnrError(f"There is no gap {request.gap_id!r} any more.")
    if gap.fill_state is FillState.FILLED:
        return "It is filled already."
    cameras = {camera.id: camera for camera in (await worker.site.cameras()).good}
    if gap.camera_id not in cameras:
        raise AnrError(f"The row of camera {gap.camera_id!r} cannot be read.")
    await worker.enqueue(gap, cameras[gap.camera_id], request.asked_by, request.id)
    return None


async def _retry(worker: Worker, request: Request) -> str:
    gap_id = request.gap_id or ""
    gap = await worker.site.gap(gap_id)
    if gap is None:
        raise AnrError(f"There is no gap {gap_id!r} any more.")
    if gap_id in worker.running:
        raise AnrError("It is being filled right now.")
    await worker.journal.check(worker.lease)
    await worker.site.retry(gap_id)
    memory = (await worker.journal.camera_memories()).get(gap.camera_id)
    if memory is not None and memory.set_aside_why:
        await worker.journal.set_aside(CameraMemory(gap.camera_id, memory.full_speed))
    worker.sweep_soon()
    return "Pending again, with no attempts made."


async def _cancel(worker: Worker, request: Request) -> str:
    for job in worker.running.values():
        if request.fill_id == job.fill_id or (request.gap_id is not None and request.gap_id == job.gap.id):
            job.end(request.asked_by)
            return "Stopping; what arrived is kept."
    if request.gap_id is None or request.gap_id not in worker.waiting:
        raise AnrError("It is not running any more.")
    job = worker.waiting.pop(request.gap_id)
    for waiting in job.requests:
        await worker.journal.end_request(
            worker.lease, waiting, RequestState.REFUSED, reason=f"Cancelled by {request.asked_by}.", now=worker.clock()
        )
    return "Taken out of the queue."


async def _end(worker: Worker, request: Request, state: RequestState, reason: str) -> None:
    await worker.journal.end_request(worker.lease, request.id, state, reason=reason, now=worker.clock())
    await worker.journal.add_event(
        f"{request.kind}_{state}", reason, who=request.asked_by, now=worker.clock(), gap_id=request.gap_id
    )
