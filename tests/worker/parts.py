"""What the parts of a worker are given, on a real site database and a real journal; no worker runs."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from anr_tui.domain.camera import Camera
from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.request import Request, RequestKind
from anr_tui.domain.timestamps import format_stamp
from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.open_site import open_site
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.job import Job
from anr_tui.worker.process import worker_context
from anr_tui.worker.state import SchedulerState
from tests.heldar_site import IDENTITY, NOW, HeldarSite

ANNA = "anna@nvr-07"


@dataclass
class RecordingScheduler:
    """A scheduler that changes the state as it is asked, starts nothing, and keeps what it was asked for in `asked`."""

    state: SchedulerState
    asked: list[str] = field(default_factory=list)
    next_sweep_at: datetime | None = None

    def wake(self) -> None:
        self.asked.append("wake")

    def sweep_now(self) -> None:
        self.asked.append("sweep_now")

    def halt(self, is_halted: bool) -> None:
        self.asked.append("halt" if is_halted else "go on")
        self.state.is_halted = is_halted

    def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        self.asked.append(f"enqueue {gap.id}")
        job = self.state.waiting.setdefault(gap.id, Job(gap, camera, asked_by))
        if request is not None:
            job.requests.append(request)
        return job

    def drop_jobs_of(self, camera: Camera, memory: CameraMemory, now: datetime) -> list[Job]:
        if not memory.is_set_aside(camera, now):
            return []
        dropped = [job for job in self.state.waiting.values() if job.camera.id == camera.id]
        for job in dropped:
            del self.state.waiting[job.gap.id]
        return dropped

    def diagnose(self, camera: Camera, request: Request) -> None:
        self.asked.append(f"diagnose {camera.id} for {request.asked_by}")

    def place(self, camera: Camera, request: Request) -> None:
        moment = f"{request.moment:%H:%M:%S}" if request.moment else "no moment"
        self.asked.append(f"place {request.part_id} of {camera.id} at {moment}")

    def cancel_diagnosis(self, camera_id: str, stopped_by: str) -> str:
        self.asked.append(f"cancel diagnosis of {camera_id} by {stopped_by}")
        return "Stopping."

    def take_spare_session(self, device: str) -> bool:
        raise AssertionError(f"no fill runs that could want a session of {device}")

    def give_back_session(self, device: str) -> None:
        raise AssertionError(f"no fill runs that could have a session of {device}")

    def lower_sessions(self, device: str) -> None:
        raise AssertionError(f"no fill runs that could be refused by {device}")


@dataclass
class WorkerParts:
    """What the parts of a worker are given, at `NOW`; `journal` is the same journal as anybody reads it."""

    site: HeldarSite
    context: WorkerContext
    state: SchedulerState
    port: RecordingScheduler
    journal: Journal

    def add_gap(self, gap_id: str, camera_id: str = "gate", **columns: Any) -> None:
        """A gap of ten minutes that ended within the last hour, each a second after the one before."""
        number = len(self.site.execute("SELECT id FROM recording_gaps"))
        start = NOW - timedelta(hours=1) + timedelta(seconds=number)
        times = {"gap_start": format_stamp(start), "gap_end": format_stamp(start + timedelta(minutes=10))}
        self.site.add_gap(gap_id, camera_id, **(times | columns))

    async def camera(self, camera_id: str) -> Camera:
        """A camera of the site."""
        return next(camera for camera in (await self.context.site.cameras.all()).good if camera.id == camera_id)

    async def job(self, gap_id: str, *requests: int, asked_by: str = "sweep") -> Job:
        """A job for a gap of the site's database."""
        gap = await self.context.site.gaps.gap(gap_id)
        assert gap is not None
        return Job(gap, await self.camera(gap.camera_id), asked_by, list(requests))

    async def wait(self, gap_id: str, *requests: int, asked_by: str = "sweep") -> Job:
        """The same, in the queue."""
        job = self.state.waiting[gap_id] = await self.job(gap_id, *requests, asked_by=asked_by)
        return job

    async def started(self, gap_id: str, *requests: int, asked_by: str = "sweep") -> Job:
        """The same, and its fill stands in the journal."""
        job = self.state.running[gap_id] = await self.job(gap_id, *requests, asked_by=asked_by)
        job.fill_id = await self.context.journal.fills.start(job.gap, asked_by=asked_by, now=NOW)
        return job

    async def ask(self, kind: RequestKind, *, at: datetime = NOW, **about: Any) -> Request:
        """A request of Anna's, as it stands in the journal."""
        return await self.request(await self.journal.requests.ask(kind, asked_by=ANNA, now=at, **about))

    async def taken(self, gap_id: str) -> int:
        """A request of Anna's for a fill, which the worker has begun."""
        request = await self.ask(RequestKind.FILL, gap_id=gap_id)
        assert await self.context.journal.requests.take(request.id)
        return request.id

    async def request(self, request_id: int) -> Request:
        """A request as it stands in the journal now."""
        request = await self.journal.requests.get(request_id)
        assert request is not None
        return request

    async def events(self, *kinds: EventKind) -> list[str]:
        """What was said in events of these kinds, oldest first."""
        return [event.words for event in await self.journal.events.newest(kinds=kinds)][::-1]

    async def lose_lease(self) -> None:
        """Another worker takes the site over."""
        other = await Journal.open(self.site.journal)
        assert await claim(other) is not None
        await other.close()


@contextlib.contextmanager
def written_by_another(database: Path) -> Iterator[None]:
    """Another program is in the middle of writing: a database can be read, and not be written."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def claim(journal: Journal) -> int:
    """The site's lease, whoever held it."""
    an_hour = timedelta(hours=1)
    lease_id = await journal.lease.claim(
        IDENTITY, now=NOW, expires_at=NOW + an_hour, starts_paused=False, is_dead=lambda _: True
    )
    assert lease_id is not None
    return lease_id


@contextlib.asynccontextmanager
async def worker_parts(site: HeldarSite, **settings: Any) -> AsyncIterator[WorkerParts]:
    """The parts' context on a site; `settings` are changed settings."""
    chosen = site.settings(**settings)
    opened, journal = await open_site(chosen), await Journal.open(site.journal)
    leased = LeasedJournal(journal, await claim(journal))
    ffmpeg = Ffmpeg("ffmpeg", "9.0", "-timeout")
    context = worker_context(chosen, opened, leased, ffmpeg, Random(7), clock=lambda: NOW)
    context = replace(context, started_at=NOW - timedelta(minutes=5))
    state = SchedulerState()
    try:
        yield WorkerParts(site, context, state, RecordingScheduler(state), journal)
    finally:
        await journal.close()
        await opened.close()
