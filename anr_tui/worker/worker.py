"""Many gaps: the sweep, the queue, the running fills, and what people ask for."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from anr_tui.errors import DiskFullError, JournalError, LeaseLostError, ReplayError, SiteError, SiteLockedError
from anr_tui.fill.fill import FillResult, FillRun
from anr_tui.fill.log import FillLog
from anr_tui.fill.piece import FillTools
from anr_tui.fill.room import BYTES_PER_GB, Usage, free_bytes
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.rows import CameraMemory
from anr_tui.model import Camera, Outcome, RecordingGap, RequestState
from anr_tui.replay.url import device_of
from anr_tui.settings import Settings
from anr_tui.site.database import SiteDatabase
from anr_tui.times import ceil_second
from anr_tui.worker.aside import after_fill, is_set_aside
from anr_tui.worker.brakes import Brakes
from anr_tui.worker.keeper import JournalKeeper, SpareSessions
from anr_tui.worker.leftovers import clear_up
from anr_tui.worker.slots import Slots

SWEEPER = "sweep"
DISK = "the full disk"
_TICK_S = 1.0
_TELLING_S = 5.0
_LEFT_ALONE_S = 3600.0
_DISK_REST_S = 60.0

_LAST_TRIES = 5

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """A gap that waits for its fill, or is being filled. `requests` are told when it ends."""

    gap: RecordingGap
    camera: Camera
    device: str
    asked_by: str
    requests: list[int] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_by: str = ""
    fill_id: int = 0
    run: FillRun | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether a person wants it, so that pause does not hold it back."""
        return bool(self.requests)


class Worker:
    """The one worker of a site, under its lease. `run` works until it is stopped, or one sweep is done."""

    def __init__(
        self,
        site: SiteDatabase,
        journal: Journal,
        tools: FillTools,
        lease: int,
        *,
        is_paused: bool,
        random: Random,
    ) -> None:
        self.site = site
        self.journal = journal
        self.lease = lease
        self.is_paused = is_paused
        self.is_halted = False
        self._lowered: dict[str, int] = {}
        self.waiting: dict[str, Job] = {}
        self.running: dict[str, Job] = {}
        self._tools = tools
        self._random = random
        self._slots = Slots(
            max_fills=self.settings.anr_max_fills,
            sessions_per_device=self.settings.anr_sessions_per_device,
            rest_s=self.settings.anr_rest_s,
        )
        self._wake = asyncio.Event()
        self._sweep_due = time.monotonic()
        self._brakes = Brakes(self.settings)
        self._disk_rests_until = 0.0
        self._disk_words = "The disk with the recordings is full: nothing is fetched. Make room."
        self._is_disk_low = False
        self._left_alone_until: dict[str, float] = {}
        self._stopping = False

    @property
    def settings(self) -> Settings:
        """The settings that all fills share."""
        return self._tools.settings

    @property
    def next_sweep_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None while there is none to come."""
        if self.is_paused or self.is_halted or math.isinf(self._sweep_due):
            return None
        return ceil_second(self.clock() + timedelta(seconds=self._sweep_due - time.monotonic()))

    @property
    def ffmpeg_version(self) -> str:
        """The version of the ffmpeg that fetches."""
        return self._tools.ffmpeg.version

    @property
    def clock(self) -> Callable[[], datetime]:
        """The wall clock."""
        return self._tools.clock

    async def run(self, stop: asyncio.Event, *, once: bool) -> None:
        """Sweep and fill until `stop` is set; with `once`, until one sweep's fills are done.

        Then ends in order: ffmpeg asked to finish, what arrived landed. Raises LeaseLostError when another worker
        took over; then nothing more is landed.
        """
        await self._watch_disk()
        await clear_up(self)
        await self._learn_sessions()
        async with asyncio.TaskGroup() as group:
            stopper = group.create_task(self._wake_on(stop))
            noter = group.create_task(self._note_progress())
            try:
                await self._work(stop, group, once=once)
            finally:
                self._stopping = True
                for job in self.running.values():
                    job.stopped_by = job.stopped_by or "the worker's end"
                    job.stop.set()
                while self.running:
                    self._wake.clear()
                    await self._wake.wait()
                stopper.cancel()
                noter.cancel()
        if once and self._disk_rest_s() > 0:
            raise DiskFullError(self._disk_words)

    def sweep_soon(self) -> None:
        """Let the next sweep start at once."""
        self._sweep_due = time.monotonic()
        self._wake.set()

    def halt(self, is_halted: bool) -> None:
        """Stop all reading from cameras at once, or let it go on."""
        self.is_halted = is_halted
        self._brakes.apply(self.clock().astimezone(), is_halted=is_halted)
        self._wake.set()

    def wake(self) -> None:
        """Let the worker look at its queue again."""
        self._wake.set()

    async def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        """Put a gap into the queue; one that waits or runs already is joined."""
        job = self.running.get(gap.id) or self.waiting.get(gap.id)
        if job is None:
            job = self.waiting[gap.id] = Job(gap, camera, _device(camera), asked_by)
        if request is not None:
            job.requests.append(request)
        self._wake.set()
        return job

    def lower_sessions(self, device: str) -> None:
        """A device was busy for a further session: one less from now on, and remembered."""
        limit = max(1, self._slots.sessions(device) - 1)
        self._slots.lower(device, limit)
        self._lowered[device] = limit

    def take_spare_session(self, device: str) -> bool:
        """One more session on a device whose sessions nobody waits for."""
        if any(job.device == device for job in self.waiting.values()):
            return False
        return self._slots.take(device, time.monotonic(), is_new_fill=False)

    def give_back_session(self, device: str) -> None:
        """The end of a session that a fill had beside its first."""
        self._slots.release(device, time.monotonic(), was_fill=False)
        self._wake.set()

    async def _work(self, stop: asyncio.Event, group: asyncio.TaskGroup, *, once: bool) -> None:
        has_swept = False
        while not stop.is_set():
            self._wake.clear()
            if once and has_swept:
                self._sweep_due = math.inf
            if time.monotonic() >= self._sweep_due:
                has_swept = await self._sweep_if_allowed() or has_swept
            if once and self._disk_rest_s() > 0:
                self.waiting.clear()
            self._start_what_fits(group)
            if once and has_swept and not self.running and not self.waiting:
                return
            await self._sleep()

    async def _sleep(self) -> None:
        now = time.monotonic()
        rested_at = self._slots.next_change_at((job.device for job in self.waiting.values()), now)
        room_at = now + self._disk_rest_s() if self._disk_rest_s() > 0 else None
        until = min(at for at in (self._sweep_due, rested_at, room_at) if at is not None)
        try:
            async with asyncio.timeout(None if math.isinf(until) else max(until - now, 0.0)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _sweep_if_allowed(self) -> bool:
        """Sweep unless paused; returns whether it did."""
        interval_s = self.settings.heldar_anr_interval_s
        self._sweep_due = time.monotonic() + interval_s
        if self.is_paused or self._brakes.is_closed:
            return False
        try:
            next_try_at = await self._sweep()
        except (SiteError, JournalError) as error:
            _log.error("the sweep failed: %s", error)
            await self._event("alarm", f"The sweep failed: {error}")
            next_try_at = None
        self._sweep_by(next_try_at)
        return True

    def _sweep_by(self, moment: datetime | None) -> None:
        """Let the next sweep come no later than this."""
        if moment is not None:
            wait_s = max((moment - self.clock()).total_seconds(), 0.0)
            self._sweep_due = min(self._sweep_due, time.monotonic() + wait_s)

    async def _sweep(self) -> datetime | None:
        """Queue the due gaps; returns when the first camera that is set aside may be tried again."""
        now = self.clock()
        cameras = {camera.id: camera for camera in (await self.site.cameras()).good}
        memories = await self.journal.camera_memories()
        aside = [
            memory
            for camera in cameras.values()
            if (memory := memories.get(camera.id)) and is_set_aside(memory, camera, now)
        ]
        if self._disk_rest_s() > 0:
            return now + timedelta(seconds=self._disk_rest_s())
        due = await self.site.due_gaps(
            now,
            max_age=timedelta(hours=self.settings.heldar_anr_max_gap_hours),
            max_attempts=self.settings.heldar_anr_max_attempts,
            settle=timedelta(seconds=self.settings.anr_settle_s),
            order=self.settings.anr_order,
            card_hours=self.settings.anr_card_hours,
            left_out_gaps=[*self.waiting, *self.running, *self._left_alone()],
            left_out_cameras=[memory.camera_id for memory in aside],
        )
        for problem in due.problems:
            _log.warning("%s", problem)
        for gap in due.good:
            if gap.camera_id in cameras:
                await self.enqueue(gap, cameras[gap.camera_id], SWEEPER)
        _log.info("sweep: %d due, %d cameras set aside", len(due.good), len(aside))
        return min((memory.set_aside_until for memory in aside if memory.set_aside_until), default=None)

    def _start_what_fits(self, group: asyncio.TaskGroup) -> None:
        now = time.monotonic()
        if self._brakes.is_closed:
            return
        for job in sorted(self.waiting.values(), key=lambda job: not job.is_asked_for):
            if self.is_paused and not job.is_asked_for:
                continue
            if not job.is_asked_for and self._disk_rest_s() > 0:
                continue
            if any(other.camera.id == job.camera.id for other in self.running.values()):
                continue  # two fills in one directory could take each other's part files for left-overs
            if self._slots.take(job.device, now):
                self.running[job.gap.id] = self.waiting.pop(job.gap.id)
                group.create_task(self._fill(job))

    async def _fill(self, job: Job) -> None:
        try:
            job.fill_id = await self._persist(self._open_fill, job)
            await self._conclude(job, await self._run_fill(job))
        except JournalError as error:
            # The disk is the truth: whatever could not be noted, the next plan starts from what is there.
            _log.error("gap %s: %s", job.gap.id, error)
        finally:
            self.running.pop(job.gap.id, None)
            self._slots.release(job.device, time.monotonic())
            self._wake.set()

    async def _persist(self, step: Callable[[Job], Awaitable[T]], job: Job) -> T:
        """Do a step that writes until the databases take it; a worker that ends tries a few times only."""
        tries = 0
        while True:
            try:
                return await step(job)
            except (JournalError, SiteLockedError) as error:
                tries += 1
                if self._stopping and tries >= _LAST_TRIES:
                    raise
                _log.warning("gap %s: tried again: %s", job.gap.id, error)
                await asyncio.sleep(_TICK_S)

    async def _open_fill(self, job: Job) -> int:
        return await self.journal.start_fill(self.lease, job.gap, asked_by=job.asked_by, now=self.clock())

    async def _run_fill(self, job: Job) -> FillResult:
        gap, camera = job.gap, job.camera
        memory = (await self.journal.camera_memories()).get(camera.id, CameraMemory(camera.id))
        keeper = JournalKeeper(self, job.fill_id, camera.id)
        with FillLog(self.settings.logs_dir / f"fill-{job.fill_id}.log", self.clock) as log:
            log.write("fill", f"gap {gap.id} of camera {camera.id}, asked by {job.asked_by}")
            job.run = FillRun(
                gap,
                camera,
                tools=self._tools,
                keeper=keeper,
                sessions=SpareSessions(self, job.device),
                log=log,
                full_speed=memory.full_speed is not False,
                limits=self._brakes.limits(camera.id),
                usage=await self._usage(camera.id),
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

    async def _conclude(self, job: Job, result: FillResult) -> None:
        now = self.clock()
        if result.outcome is Outcome.STOPPED and job.stopped_by == DISK:
            words = "The disk with the recordings ran full; what arrived is kept, and the rest follows."
            result = replace(result, outcome=Outcome.DISK_FULL, reason=words)
        reason = result.reason
        if result.outcome is Outcome.STOPPED and job.stopped_by:
            reason = f"{reason} By {job.stopped_by}."
        try:
            await self._persist(lambda job: self._tell_site(job.gap, result.outcome, now), job)
        except SiteError as error:
            reason = f"{reason} The site could not be told: {error}"
        await self._persist(lambda job: self._close_fill(job, result, reason, now), job)
        await self._persist(lambda job: self._remember(job.gap.id, job.camera, result, now), job)
        words = f"{job.camera.name}: {result.outcome.words}. {reason}"
        await self._event("fill_ended", words, camera_id=job.camera.id, gap_id=job.gap.id)
        _log.info("fill %d of gap %s: %s. %s", job.fill_id, job.gap.id, result.outcome.words, reason)
        if self._stopping:
            return  # its requests stay taken, and the next worker takes them up again
        await self._persist(lambda job: self._answer(job, result.outcome, reason, now), job)

    async def _close_fill(self, job: Job, result: FillResult, reason: str, now: datetime) -> None:
        await self.journal.end_fill(self.lease, job.fill_id, result.progress, result.outcome, reason=reason, now=now)

    async def _answer(self, job: Job, outcome: Outcome, reason: str, now: datetime) -> None:
        state = RequestState.DONE if outcome is Outcome.FILLED else RequestState.REFUSED
        for request in job.requests:
            await self.journal.end_request(self.lease, request, state, reason=f"{outcome.words}: {reason}", now=now)

    async def _tell_site(self, gap: RecordingGap, outcome: Outcome, now: datetime) -> None:
        await self.journal.check(self.lease)
        if outcome is Outcome.FILLED:
            await self.site.mark_filled(gap.id, now)
        elif outcome.counts_as_attempt:
            await self.site.mark_attempt_failed(gap.id, now, self.settings.heldar_anr_max_attempts)

    async def _remember(self, gap_id: str, camera: Camera, result: FillResult, now: datetime) -> None:
        speed = result.progress.speed if result.progress.got_s >= _TELLING_S else None
        if result.full_speed is not None or speed is not None:
            await self.journal.remember_speed(camera.id, full_speed=result.full_speed, speed=speed)
        before = (await self.journal.camera_memories()).get(camera.id, CameraMemory(camera.id))
        after = after_fill(before, camera, result.outcome, now=now, random=self._random)
        if after != before:
            await self.journal.set_aside(after)
        if is_set_aside(after, camera, now):
            self._drop_waiting(camera.id)
        self._sweep_by(after.set_aside_until)
        if result.outcome is Outcome.TOO_OLD:
            self._left_alone_until[gap_id] = time.monotonic() + _LEFT_ALONE_S
        if result.outcome is Outcome.DISK_FULL:
            self._disk_rests_until = time.monotonic() + _DISK_REST_S
            self._disk_words = result.reason
            await self._event("alarm", result.reason)

    def _left_alone(self) -> list[str]:
        """Gaps that were too old, or would be deleted as they land: asked about again after a while only."""
        now = time.monotonic()
        self._left_alone_until = {gap: until for gap, until in self._left_alone_until.items() if until > now}
        return list(self._left_alone_until)

    async def _learn_sessions(self) -> None:
        for device, sessions in (await self.journal.device_sessions()).items():
            self._slots.lower(device, sessions)

    async def _usage(self, camera_id: str) -> Usage:
        use = await self.site.usage(camera_id)
        if use is None:
            return Usage()
        default_quota = self.settings.heldar_default_camera_quota_gb * BYTES_PER_GB
        return Usage(
            total_bytes=use.total_bytes,
            total_limit=int(self.settings.heldar_max_recordings_gb * BYTES_PER_GB),
            total_oldest=use.total_oldest,
            camera_bytes=use.camera_bytes,
            camera_limit=use.quota_bytes or int(default_quota),
            camera_oldest=use.camera_oldest,
        )

    def _disk_rest_s(self) -> float:
        """How long nothing is fetched because the disk is full, in seconds; it is looked at again every second."""
        return max(self._disk_rests_until - time.monotonic(), _TICK_S if self._is_disk_low else 0.0)

    async def _watch_disk(self) -> None:
        """Stop all fills while there is less room than the recorder's floor, and go on when there is more."""
        floor = self.settings.heldar_min_free_disk_gb * BYTES_PER_GB
        free = await asyncio.to_thread(free_bytes, self.settings.recordings_dir)
        if free is None or (free >= floor) is not self._is_disk_low:
            return
        self._is_disk_low = free < floor
        if not self._is_disk_low:
            self._disk_rests_until = 0.0
            await self._event("alarm_over", "There is room for recordings again.")
            self.sweep_soon()
            return
        await self._event("alarm", "The disk with the recordings is full: all fills stop with what they have.")
        for job in self.running.values():
            job.stopped_by = DISK
            job.stop.set()

    def _drop_waiting(self, camera_id: str) -> None:
        """What the sweep queued for a camera that is now set aside is left to a later sweep."""
        for job in [job for job in self.waiting.values() if job.camera.id == camera_id and not job.is_asked_for]:
            del self.waiting[job.gap.id]

    async def _note_progress(self) -> None:
        noted: dict[int, FillProgress] = {}
        while True:
            self._brakes.apply(self.clock().astimezone(), is_halted=self.is_halted)
            await self._tick()
            await asyncio.sleep(_TICK_S)
            jobs = [job for job in self.running.values() if job.run is not None]
            noted = {job.fill_id: noted.get(job.fill_id, FillProgress()) for job in jobs}
            for job in jobs:
                progress = job.run.progress if job.run else FillProgress()
                if progress != noted[job.fill_id]:
                    await self._note(job.fill_id, progress)
                    noted[job.fill_id] = progress

    async def _tick(self) -> None:
        try:
            await self._watch_disk()
            while self._lowered:
                device, sessions = self._lowered.popitem()
                await self.journal.remember_sessions(device, sessions)
        except JournalError as error:
            _log.warning("%s", error)

    async def _note(self, fill_id: int, progress: FillProgress) -> None:
        try:
            await self.journal.note_fill(self.lease, fill_id, progress)
        except LeaseLostError:
            # The fill may just have ended; the heartbeat knows whether the lease is really gone.
            return
        except JournalError as error:
            _log.warning("progress of fill %d was not noted: %s", fill_id, error)

    async def _event(self, kind: str, words: str, *, camera_id: str | None = None, gap_id: str | None = None) -> None:
        await self.journal.add_event(kind, words, who="worker", now=self.clock(), camera_id=camera_id, gap_id=gap_id)

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()


def _device(camera: Camera) -> str:
    try:
        return device_of(camera)
    except ReplayError:
        return f"camera {camera.id}"  # it has none, and its fill will say so
