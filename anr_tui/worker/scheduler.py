"""The scheduler of a site: sweeps, the queue, the running fills, and their order."""

import asyncio
import contextlib
import logging
import math
import time
from datetime import datetime

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, DiskFullError, JournalError, LeaseLostError, SiteError, StorageError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import Request
from anr_tui.fill.fill_run import FillResult
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.logging_setup import log_fields
from anr_tui.worker.context import WorkerContext, persist
from anr_tui.worker.diagnosis.diagnose import diagnose
from anr_tui.worker.diagnosis.diagnosis_queue import Diagnosis, DiagnosisQueue
from anr_tui.worker.event_log import Topic
from anr_tui.worker.fills.completion import complete_fill, report_start
from anr_tui.worker.fills.fill_ports import SpareSessions
from anr_tui.worker.fills.place_part import place_part
from anr_tui.worker.fills.progress import note_progress
from anr_tui.worker.fills.run_fill import run_fill
from anr_tui.worker.job import DISK, Job
from anr_tui.worker.lifecycle.crash_recovery import clear_up
from anr_tui.worker.lifecycle.housekeeping import number_past_logs
from anr_tui.worker.lifecycle.recordings_check import recognise_recordings
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.queue import Queue
from anr_tui.worker.scheduling.session_limits import SessionLimits
from anr_tui.worker.scheduling.standstill import Standstill
from anr_tui.worker.scheduling.sweep_timer import SweepTimer
from anr_tui.worker.state import SchedulerState

_ROOM_AGAIN = "There is room for recordings again."
_LEFT_ALONE_S = 3600.0
_TOO_LARGE_S = 300.0


_log = logging.getLogger(__name__)


class Scheduler:
    """Decides what the worker does when. `run` works until it is stopped, or one sweep is done."""

    def __init__(self, context: WorkerContext, state: SchedulerState) -> None:
        self.context = context
        self.state = state
        self._lowered: dict[str, int] = {}
        self._wake = asyncio.Event()
        self._placements: list[tuple[Camera, Request]] = []
        self.session_limits = SessionLimits(
            max_fills=context.policy.max_fills,
            sessions_per_device=context.policy.sessions_per_device,
            rest_s=context.policy.rest_s,
        )
        self.diagnoses = DiagnosisQueue(self.session_limits, self._wake.set)
        self._standstill = Standstill()
        self.bandwidth = Bandwidth(context.policy)
        self.disk = DiskWatch(context.site.archive, context.tools.storage_limits)
        self.queue = Queue(context, state, self.session_limits, self.bandwidth, self.disk)
        self.sweep_timer = SweepTimer(context, state, self.bandwidth, self.disk)

    @property
    def next_sweep_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None while none is planned."""
        state = self.state
        if state.is_paused or state.is_halted or state.lifetime.is_draining:
            return None
        return self.sweep_timer.next_at

    async def run(self, stop: asyncio.Event, *, once: bool) -> None:
        """Sweep and fill until `stop` is set; with `once`, until the fills of one sweep are done.

        Then ends in order: each ffmpeg is asked to finish, and what arrived is landed. Raises LeaseLostError when
        another worker took over, and then lands nothing more; with `once`, also DiskFullError and the error of a failed
        sweep.
        """
        context, state = self.context, self.state
        await self._watch_disk()
        await self._recognise_recordings()
        await clear_up(context, state, self._wake.set)
        await number_past_logs(context)
        await self._learn_sessions()
        await persist(state, lambda: context.journal.queue.note_policy(context.policy))
        async with asyncio.TaskGroup() as group:
            stopper = group.create_task(self._wake_on(stop))
            noter = group.create_task(note_progress(context.journal.fills, state.running, self._tick))
            try:
                await self._work(stop, group, once=once)
            finally:
                state.is_ending = True
                for job in state.running.values():
                    job.end("the worker's end")
                self.diagnoses.end("the worker's end")
                # The requests of those that have not begun stay taken, and the next worker carries them out.
                state.placing.difference_update(camera.id for camera, _ in self._placements)
                while self._is_at_work:
                    self._wake.clear()
                    await self._wake.wait()
                stopper.cancel()
                noter.cancel()
                for clearing in list(state.being_cleared.values()):
                    clearing.cancel()
        if once and self.disk.rest_s > 0:
            raise DiskFullError(self.disk.words)
        if once and self.sweep_timer.failure is not None:
            raise self.sweep_timer.failure

    def wake(self) -> None:
        """Make the scheduler look at what has changed."""
        self._wake.set()

    def sweep_now(self) -> None:
        """Let the next sweep start at once."""
        self.sweep_timer.come_now()
        self._wake.set()

    def halt(self, is_halted: bool) -> None:
        """Stop all reading from cameras at once, or let it continue."""
        self.state.is_halted = is_halted
        self._apply_bandwidth()
        self._wake.set()

    def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        """Put a gap into the queue and return its job.

        A job of the gap that waits or runs already is joined, unless it is being stopped.
        """
        state = self.state
        job = state.running.get(gap.id)
        if job is None or job.stop.is_set():
            job = state.waiting.get(gap.id)
        if job is None:
            job = state.waiting[gap.id] = Job(gap, camera, asked_by)
        if request is not None:
            job.requests.append(request)
        self._wake.set()
        return job

    def drop_jobs_of(self, camera: Camera, memory: CameraMemory, now: datetime) -> list[Job]:
        """Drop the waiting jobs of a camera that is set aside, and sweep when it may be tried again.

        Returns these jobs. A later sweep queues their gaps again. Where no time is set, after a refused login, jobs
        that people asked for are dropped as well: a wrong password that is sent for each gap would lock the account.
        """
        self.sweep_timer.come_by(memory.set_aside_until)
        if not memory.is_set_aside(camera, now):
            return []
        is_final = memory.set_aside_until is None
        waiting = self.state.waiting
        dropped = [job for job in waiting.values() if job.camera.id == camera.id and (is_final or not job.is_asked_for)]
        for job in dropped:
            del waiting[job.gap.id]
        return dropped

    def diagnose(self, camera: Camera, request: Request) -> None:
        """Start a diagnosis of a camera. Raises AnrError while another diagnosis of it is open."""
        self.diagnoses.add(Diagnosis(camera, request))

    def place(self, camera: Camera, request: Request) -> None:
        """Start to place a kept part by hand. Raises AnrError while anything else works in the camera's directory."""
        if self.state.is_ending:
            raise AnrError("The worker is ending.", "Ask again in a moment.")
        if camera.id in self.state.being_cleared:
            raise AnrError(f"The directory of {camera.name} is still being cleared up.", "Ask again in a moment.")
        if self.state.is_busy(camera.id):
            raise AnrError(
                f"A fill of {camera.name} is running, and works with its parts.", "Ask again when it has ended."
            )
        self.state.placing.add(camera.id)
        self._placements.append((camera, request))
        self._wake.set()

    def cancel_diagnosis(self, camera_id: str, stopped_by: str) -> str:
        """Stop the diagnosis of a camera; returns the answer for who asked. Raises AnrError where none runs."""
        return self.diagnoses.cancel(camera_id, stopped_by)

    def lower_sessions(self, device: str) -> None:
        """Allow one session less on a device that refused a further one as busy, and remember that."""
        limit = max(1, self.session_limits.sessions(device) - 1)
        self.session_limits.lower(device, limit)
        self._lowered[device] = limit

    def take_spare_session(self, device: str) -> bool:
        """Take one more session on a device; False where none is free, or somebody waits for it."""
        filling = {job.camera.id for job in self.state.running.values()}
        if any(job.device == device and job.camera.id not in filling for job in self.state.waiting.values()):
            return False
        return self.diagnoses.take(device)

    def give_back_session(self, device: str) -> None:
        """End a session that a fill had beside its first."""
        self.session_limits.release(device, time.monotonic(), was_fill=False)
        self._wake.set()

    async def _work(self, stop: asyncio.Event, group: asyncio.TaskGroup, *, once: bool) -> None:
        state = self.state
        has_swept = False
        while not stop.is_set():
            self._wake.clear()
            self._start_diagnoses(group)
            self._start_placements(group)
            if state.lifetime.is_draining:
                if not self._is_at_work:
                    return
                await self._sleep()
                continue
            if once and has_swept:
                self.sweep_timer.end()
            if self.sweep_timer.is_due:
                has_swept = await self.sweep_timer.take(self.enqueue, once=once) or has_swept
            if once and self.disk.rest_s > 0:
                state.waiting.clear()
            self._start_what_fits(group)
            if once and has_swept and not state.waiting and not self._is_at_work:
                return
            await self._sleep()

    @property
    def _is_at_work(self) -> bool:
        return bool(self.state.running or self.state.placing or self.diagnoses.open)

    async def _sleep(self) -> None:
        now = time.monotonic()
        devices = [*(job.device for job in self.state.waiting.values()), *self.diagnoses.devices]
        rested_at = self.session_limits.next_change_at(devices, now)
        room_at = now + self.disk.rest_s if self.disk.rest_s > 0 else None
        sweep_at = math.inf if self.state.lifetime.is_draining else self.sweep_timer.due_at
        until = min(at for at in (sweep_at, rested_at, room_at) if at is not None)
        try:
            async with asyncio.timeout(None if math.isinf(until) else max(until - now, 0.0)):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start_diagnoses(self, group: asyncio.TaskGroup) -> None:
        """Start the diagnoses that were asked for; they get sessions before fills do."""
        for diagnosis in self.diagnoses.take_new():
            group.create_task(diagnose(diagnosis, self.context, self.state, self.diagnoses, self.bandwidth))
        self.diagnoses.admit(time.monotonic())

    def _start_placements(self, group: asyncio.TaskGroup) -> None:
        """Start to place the parts that people asked for."""
        while self._placements:
            group.create_task(self._place(*self._placements.pop(0)))

    def _start_what_fits(self, group: asyncio.TaskGroup) -> None:
        state = self.state
        now, gate = time.monotonic(), self.queue.gate
        for job in self.queue.jobs:
            if self.queue.why(job, gate, now) is None:
                self.session_limits.take(job.device, now, asked_for=self.queue.asked_for(job))
                state.running[job.gap.id] = state.waiting.pop(job.gap.id)
                group.create_task(self._fill(job))

    async def _fill(self, job: Job) -> None:
        context, state = self.context, self.state
        try:
            job.fill_id = await persist(state, lambda: self._open_fill(job))
            await report_start(context.events, job)
            sessions, limits = SpareSessions(self, job.device), self.bandwidth.limits(job.camera.id)
            rest_s = self.session_limits.rest_s(job.device)
            result = await run_fill(context, state, job, sessions=sessions, limits=limits, rest_s=rest_s)
            self.session_limits.rests(job.device, max(rest_s, result.rest_s))
            result = await complete_fill(context, state, self, job, result)
            state.counters.ended[result.outcome] += 1
            await self._learn_from(job, result)
        except (JournalError, SiteError) as error:
            # Nothing is lost if this could not be noted: the next plan starts from what is on disk.
            _log.error("gap %s: %s", job.gap.id, error, extra=job.log_fields)
        finally:
            state.running.pop(job.gap.id, None)
            self.session_limits.release(job.device, time.monotonic())
            self._wake.set()

    async def _place(self, camera: Camera, request: Request) -> None:
        try:
            await place_part(self.context, self.state, camera, request)
        except (JournalError, SiteError) as error:
            _log.error("the kept part %s: %s", request.part_id, error, extra=log_fields(camera=camera.id))
        finally:
            self.state.placing.discard(camera.id)
            self._wake.set()

    async def _open_fill(self, job: Job) -> int:
        # While it waited, the recorder may have found out that more is missing.
        with contextlib.suppress(SiteError):
            job.gap = await self.context.site.gaps.gap(job.gap.id) or job.gap
        return await self.context.journal.fills.start(job.gap, asked_by=job.asked_by, now=self.context.clock())

    async def _learn_from(self, job: Job, result: FillResult) -> None:
        """Apply what the end of a fill means for later fills."""
        if result.outcome.traits.leaves_gap_alone:
            self.state.leave_alone(job.gap.id, _LEFT_ALONE_S)
        if result.outcome.traits.lowers_sessions and self.session_limits.sessions(job.device) > 1:
            self.lower_sessions(job.device)
        await self._note_lowered()
        if result.outcome.traits.fills_disk and job.stopped_by != DISK:
            self.disk.refused(result.reason)
            # Other gaps come first, because this one may be too large for the free space.
            self.state.leave_alone(job.gap.id, _TOO_LARGE_S)
            await self.context.events.alarm(Topic.DISK, result.reason)
        elif result.progress.pieces_landed and not self.disk.rest_s:
            await self.context.events.alarm_over(Topic.DISK, _ROOM_AGAIN)
        await self._tell_of_files(job, result)

    async def _tell_of_files(self, job: Job, result: FillResult) -> None:
        """Write an alarm where this machine refused a camera's files, and its end once a fill was not held up."""
        events, camera = self.context.events, job.camera
        if result.outcome is Outcome.LOCAL_ERROR:
            await events.alarm(Topic.FILES, f"{camera.name}: {result.reason}", camera_id=camera.id)
        elif result.outcome.counts_as_attempt:
            words = f"{camera.name}: its files can be read and written again."
            await events.alarm_over(Topic.FILES, words, camera_id=camera.id)

    async def _note_lowered(self) -> None:
        """Remember how many sessions devices take that refused a further one."""
        while self._lowered:
            device, sessions = self._lowered.popitem()
            await self.context.journal.camera_memory.note_sessions(device, sessions)

    async def _recognise_recordings(self) -> None:
        try:
            await recognise_recordings(self.context)
        except StorageError as error:
            self.disk.refused(str(error))
            await self.context.events.alarm(Topic.DISK, str(error))

    async def _learn_sessions(self) -> None:
        for device, sessions in (await self.context.journal.camera_memory.sessions_by_device()).items():
            self.session_limits.lower(device, sessions)

    async def _watch_disk(self) -> None:
        """Stop all fills while less space is free than the recorder's minimum, and continue when there is more."""
        events = self.context.events
        has_run_full = await self.disk.look()
        if has_run_full is None:
            return
        if not has_run_full:
            self.sweep_now()
            await events.alarm_over(Topic.DISK, _ROOM_AGAIN)
            return
        # Before the alarm, because the journal may be on the same full disk and refuse it.
        for job in self.state.running.values():
            job.end(DISK)
        await events.alarm(Topic.DISK, "The disk with the recordings is full: all fills stop with what they have.")

    def _free_places(self) -> None:
        """Let fills that do not move hold no places, unless it is our own limits that hold them back."""
        running = [job for job in self.state.running.values() if job.run is not None]
        free = [job for job in running if all(limit.rate is None for limit in self.bandwidth.limits(job.camera.id))]
        got_s = {job.fill_id: job.run.progress.got_s for job in free if job.run is not None}
        if self.session_limits.free_places(self._standstill.look(got_s, time.monotonic())):
            self._wake.set()

    async def _tick(self) -> None:
        self._apply_bandwidth()
        self._free_places()
        try:
            await self._watch_disk()
            await self.context.events.catch_up()
            await self.queue.tell()
            await self._note_lowered()
        except LeaseLostError:
            return  # the heartbeat notices it, too
        except JournalError as error:
            _log.warning("%s", error)

    def _apply_bandwidth(self) -> None:
        self.bandwidth.apply(self.context.clock().astimezone(), is_halted=self.state.is_halted)

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()
