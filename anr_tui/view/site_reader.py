"""The reader of a site for consoles and commands: snapshots, and from there requests, details and cameras."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tzlocal import get_localzone

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import JournalError, SiteError
from anr_tui.domain.fill import Fill
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.site import StorageLimits
from anr_tui.domain.secret import Secret
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import CameraMemory, set_aside
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.sites.rows import Rows
from anr_tui.view.about import About, about
from anr_tui.view.camera.edit import CameraEditor
from anr_tui.view.databases import Databases
from anr_tui.view.kept_parts import KeptPartList
from anr_tui.view.lookups import Lookups
from anr_tui.view.policy_in_force import policy_in_force
from anr_tui.view.queue.queue import QueueCache
from anr_tui.view.queue.text import cap_of
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.reports.stats import Stats, read_stats
from anr_tui.view.requests import Requests
from anr_tui.view.snapshot.build import askers, camera_rows, fill_rows, stuck_cameras, totals, worker_row
from anr_tui.view.snapshot.gap_rows import GapContext, GapRowCache
from anr_tui.view.snapshot.memo import Memo
from anr_tui.view.snapshot.recorder_coverage import RecorderCoverage
from anr_tui.view.snapshot.snapshot import Cap, Queue, Snapshot, Totals, WorkerRow, WorkerState

if TYPE_CHECKING:
    from anr_tui.domain.camera import Camera
    from anr_tui.domain.gap import RecordingGap
    from anr_tui.domain.request import Request
    from anr_tui.journal.tables.queue import QueueEntry
    from anr_tui.journal.tables.rows import Event, WorkerRecord

ENDED_FILLS = 50
REQUESTS = 20
EVENTS = 200
# Recording changes the free space all the time; the screen need not show every megabyte.
_DISK_STEP_BYTES = 100_000_000
# What changes only with the time need not be checked more often.
_STEP = timedelta(seconds=5)
# Reading this many gaps delays key presses noticeably: the reader then pauses for several times as long as it read.
_MANY_GAPS = 20_000
_REST = 5


class SiteReader:
    """Reads snapshots of a site from its two databases; each console or command has one.

    `requests` writes requests to the worker, `lookups` reads what a snapshot does not contain, `cameras` adds and
    changes cameras, `kept_parts` drops parts. Only these four write; with `is_read_only` nothing is written at all.
    """

    def __init__(
        self,
        databases: Databases,
        policy: FillPolicy,
        limits: StorageLimits,
        *,
        secret_key: Secret | None,
        about: About,
    ) -> None:
        self.requests = Requests(databases)
        self.lookups = Lookups(databases, policy, secret_key, about)
        self.cameras = CameraEditor(databases, secret_key)
        self.kept_parts = KeptPartList(databases)
        self._databases = databases
        self._own_policy = policy
        self._limits = limits
        self._site_version: int | None = None
        self._gaps_version: int | None = None
        self._gaps_again_s = 0.0
        self._journal_version: tuple[int, int, int] | None = None
        self._cameras: Rows[Camera] = Rows((), ())
        self._gaps: Rows[RecordingGap] = Rows((), ())
        self._time_zone = ""
        self._running: list[Fill] = []
        self._ended: list[Fill] = []
        self._last: dict[str, Fill] = {}
        self._memories: dict[str, CameraMemory] = {}
        self._requests: list[Request] = []
        self._waiting: list[Request] = []
        self._taken: list[Request] = []
        self._queued: dict[str, QueueEntry] = {}
        self._events: list[Event] = []
        self._worker: WorkerRecord | None = None
        self._recorded = RecorderCoverage()
        self._gap_rows = GapRowCache()
        self._camera_rows = Memo(camera_rows)
        self._totals = Memo(totals)
        self._queues = Memo(QueueCache().queue)
        # Also the worker's zone: it runs on this machine, and its schedules go by the wall clock.
        self._zone = get_localzone()
        self._moment = datetime.min.replace(tzinfo=UTC)
        self._made_of: object = None
        self._shown = _nothing(databases.paths.database)

    @classmethod
    async def open(cls, settings: Settings, *, is_read_only: bool = False) -> Self:
        """Open the site that the settings name; close it with `close`. Raises SiteError or JournalError.

        A journal that is damaged, or that cannot be read yet with `is_read_only`, is no error here: reading reports it
        and tries again, since a worker that starts makes a new journal.
        """
        databases = await Databases.open(settings, is_read_only=is_read_only)
        return cls(
            databases,
            settings.fill_policy,
            settings.storage_limits,
            secret_key=settings.heldar_secret_key,
            about=about(settings),
        )

    async def close(self) -> None:
        """Close both databases."""
        await self._databases.close()

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is written: no request, no camera; and no password is shown."""
        return self._databases.is_read_only

    @property
    def journal(self) -> Journal:
        """The journal, for reads that only one command needs."""
        return self._databases.journal

    async def read(self) -> Snapshot | None:
        """The snapshot of this moment; None where nothing in it has changed since the last call."""
        problem = ""
        try:
            await self._read_changes()
            await self._recorded.read(
                self._databases.site.archive, [camera.id for camera in self._cameras.good], now_utc()
            )
        except (SiteError, JournalError) as error:
            problem = str(error)
        now = now_utc()
        # Building a hundred thousand rows takes a while, for which the screen must not wait.
        self._made_of, snapshot = await asyncio.to_thread(self._news, now, problem)
        if snapshot is not None:
            self._shown = replace(snapshot, version=self._shown.version + 1)
        return self._shown if snapshot else None

    def look_back(self, span: timedelta) -> None:
        """Include a timeline of this span in the snapshots from now on."""
        self._recorded.look_back(span)

    async def look(self) -> Snapshot:
        """The snapshot of this moment, changed or not. Raises SiteError or JournalError where it cannot be read."""
        self._gaps_again_s = 0.0
        await self._read_changes()
        return await self.read() or self._shown

    async def stats(self, zone: tzinfo, days: int) -> Stats:
        """The statistics of the last `days` days of a zone, from the newest snapshot. Raises JournalError."""
        await self._databases.follow_journal()
        return await read_stats(self._shown, self.journal, zone, days, now_utc())

    async def _read_changes(self) -> None:
        site_version = await self._databases.site.data_version()
        # Before the others: the driver keeps the rows of its last query in memory, and those of the gaps take 50 MB.
        if site_version != self._gaps_version and time.monotonic() >= self._gaps_again_s:
            await self._read_gaps()
            self._gaps_version = site_version
        if site_version != self._site_version:
            self._cameras = await self._databases.site.cameras.all()
            self._time_zone = await self._databases.site.cameras.time_zone()
            self._site_version = site_version
            self._recorded.note_change()
        await self._databases.follow_journal()
        journal_version = await self._databases.journal_version()
        if journal_version != self._journal_version:
            is_opened_anew = self._journal_version is None or journal_version[0] != self._journal_version[0]
            running, ended = await self.journal.fills.running(), await self.journal.fills.newest(ENDED_FILLS)
            if is_opened_anew or _ids(running) != _ids(self._running) or _ids(ended) != _ids(self._ended):
                self._last = await self.journal.fills.last_of_each_gap()
            self._running, self._ended = running, ended
            self._memories = await self.journal.camera_memory.by_camera()
            self._requests = await self.journal.requests.newest(REQUESTS)
            self._waiting = await self.journal.requests.asked()
            self._events = await self.journal.events.newest(EVENTS)
            self._worker = await self.journal.lease.last_worker()
            self._taken = await self.journal.requests.taken_fills()
            self._queued = await self.journal.queue.entries(self._worker.id) if self._worker else {}
            self._journal_version = journal_version

    async def _read_gaps(self) -> None:
        """Read all gaps, then none for a while if that took long: a recorder writes into the database all the time."""
        began_s = time.monotonic()
        gaps = await self._databases.site.gaps.reread()
        if gaps != self._gaps:
            self._gaps = gaps
        if len(gaps.good) > _MANY_GAPS:
            now_s = time.monotonic()
            self._gaps_again_s = now_s + (now_s - began_s) * _REST

    def _news(self, now: datetime, failure: str) -> tuple[object, Snapshot | None]:
        """What the snapshot is made of, for comparison, and the snapshot; None where it equals the last one.

        After a `failure` to read, it is not known how much was read.
        """
        problem = failure or self._row_problem()
        if abs(now - self._moment) >= _STEP:
            self._moment = now
        worker, free = worker_row(self._worker, now), _free_bytes(self._databases.site.archive)
        read = (self._site_version, self._gaps_version, self._journal_version, self._recorded.changes)
        made_of = (read, self._moment, worker, free, problem)
        if made_of == self._made_of and not failure:
            return made_of, None
        snapshot = self._build(self._moment, worker, free, problem)
        is_same = replace(snapshot, version=self._shown.version, read_at=self._shown.read_at) == self._shown
        return made_of, None if is_same else replace(snapshot, read_at=now)

    def _build(self, now: datetime, worker: WorkerRow, free: int | None, problem: str) -> Snapshot:
        names = {camera.id: camera.name for camera in self._cameras.good}
        are_lost = not worker.state.is_alive
        running = [] if are_lost else self._running
        fills = {fill.gap_id: fill for fill in self._running}
        cap = cap_of(self._policy, now.astimezone(self._zone)) if worker.state.is_alive else Cap()
        aside = set_aside(self._cameras.good, self._memories, now)
        self._gap_rows.put(self._gaps.good, self._gap_context(names, fills, aside, now, are_lost=are_lost))
        return Snapshot(
            version=0,
            read_at=now,
            database=self._databases.site.path,
            worker=worker,
            cameras=self._camera_rows.of(self._cameras.good, self._gap_rows.sums, running, self._memories, aside),
            gaps=self._gap_rows.rows,
            fills=fill_rows([*self._running, *self._ended], names, self._memories, are_lost=are_lost),
            requests=tuple(self._requests),
            waiting=tuple(self._waiting),
            events=tuple(self._events),
            totals=self._totals.of(self._gap_rows.sums),
            disk_free_bytes=free,
            problem=problem or self._disk_problem(free),
            has_journal=not self.journal.is_stand_in,
            time_zone=self._time_zone,
            timeline=self._recorded.timeline(self._gap_rows, now),
            queue=self._queue(worker, running, cap, free, now),
            cap=cap,
            policy=self._policy,
        )

    @property
    def _policy(self) -> FillPolicy:
        return policy_in_force(self._worker, self._own_policy)

    def _gap_context(
        self,
        names: dict[str, str],
        fills: dict[str, Fill],
        aside: dict[str, CameraMemory],
        now: datetime,
        *,
        are_lost: bool,
    ) -> GapContext:
        # Rounded, since every new value rebuilds all rows.
        oldest = (now - timedelta(hours=self._policy.max_age_hours)).replace(minute=0, second=0, microsecond=0)
        stuck = stuck_cameras(self._cameras.good, aside)
        return GapContext(names, self._last, fills, askers([*self._taken, *self._waiting]), are_lost, stuck, oldest)

    def _queue(self, worker: WorkerRow, running: list[Fill], cap: Cap, free: int | None, now: datetime) -> Queue:
        waiting = Waiting(
            cameras=self._cameras.good,
            gaps=self._gaps.good,
            running=running,
            requests=[*self._taken, *self._waiting],
            entries=self._queued if worker.state.is_alive else {},
            memories=self._memories,
            policy=self._policy,
            worker_state=worker.state,
            next_sweep_at=worker.next_sweep_at,
            cap=cap,
            is_disk_low=bool(self._disk_problem(free)),
        )
        return self._queues.of(waiting, now)

    def _disk_problem(self, free: int | None) -> str:
        floor_gb = self._limits.min_free_gb
        if free is None or free >= floor_gb * BYTES_PER_GB:
            return ""
        return f"Less than {floor_gb:g} GB are free for recordings (HELDAR_MIN_FREE_DISK_GB): nothing is fetched."

    def _row_problem(self) -> str:
        problems = [*self._cameras.problems, *self._gaps.problems]
        if not problems:
            return ""
        return problems[0] if len(problems) == 1 else f"{problems[0]} ({len(problems)} rows cannot be read)"


def _ids(fills: list[Fill]) -> list[int]:
    return [fill.id for fill in fills]


def _free_bytes(archive: RecordingArchive) -> int | None:
    free = archive.free_bytes()
    return None if free is None else free // _DISK_STEP_BYTES * _DISK_STEP_BYTES


def _nothing(database: Path) -> Snapshot:
    """The snapshot before the first read, which equals no real one."""
    return Snapshot(0, now_utc(), database, WorkerRow(WorkerState.NONE), (), (), (), (), Totals(), -1)
