"""Many gaps: the sweep, the queue, the running fills, and what people ask for."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from random import Random

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import DiskFullError, JournalError, SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.fill.piece import FillContext
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.heldar.database import SiteDatabase
from anr_tui.worker.context import persist
from anr_tui.worker.diagnosis.diagnose import diagnose
from anr_tui.worker.diagnosis.diagnosis_queue import DiagnosisQueue
from anr_tui.worker.fills.completion import complete_fill, report_start
from anr_tui.worker.fills.progress import note_progress
from anr_tui.worker.fills.run_fill import run_fill
from anr_tui.worker.lifecycle.crash_recovery import clear_up
from anr_tui.worker.lifecycle.housekeeping import number_past_logs
from anr_tui.worker.lifecycle.lifetime import WorkerLifetime
from anr_tui.worker.reporting.counters import Counters
from anr_tui.worker.reporting.event_log import Events, Topic
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.job import DISK, Job
from anr_tui.worker.scheduling.queue import Queue
from anr_tui.worker.scheduling.session_limits import SessionLimits
from anr_tui.worker.scheduling.sweep_timer import SweepTimer

_ROOM_AGAIN = "There is room for recordings again."
_LEFT_ALONE_S = 3600.0
_TOO_LARGE_S = 300.0


_log = logging.getLogger(__name__)


class Worker:
    """The one worker of a site, under its lease. `run` works until it is stopped, or one sweep is done."""

    def __init__(
        self,
        site: SiteDatabase,
        journal: LeasedJournal,
        tools: FillContext,
        *,
        is_paused: bool,
        random: Random,
        lifetime: WorkerLifetime | None = None,
    ) -> None:
        self.site = site
        self.journal = journal
        self.is_paused = is_paused
        self.is_halted = False
        self.swept_at: datetime | None = None
        self.lifetime = lifetime or WorkerLifetime()
        self._lowered: dict[str, int] = {}
        self.waiting: dict[str, Job] = {}
        self.running: dict[str, Job] = {}
        self.tools = tools
        self.random = random
        self.rules = self.settings.fill_policy
        self.queue = Queue(self)
        self.session_limits = SessionLimits(
            max_fills=self.settings.anr_max_fills,
            sessions_per_device=self.settings.anr_sessions_per_device,
            rest_s=self.settings.anr_rest_s,
        )
        self._wake = asyncio.Event()
        self.diagnoses = DiagnosisQueue(self.session_limits, self._wake.set)
        self.sweep_timer = SweepTimer(self)
        self.bandwidth = Bandwidth(self.settings)
        self.disk = DiskWatch(self.settings)
        self.events = Events(journal.events, self.clock)
        self.counters = Counters()
        self.started_at = self.clock()
        self._left_alone_until: dict[str, float] = {}
        self.is_ending = False

    @property
    def settings(self) -> Settings:
        """The settings that all fills share."""
        return self.tools.settings

    @property
    def next_sweep_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None while there is none to come."""
        return None if self.is_paused or self.is_halted or self.lifetime.is_draining else self.sweep_timer.next_at

    @property
    def ffmpeg_version(self) -> str:
        """The version of the ffmpeg that fetches."""
        return self.tools.ffmpeg.version

    @property
    def clock(self) -> Callable[[], datetime]:
        """The wall clock."""
        return self.tools.clock

    async def run(self, stop: asyncio.Event, *, once: bool) -> None:
        """Sweep and fill until `stop` is set; with `once`, until one sweep's fills are done.

        Then ends in order: ffmpeg asked to finish, what arrived landed. Raises LeaseLostError when another worker
        took over; then nothing more is landed.
        """
        await self._watch_disk()
        await clear_up(self)
        await number_past_logs(self)
        await self._learn_sessions()
        await persist(self, lambda: self.journal.queue.note_policy(self.rules))
        async with asyncio.TaskGroup() as group:
            stopper = group.create_task(self._wake_on(stop))
            noter = group.create_task(note_progress(self, self._tick))
            try:
                await self._work(stop, group, once=once)
            finally:
                self.is_ending = True
                for job in self.running.values():
                    job.end("the worker's end")
                self.diagnoses.end("the worker's end")
                while self.running or self.diagnoses.open:
                    self._wake.clear()
                    await self._wake.wait()
                stopper.cancel()
                noter.cancel()
        if once and self.disk.rest_s > 0:
            raise DiskFullError(self.disk.words)
        if once and self.sweep_timer.failure is not None:
            raise self.sweep_timer.failure

    def look_again(self) -> None:
        """Heed what has changed."""
        self._wake.set()

    def halt(self, is_halted: bool) -> None:
        """Stop all reading from cameras at once, or let it go on."""
        self.is_halted = is_halted
        self.bandwidth.apply(self.clock().astimezone(), is_halted=is_halted)
        self._wake.set()

    async def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        """Put a gap into the queue; one that waits or runs already is joined, unless it is being stopped."""
        job = self.running.get(gap.id)
        if job is None or job.stop.is_set():
            job = self.waiting.get(gap.id)
        if job is None:
            job = self.waiting[gap.id] = Job(gap, camera, asked_by)
        if request is not None:
            job.requests.append(request)
        self._wake.set()
        return job

    def lower_sessions(self, device: str) -> None:
        """A device was busy for a further session: one less from now on, and remembered."""
        limit = max(1, self.session_limits.sessions(device) - 1)
        self.session_limits.lower(device, limit)
        self._lowered[device] = limit

    def take_spare_session(self, device: str) -> bool:
        """One more session on a device whose sessions nobody waits for."""
        filling = {job.camera.id for job in self.running.values()}
        if any(job.device == device and job.camera.id not in filling for job in self.waiting.values()):
            return False
        return self.diagnoses.take(device)

    def give_back_session(self, device: str) -> None:
        """The end of a session that a fill had beside its first."""
        self.session_limits.release(device, time.monotonic(), was_fill=False)
        self._wake.set()

    async def _work(self, stop: asyncio.Event, group: asyncio.TaskGroup, *, once: bool) -> None:
        has_swept = False
        while not stop.is_set():
            self._wake.clear()
            self._diagnose(group)
            if self.lifetime.is_draining:
                if not self.running and not self.diagnoses.open:
                    return
                await self._sleep()
                continue
            if once and has_swept:
                self.sweep_timer.end()
            if self.sweep_timer.is_due:
                has_swept = await self.sweep_timer.take(once=once) or has_swept
            if once and self.disk.rest_s > 0:
                self.waiting.clear()
            self._start_what_fits(group)
            if once and has_swept and not self.running and not self.waiting and not self.diagnoses.open:
                return
            await self._sleep()

    async def _sleep(self) -> None:
        now = time.monotonic()
        devices = [*(job.device for job in self.waiting.values()), *self.diagnoses.devices]
        rested_at = self.session_limits.next_change_at(devices, now)
        room_at = now + self.disk.rest_s if self.disk.rest_s > 0 else None
        sweep_at = math.inf if self.lifetime.is_draining else self.sweep_timer.due_at
        until = min(at for at in (sweep_at, rested_at, room_at) if at is not None)
        try:
            async with asyncio.timeout(None if math.isinf(until) else max(until - now, 0.0)):
                await self._wake.wait()
        except TimeoutError:
            return

    def _diagnose(self, group: asyncio.TaskGroup) -> None:
        """Start the diagnoses that were asked for; their sessions come before those of fills."""
        for diagnosis in self.diagnoses.take_new():
            group.create_task(diagnose(self, diagnosis))
        self.diagnoses.admit(time.monotonic())

    def _start_what_fits(self, group: asyncio.TaskGroup) -> None:
        now, gate = time.monotonic(), self.queue.gate
        for job in self.queue.jobs:
            if self.queue.why(job, gate, now) is None:
                self.session_limits.take(job.device, now)
                self.running[job.gap.id] = self.waiting.pop(job.gap.id)
                group.create_task(self._fill(job))

    async def _fill(self, job: Job) -> None:
        try:
            job.fill_id = await persist(self, lambda: self._open_fill(job))
            await report_start(self, job)
            result = await complete_fill(self, job, await run_fill(self, job))
            self.counters.ended[result.outcome] += 1
            if result.outcome.traits.leaves_gap_alone:
                self._left_alone_until[job.gap.id] = time.monotonic() + _LEFT_ALONE_S
            if result.outcome.traits.lowers_sessions and self.session_limits.sessions(job.device) > 1:
                self.lower_sessions(job.device)
            if result.outcome.traits.fills_disk and job.stopped_by != DISK:
                self.disk.refused(result.reason)
                # Others first: this one may be too large for the room there is.
                self._left_alone_until[job.gap.id] = time.monotonic() + _TOO_LARGE_S
                await self.events.alarm(Topic.DISK, result.reason)
            elif result.progress.pieces_landed and not self.disk.rest_s:
                await self.events.alarm_over(Topic.DISK, _ROOM_AGAIN)
        except (JournalError, SiteError) as error:
            # The disk is the truth: whatever could not be noted, the next plan starts from what is there.
            _log.error("gap %s: %s", job.gap.id, error)
        finally:
            self.running.pop(job.gap.id, None)
            self.session_limits.release(job.device, time.monotonic())
            self._wake.set()

    async def _open_fill(self, job: Job) -> int:
        return await self.journal.fills.start(job.gap, asked_by=job.asked_by, now=self.clock())

    def heed(self, memory: CameraMemory, camera: Camera, now: datetime) -> list[Job]:
        """Leave a camera alone that was set aside, and come back to it in time; returns what is dropped over it.

        What the sweep queued is left to a later one. Where no time is set, after a refused login, also what people
        asked for: one wrong password, sent once for each gap, locks an account.
        """
        self.sweep_timer.come_by(memory.set_aside_until)
        if not memory.is_set_aside(camera, now):
            return []
        is_final = memory.set_aside_until is None
        dropped = [
            job for job in self.waiting.values() if job.camera.id == camera.id and (is_final or not job.is_asked_for)
        ]
        for job in dropped:
            del self.waiting[job.gap.id]
        return dropped

    def left_alone(self) -> dict[str, float]:
        """Gaps that were too old, or would be deleted as they land, and until when they are not asked about again."""
        now = time.monotonic()
        self._left_alone_until = {gap: until for gap, until in self._left_alone_until.items() if until > now}
        return self._left_alone_until

    async def _learn_sessions(self) -> None:
        for device, sessions in (await self.journal.camera_memory.sessions_by_device()).items():
            self.session_limits.lower(device, sessions)

    async def _watch_disk(self) -> None:
        """Stop all fills while there is less room than the recorder's floor, and go on when there is more."""
        has_run_full = await self.disk.look()
        if has_run_full is None:
            return
        if not has_run_full:
            self.sweep_timer.come_now()
            await self.events.alarm_over(Topic.DISK, _ROOM_AGAIN)
            return
        # First: the journal may stand on the same disk, and take no alarm.
        for job in self.running.values():
            job.end(DISK)
        await self.events.alarm(Topic.DISK, "The disk with the recordings is full: all fills stop with what they have.")

    async def _tick(self) -> None:
        self.bandwidth.apply(self.clock().astimezone(), is_halted=self.is_halted)
        try:
            await self._watch_disk()
            await self.events.catch_up()
            await self.queue.tell()
            while self._lowered:
                device, sessions = self._lowered.popitem()
                await self.journal.camera_memory.note_sessions(device, sessions)
        except JournalError as error:
            _log.warning("%s", error)

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()
