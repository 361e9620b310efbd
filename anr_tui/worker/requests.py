"""The service of people's requests, which are read from the journal about once a second."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalError, LeaseLostError, SiteLockedError
from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.logging_setup import log_fields
from anr_tui.platform.secrets.masking import mask
from anr_tui.worker.context import SchedulerPort, WorkerContext
from anr_tui.worker.fills.completion import report_set_aside
from anr_tui.worker.lifecycle.lease import note_state
from anr_tui.worker.state import SchedulerState

_LOOK_S = 1.0
_OLDEST_FILL = timedelta(days=7)
_OLDEST_ORDER = timedelta(minutes=1)
_MOST_DEATHS = 2
# Requests for work, which withdraw an earlier request to drain.
_WORK = (RequestKind.FILL, RequestKind.RETRY, RequestKind.SWEEP, RequestKind.DIAGNOSE, RequestKind.PLACE)
# Requests whose answer must not be read before the new state, because the same key undoes them.
_STATES = (RequestKind.PAUSE, RequestKind.RESUME, RequestKind.HALT, RequestKind.GO_ON)

_log = logging.getLogger(__name__)


async def serve_requests(context: WorkerContext, state: SchedulerState, port: SchedulerPort) -> None:
    """Read and answer requests until cancelled. Raises LeaseLostError."""
    serving = RequestService(context, state, port)
    seen_version: int | None = None
    while True:
        try:
            version = await context.journal.data_version()
            if version != seen_version:
                served = [await serving.serve(request) for request in await context.journal.requests.asked()]
                seen_version = version if all(served) else None
        except LeaseLostError:
            raise
        except AnrError as error:
            _log.warning("requests could not be read: %s", error)
        await asyncio.sleep(_LOOK_S)


class RequestService:
    """Carries out people's requests and answers them in the journal."""

    def __init__(self, context: WorkerContext, state: SchedulerState, port: SchedulerPort) -> None:
        self._context = context
        self._state = state
        self._port = port

    async def serve(self, request: Request) -> bool:
        """Answer a request; False where it must be tried again later. Raises LeaseLostError."""
        if not await self._context.journal.requests.take(request.id):
            return True
        try:
            answer = await self._answer(request)
        except LeaseLostError:
            raise
        except SiteLockedError as error:
            about = log_fields(camera=request.camera_id, gap=request.gap_id, fill=request.fill_id)
            _log.warning("%s asked again: %s", request.kind, error, extra=about)
            await self._context.journal.requests.ask_again(request.id)
            return False
        except AnrError as error:
            await self._end(request, RequestState.REFUSED, str(error))
            return True
        if answer is not None:
            if request.kind in _STATES:
                with contextlib.suppress(JournalError):  # the next heartbeat notes it
                    await note_state(self._context, self._state, self._port)
            try:
                await self._end(request, RequestState.DONE, answer)
            finally:
                if request.kind is RequestKind.END:  # only after the answer was written
                    self._state.lifetime.ending.set()
        return True

    async def _answer(self, request: Request) -> str | None:
        """Carry out a request; returns what was done, None where the end of what it starts will answer."""
        self._check_age(request)
        if request.kind in _WORK and self._state.lifetime.is_asked_to_drain:
            self._state.lifetime.is_asked_to_drain = False
            self._port.wake()
        match request.kind:
            case RequestKind.FILL:
                return await self._fill_now(request)
            case RequestKind.RETRY:
                return await self._retry(request)
            case RequestKind.CANCEL:
                return await self._cancel(request)
            case RequestKind.FIRST:
                return self._bring_forward(request)
            case RequestKind.PAUSE:
                self._state.is_paused = True
                await self._tell(request, EventKind.PAUSED, "The sweep is paused.")
                return "Paused: running fills continue, no new ones start automatically."
            case RequestKind.RESUME:
                self._state.is_paused = False
                self._port.sweep_now()
                await self._tell(request, EventKind.RESUMED, "The sweep is resumed.")
                return "The sweep is resumed."
            case RequestKind.HALT:
                self._port.halt(True)
                await self._tell(request, EventKind.HALTED, "All fetching is halted.")
                return "Halted: nothing is fetched; open sessions are not closed."
            case RequestKind.GO_ON:
                self._port.halt(False)
                await self._tell(request, EventKind.WENT_ON, "Fetching is resumed.")
                return "Fetching is resumed."
            case RequestKind.SWEEP:
                if self._state.is_paused:
                    raise AnrError("The sweep is paused.", "Resume it first.")
                self._port.sweep_now()
                return "Sweeping."
            case RequestKind.END:
                self._state.lifetime.check_is_no_service()
                return "It ends: running fills stop, and what arrived is kept."
            case RequestKind.DRAIN:
                self._state.lifetime.check_is_no_service()
                self._state.lifetime.is_asked_to_drain = True
                self._port.wake()
                return "It ends when the running fills are done; none are started."
            case RequestKind.STAY:
                return await self._stay()
            case RequestKind.DIAGNOSE:
                self._port.diagnose(await self._camera(request.camera_id), request)
                return None
            case RequestKind.PLACE:
                self._port.place(await self._camera(request.camera_id), request)
                return None

    async def _stay(self) -> str:
        if self._state.lifetime.lifetime is Lifetime.SERVICE:
            raise AnrError("This worker is a service: it stays anyway.")
        self._state.lifetime.keep()
        self._port.wake()
        await self._context.journal.lease.note_lifetime(self._state.lifetime.lifetime)
        return "It keeps running without a console."

    def _check_age(self, request: Request) -> None:
        """Raise AnrError for a request so old that the person can no longer want it now."""
        age = self._context.clock() - request.asked_at
        if request.kind is RequestKind.FILL and age > _OLDEST_FILL:
            raise AnrError(
                f"It was requested {age.days} days ago and never started.", "Ask again if you still want it."
            )
        if not request.kind.is_about_gap and age > _OLDEST_ORDER and request.asked_at < self._context.started_at:
            raise AnrError("It was requested before this worker started.", "Ask again if you still want it.")

    async def _gap_and_camera(self, request: Request) -> tuple[RecordingGap, Camera]:
        """The gap and the camera of a request.

        Raises AnrError where either is gone, or the site no longer keeps footage of that time.
        """
        gap = await self._context.site.gaps.gap(request.gap_id or "")
        if gap is None:
            raise AnrError(f"There is no gap {request.gap_id!r} any more.")
        camera = await self._camera(gap.camera_id)
        if gap.window.end < self._context.clock() - timedelta(hours=camera.retention_hours):
            raise AnrError(f"It is older than the site keeps footage of {camera.name} ({camera.retention_hours} h).")
        return gap, camera

    async def _camera(self, camera_id: str | None) -> Camera:
        for camera in (await self._context.site.cameras.all()).good:
            if camera.id == camera_id:
                return camera
        raise AnrError(f"The row of camera {camera_id!r} cannot be read, or is gone.")

    async def _fill_now(self, request: Request) -> str | None:
        gap, camera = await self._gap_and_camera(request)
        if gap.fill_state is FillState.FILLED:
            return "It is filled already."
        await self._check_deaths(gap, request)
        self._port.enqueue(gap, camera, request.asked_by, request.id)
        return None

    async def _check_deaths(self, gap: RecordingGap, request: Request) -> None:
        """Raise AnrError where workers have died of this request as often as it may happen by chance."""
        if gap.id in self._state.running:
            return
        fills = [
            fill for fill in await self._context.journal.fills.of_gap(gap.id) if fill.started_at >= request.asked_at
        ]
        # What the last worker left open is closed as interrupted, now or in a moment.
        deaths = [fill for fill in fills if fill.outcome in (None, Outcome.INTERRUPTED)]
        if len(deaths) >= _MOST_DEATHS:
            raise AnrError(
                f"{len(deaths)} workers died while they did this, so no other one tries.",
                "See the worker's log; ask again if it had another reason.",
            )

    async def _retry(self, request: Request) -> str:
        gap, camera = await self._gap_and_camera(request)
        if gap.id in self._state.running:
            raise AnrError("It is being filled right now.")
        if gap.filled_at is not None and gap.filled_at > request.asked_at:
            raise AnrError("It was filled meanwhile.")
        await self._context.journal.lease.check()
        await self._context.site.gaps.retry(gap.id, asked_by=request.asked_by, at=self._context.clock())
        memory = (await self._context.journal.camera_memory.by_camera()).get(camera.id)
        if memory is not None and memory.set_aside_why:
            tried_again = CameraMemory(camera.id, memory.full_speed)
            await self._context.journal.camera_memory.set_aside(tried_again)
            await report_set_aside(self._context.events, camera, memory, tried_again)
        self._port.sweep_now()
        return "Pending again, with no attempts made."

    def _bring_forward(self, request: Request) -> str:
        job = self._state.waiting.get(request.gap_id or "")
        if job is None:
            raise AnrError("It is not in the queue any more.")
        self._state.bring_forward(job)
        self._port.wake()
        return "It is next in the queue."

    async def _cancel(self, request: Request) -> str:
        if request.camera_id is not None and request.gap_id is None and request.fill_id is None:
            return self._port.cancel_diagnosis(request.camera_id, request.asked_by)
        for job in self._state.running.values():
            is_named = request.gap_id == job.gap.id and job.gap.id not in self._state.waiting
            if request.fill_id == job.fill_id or is_named:
                job.end(request.asked_by)
                return "Stopping; what arrived is kept."
        if request.gap_id is None or request.gap_id not in self._state.waiting:
            raise AnrError("It is not running any more.")
        job = self._state.waiting.pop(request.gap_id)
        for waiting in job.requests:
            await self._context.journal.requests.end(
                waiting, RequestState.REFUSED, reason=f"Cancelled by {request.asked_by}.", now=self._context.clock()
            )
        return "Taken out of the queue."

    async def _tell(self, request: Request, kind: EventKind, words: str) -> None:
        await self._context.events.tell(kind, words, who=request.asked_by)

    async def _end(self, request: Request, state: RequestState, reason: str) -> None:
        await self._context.journal.requests.end(request.id, state, reason=mask(reason), now=self._context.clock())
