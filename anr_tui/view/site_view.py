"""The console's and the commands' one door to the site: read a snapshot, ask the worker, preview a URL."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from anr_tui.errors import AnrError, JournalDamagedError, JournalError, SiteError
from anr_tui.journal.journal import Journal
from anr_tui.journal.rows import LandedRecord
from anr_tui.model import Camera, EventKind, Fill, RecordingGap, Request, RequestKind, Wish
from anr_tui.settings import Settings
from anr_tui.site.database import SiteDatabase
from anr_tui.site.disk import BYTES_PER_GB, free_bytes
from anr_tui.site.rows import Rows
from anr_tui.site.secrets import open_sealed
from anr_tui.times import now_utc
from anr_tui.view.about import About, about
from anr_tui.view.build import camera_rows, fill_rows, gap_rows, totals, worker_row
from anr_tui.view.detail import GapDetail, Held, Replay, read_detail
from anr_tui.view.evidence import landed_path
from anr_tui.view.frames import Frame, read_frames
from anr_tui.view.preview import url_preview
from anr_tui.view.recorded import RecordedWatch
from anr_tui.view.snapshot import Snapshot, Totals, UrlPreview, WorkerRow, WorkerState
from anr_tui.who import who_am_i

if TYPE_CHECKING:
    from anr_tui.journal.rows import CameraMemory, Event, WorkerRecord

ENDED_FILLS = 50
REQUESTS = 20
EVENTS = 200
# Nobody else can write into the journal meanwhile: so many requests take about a tenth of a second.
_ASKED_AT_ONCE = 500
# Recording moves free space all the time; a screen need not follow every megabyte.
_DISK_STEP_BYTES = 100_000_000


class SiteView:
    """Reads both databases, writes only requests and events, and nothing with `is_read_only`. One per console."""

    def __init__(self, settings: Settings, site: SiteDatabase, journal: Journal, *, is_read_only: bool = False) -> None:
        self.is_read_only = is_read_only
        self._settings = settings
        self._site = site
        self._journal = journal
        self._site_version: int | None = None
        self._journal_version: tuple[int, int] | None = None
        self._asks = 0
        self._cameras: Rows[Camera] = Rows((), ())
        self._gaps: Rows[RecordingGap] = Rows((), ())
        self._time_zone = ""
        self._running: list[Fill] = []
        self._ended: list[Fill] = []
        self._last: dict[str, Fill] = {}
        self._memories: dict[str, CameraMemory] = {}
        self._requests: list[Request] = []
        self._waiting: list[Request] = []
        self._events: list[Event] = []
        self._worker: WorkerRecord | None = None
        self._recorded = RecordedWatch()
        self._following = asyncio.Lock()
        self._shown = _nothing(settings.database_path)
        self._held = Held(settings.recordings_dir, settings.anr_piece_s)

    @classmethod
    async def open(cls, settings: Settings, *, is_read_only: bool = False) -> Self:
        """Open the site database and the journal. Raises SiteError or JournalError.

        A journal that is damaged, or with `is_read_only` cannot be read (yet), is no error here: reading says so, and
        tries again, since a worker that starts makes a new one.
        """
        site = await SiteDatabase.open(settings.heldar_database_url, is_read_only=is_read_only)
        try:
            journal = await open_journal(settings.journal_path, is_read_only=is_read_only)
            return cls(settings, site, journal, is_read_only=is_read_only)
        except BaseException:
            await site.close()
            raise

    async def close(self) -> None:
        """Close both files."""
        await self._journal.close()
        await self._site.close()

    @property
    def journal(self) -> Journal:
        """For what only one command asks."""
        return self._journal

    async def read(self) -> Snapshot | None:
        """What is there now, or None where nothing that is shown changed since the last read."""
        problem = ""
        try:
            await self._read_changes()
            await self._recorded.read(self._site, [camera.id for camera in self._cameras.good], now_utc())
        except (SiteError, JournalError) as error:
            problem = str(error)
        now = now_utc()
        # Building a hundred thousand rows takes a while, and the screen must not wait for it.
        seen = await asyncio.to_thread(self._build, now, problem or self._row_problem())
        if replace(seen, version=self._shown.version, read_at=self._shown.read_at) == self._shown:
            return None
        self._shown = replace(seen, version=self._shown.version + 1)
        return self._shown

    def look_back(self, span: timedelta) -> None:
        """Let snapshots have a timeline of this span from now on."""
        self._recorded.look_back(span)

    async def look(self) -> Snapshot:
        """What is there now, changed or not. Raises SiteError or JournalError where it cannot be read."""
        await self._read_changes()
        return await self.read() or self._shown

    async def ask(self, kind: RequestKind, *, gap_id: str | None = None, fill_id: int | None = None) -> int:
        """Ask the worker for something; returns the request's id. The same thing asked twice is one request.

        Raises AnrError for a gap that is not there or a fill that does not run.
        """
        self._check_may_write()
        camera_id = None
        if kind in (RequestKind.FILL, RequestKind.RETRY):
            camera_id = (await self._gap(gap_id or "")).camera_id
        if fill_id is not None:
            await self._check_runs(fill_id)
        await self._follow_journal()
        request_id = await self._journal.ask(
            kind, asked_by=who_am_i(), now=now_utc(), camera_id=camera_id, gap_id=gap_id, fill_id=fill_id
        )
        # The version of a database tells of others' writes only, and a read may be under way.
        self._asks += 1
        return request_id

    async def ask_all(self, wishes: Sequence[Wish]) -> list[int]:
        """Ask the worker for many things in one go; returns the requests' ids, in this order. Raises JournalError.

        What is not there any more, the worker refuses.
        """
        self._check_may_write()
        await self._follow_journal()
        asked: list[int] = []
        for start in range(0, len(wishes), _ASKED_AT_ONCE):
            some = wishes[start : start + _ASKED_AT_ONCE]
            asked += await self._journal.ask_all(some, asked_by=who_am_i(), now=now_utc())
            self._asks += 1
        return asked

    async def withdraw(self, request_ids: Sequence[int]) -> list[int]:
        """Take back what we asked; returns those that no worker had taken. Raises JournalError."""
        self._check_may_write()
        await self._follow_journal()
        withdrawn = await self._journal.withdraw(request_ids, who=who_am_i(), now=now_utc())
        self._asks += 1
        return withdrawn

    async def answers(self, request_ids: Collection[int]) -> list[Request]:
        """What became of these requests so far, oldest first. Raises JournalError."""
        return await self._journal.requests(request_ids)

    async def answer(self, request_id: int) -> Request:
        """What became of a request so far."""
        request = await self._journal.request(request_id)
        if request is None:
            raise JournalError(f"Request {request_id} is not in the journal any more.")
        return request

    async def has_ended(self, request_id: int) -> bool:
        """Whether a request was done or refused."""
        return (await self.answer(request_id)).state.is_over

    async def failed_gap_ids(self) -> list[str]:
        """The gaps that were given up, newest first."""
        return await self._site.failed_gap_ids()

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        """How a gap would be asked for. With `reveal` it shows the password, and leaves an event."""
        if reveal:
            self._check_may_write()
        gap = await self._gap(gap_id)
        camera = next((each for each in (await self._site.cameras()).good if each.id == gap.camera_id), None)
        if camera is None:
            raise SiteError(f"The row of camera {gap.camera_id!r} cannot be read.")
        password = camera.password
        if password is not None and reveal:
            password = open_sealed(password, self._settings.heldar_secret_key, camera.id)
        preview = url_preview(camera, gap, password, is_revealed=reveal)
        if reveal:
            await self._journal.add_event(
                EventKind.URL_REVEALED,
                f"The replay URL of {camera.name} was shown with its password.",
                who=who_am_i(),
                now=now_utc(),
                camera_id=camera.id,
                gap_id=gap.id,
            )
        return preview

    def log_path(self, fill: Fill) -> Path:
        """Where a fill's log is; the file need not exist (yet)."""
        return self._settings.logs_dir / Path(fill.log_name).name

    def about(self) -> About:
        """Where the site's things are, and under which settings it is shown."""
        return about(self._settings)

    async def gap_detail(self, gap_id: str) -> GapDetail:
        """All there is to know about one gap. Raises AnrError."""
        gap = await self._gap(gap_id)
        await self._follow_journal()
        camera = next((each for each in self._cameras.good if each.id == gap.camera_id), None)
        try:
            replay = Replay(await self.replay_url(gap_id, reveal=False))
        except AnrError as error:
            replay = Replay(problem=str(error))
        return await read_detail(gap, camera, self._journal, replay, self._held, now_utc())

    async def frames(self, file: LandedRecord) -> tuple[Frame, ...]:
        """The first, the middle and the last frame of a landed file. Raises SiteError where it shows nothing."""
        return await read_frames(self._settings.recordings_dir, file)

    def landed_path(self, file: LandedRecord) -> Path:
        """Where a landed file should be. SiteError for one that could lie anywhere else."""
        return landed_path(self._settings.recordings_dir, file)

    async def _gap(self, gap_id: str) -> RecordingGap:
        gap = await self._site.gap(gap_id)
        if gap is None:
            raise SiteError(f"There is no gap {gap_id!r}.", "`anr-tui gaps` lists them.")
        return gap

    async def _check_runs(self, fill_id: int) -> None:
        fill = await self._journal.fill(fill_id)
        if fill is None:
            raise JournalError(f"There is no fill {fill_id}.", "`anr-tui fills` lists them.")
        if fill.outcome is not None:
            raise AnrError(f"Fill {fill_id} has ended already: {fill.outcome.words}.")

    def _check_may_write(self) -> None:
        if self.is_read_only:
            raise AnrError("This only looks (read-only): nothing is asked, and no password shown.")

    async def _read_changes(self) -> None:
        site_version = await self._site.data_version()
        if site_version != self._site_version:
            self._cameras = await self._site.cameras()
            self._gaps = await self._site.gaps()
            self._time_zone = await self._site.time_zone()
            self._site_version = site_version
            self._recorded.note_change()
        await self._follow_journal()
        journal_version = (self._asks, await self._journal.data_version())
        if journal_version != self._journal_version:
            running, ended = await self._journal.running_fills(), await self._journal.newest_fills(ENDED_FILLS)
            if not self._last or _ids(running) != _ids(self._running) or _ids(ended) != _ids(self._ended):
                self._last = await self._journal.last_fills()
            self._last |= {fill.gap_id: fill for fill in running}
            self._running, self._ended = running, ended
            self._memories = await self._journal.camera_memories()
            self._requests = await self._journal.newest_requests(REQUESTS)
            self._waiting = await self._journal.asked_requests()
            self._events = await self._journal.newest_events(EVENTS)
            self._worker = await self._journal.last_worker()
            self._journal_version = journal_version

    async def _follow_journal(self) -> None:
        """Open the journal anew where a worker has made another one, or the one there was is gone."""
        async with self._following:
            if not self._journal.is_outdated:
                return
            # Closed first: two connections of one process undo each other's locks on files they share.
            await self._journal.close()
            self._journal_version, self._last = None, {}
            path = self._settings.journal_path
            if not self.is_read_only and not path.exists():
                raise JournalError(f"The journal {path} is gone.", "A worker that starts makes a new one.")
            self._journal = await Journal.open(path, is_read_only=self.is_read_only)

    def _build(self, now: datetime, problem: str) -> Snapshot:
        names = {camera.id: camera.name for camera in self._cameras.good}
        worker = worker_row(self._worker, now)
        are_lost = not worker.state.is_alive
        running = [] if are_lost else self._running
        free = _free_bytes(self._settings.recordings_dir)
        gaps = gap_rows(self._gaps.good, names, self._last, self._waiting, are_lost=are_lost)
        return Snapshot(
            version=0,
            read_at=now,
            database=self._site.path,
            worker=worker,
            cameras=camera_rows(self._cameras.good, self._gaps.good, running, self._memories, now),
            gaps=gaps,
            fills=fill_rows([*self._running, *self._ended], names, self._memories, are_lost=are_lost),
            requests=tuple(self._requests),
            waiting=tuple(self._waiting),
            events=tuple(self._events),
            totals=totals(self._gaps.good),
            disk_free_bytes=free,
            problem=problem or self._disk_problem(free),
            has_journal=not self._journal.is_stand_in,
            time_zone=self._time_zone,
            timeline=self._recorded.timeline(gaps, now),
        )

    def _disk_problem(self, free: int | None) -> str:
        floor_gb = self._settings.heldar_min_free_disk_gb
        if free is None or free >= floor_gb * BYTES_PER_GB:
            return ""
        return f"Less than {floor_gb:g} GB are free for recordings (HELDAR_MIN_FREE_DISK_GB): nothing is fetched."

    def _row_problem(self) -> str:
        problems = [*self._cameras.problems, *self._gaps.problems]
        if not problems:
            return ""
        return problems[0] if len(problems) == 1 else f"{problems[0]} ({len(problems)} rows cannot be read)"


async def open_journal(path: Path, *, is_read_only: bool) -> Journal:
    """The journal; where it cannot be read for now, an empty and outdated one stands in for it."""
    try:
        return await Journal.open(path, is_read_only=is_read_only)
    except JournalError as error:
        if not is_read_only and not isinstance(error, JournalDamagedError):
            raise
    journal = await Journal.stand_in(path)
    await journal.close()
    return journal


def _ids(fills: list[Fill]) -> list[int]:
    return [fill.id for fill in fills]


def _free_bytes(directory: Path) -> int | None:
    free = free_bytes(directory)
    return None if free is None else free // _DISK_STEP_BYTES * _DISK_STEP_BYTES


def _nothing(database: Path) -> Snapshot:
    """The snapshot before the first read; it equals no real one."""
    return Snapshot(0, now_utc(), database, WorkerRow(WorkerState.NONE), (), (), (), (), Totals(), -1)
