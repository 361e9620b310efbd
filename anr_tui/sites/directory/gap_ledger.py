"""The gaps of a directory: found between its recordings from time to time, and kept in an SQLite file of ours."""

import asyncio
import contextlib
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Self

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError, SiteLockedError
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.domain.policy.fill_policy import DueGapFilter, FillPolicy, priority
from anr_tui.domain.timestamps import format_stamp, parse_stamp
from anr_tui.domain.window import Window, subtract
from anr_tui.platform.files.permissions import FILE_MODE, share
from anr_tui.platform.sqlite import Database, Transaction, load_queries
from anr_tui.platform.sqlite_errors import SqliteFault, describe_error
from anr_tui.sites.directory.cameras_file import CamerasFile
from anr_tui.sites.directory.gap_finder import LEAST_GAP_S, find_gaps
from anr_tui.sites.interface import SWEEP_LIMIT
from anr_tui.sites.recordings.coverage import Coverage
from anr_tui.sites.recordings.layout import camera_directory, recordings
from anr_tui.sites.rows import RowCache, Rows, gap, read_each, write_unchanged

SQL = load_queries("anr_tui.sites.directory")
LOOK_EVERY_S = 10.0
"""The shortest time between two looks into the directories, in seconds."""
# The coarsest resolution of times of any file system (FAT).
_COARSEST_TIME_S = 2.0


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look into the directories saw: when each last changed (in ns), and its newest recording.

    `gaps` holds what is missing in those that have changed since the look before.
    """

    at: datetime
    cameras: tuple[Camera, ...]
    changed_ns: dict[str, int]
    newest: dict[str, datetime]
    gaps: dict[str, list[Window]]


class GapLedger:
    """Finds gaps below `root` and keeps them in `database`; with `is_read_only` it only shows gaps that were found."""

    def __init__(
        self,
        root: Path,
        cameras: CamerasFile,
        path: Path,
        database: Database,
        clock: Callable[[], datetime],
        *,
        is_read_only: bool,
    ) -> None:
        self._root = root
        self._cameras = cameras
        self._path = path
        self._database = database
        self._clock = clock
        self._is_read_only = is_read_only
        self._coverage = Coverage(clock)
        self._cache = RowCache(gap)
        self._last_look: _Look | None = None
        self._looked_for = database
        self._look_again_s = 0.0
        self._looking = asyncio.Lock()
        self._following = asyncio.Lock()
        self._is_open = True
        self._epoch = 0

    @classmethod
    async def open(
        cls, root: Path, cameras: CamerasFile, path: Path, *, is_read_only: bool, clock: Callable[[], datetime]
    ) -> Self:
        """Open the file with the gaps, and create it where there is none (not with `is_read_only`).

        Raises SiteError.
        """
        database = await _open_database(path, is_read_only=is_read_only)
        return cls(root, cameras, path, database, clock, is_read_only=is_read_only)

    async def close(self) -> None:
        """Close the file with the gaps."""
        self._is_open = False
        await self._database.close()

    async def data_version(self) -> int:
        """A number that changes when gaps, recordings or cameras have changed. Raises SiteError."""
        await self._look()
        async with self._current() as database:
            return await database.data_version() + (self._epoch << 40)

    async def all(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        """All gaps (of one camera), newest first. Raises SiteError."""
        await self._look()
        return read_each(await self._rows("gaps", camera_id=camera_id), gap)

    async def reread(self) -> Rows[RecordingGap]:
        """All gaps, newest first; one that has not changed since the last call is the same object. Raises SiteError."""
        await self._look()
        gathering = self._cache.gathering()
        for row in await self._rows("gaps", camera_id=None):
            gathering.take(row)
        return gathering.rows

    async def gap(self, gap_id: str) -> RecordingGap | None:
        """One gap, None where there is none. Raises SiteError where its row cannot be read."""
        gaps = read_each(await self._rows("gap", gap_id=gap_id), gap)
        if gaps.problems:
            raise SiteError(gaps.problems[0])
        return gaps.good[0] if gaps.good else None

    async def due(
        self,
        policy: FillPolicy,
        now: datetime,
        *,
        left_out_gaps: Collection[str] = (),
        left_out_cameras: Collection[str] = (),
        most: int = SWEEP_LIMIT,
    ) -> Rows[RecordingGap]:
        """The gaps that a sweep takes now, at most `most`. Raises SiteError."""
        cameras = {camera.id: camera for camera in (await self._cameras.all()).good}
        gaps = await self.all()
        due_filter = DueGapFilter.of(policy, cameras.values(), now)
        due = [
            each
            for each in due_filter.wanted(gaps.good)
            if each.window.end <= now - due_filter.settle
            and each.id not in left_out_gaps
            and each.camera_id not in left_out_cameras
        ]
        due.sort(key=lambda each: priority(policy, each, cameras[each.camera_id], None))
        return Rows(tuple(due[:most]), gaps.problems)

    async def counts(self) -> list[GapCount]:
        """The number of gaps of each camera and state, and their length in seconds. Raises SiteError."""
        return [GapCount(**dict(row)) for row in await self._rows("gap_counts")]

    async def failed_ids(self) -> list[str]:
        """The ids of the gaps that were given up, newest first. Raises SiteError."""
        return [str(row["id"]) for row in await self._rows("failed_gap_ids")]

    async def mark_filled(self, gap: RecordingGap, at: datetime) -> bool:
        """Note that a gap is filled. False: it is gone, or has another start or end by now."""
        return await self._mark("mark_filled", gap, at=format_stamp(at))

    async def mark_attempt(self, gap: RecordingGap, at: datetime, max_attempts: int) -> bool:
        """Count a failed attempt; at the maximum the gap becomes `failed`.

        False: it is gone or filled, or has another start or end by now.
        """
        return await self._mark("mark_attempt", gap, at=format_stamp(at), max_attempts=max_attempts)

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        """Put a gap back to `pending` with no attempts made. False where there is no such gap.

        Who asked is not noted here, because our journal has it.
        """
        return await self._write("retry", gap_id=gap_id)

    async def _look(self) -> None:
        """Look into the directories that have changed and note their gaps, at most every LOOK_EVERY_S seconds."""
        async with self._looking:
            if time.monotonic() < self._look_again_s:
                return
            cameras = (await self._cameras.all()).good
            await self._forget_what_another_file_has()
            seen = await self._seen()
            before, look = self._last_look, await asyncio.to_thread(self._find, cameras, seen)
            if not self._is_read_only:
                await self._note(look, seen)
            if before is None or (before.cameras, before.changed_ns) != (look.cameras, look.changed_ns):
                self._epoch += 1
            self._last_look, self._look_again_s = look, time.monotonic() + LOOK_EVERY_S

    async def _forget_what_another_file_has(self) -> None:
        """Look anew where another file took the place of ours, since all gaps must be noted in it."""
        async with self._current() as database:
            if database is not self._looked_for:
                self._last_look, self._looked_for = None, database

    async def _seen(self) -> dict[str, datetime]:
        """The newest recording of each camera that any look has seen; empty for a reader, which notes no gaps."""
        if self._is_read_only:
            return {}
        return {row["camera_id"]: parse_stamp(row["start"]) for row in await self._rows("newest")}

    def _find(self, cameras: tuple[Camera, ...], seen: dict[str, datetime]) -> _Look:
        """Look into the directories of all cameras. Blocking."""
        before, now = self._last_look, self._clock()
        newest = {**(before.newest if before else {}), **seen}
        # Recordings from the future, of a clock that was ahead, must not hide gaps until then.
        look = _Look(now, cameras, {}, {camera: start for camera, start in newest.items() if start <= now}, {})
        for camera in cameras:
            try:
                directory = camera_directory(self._root, camera.id)
                look.changed_ns[camera.id] = directory.stat().st_mtime_ns
                if not self._is_as_before(camera.id, look):
                    look.gaps[camera.id] = self._gaps_in(directory, camera, look)
            except (SiteError, OSError):
                # One bad directory must not hide the others. Fills of its camera show the error. The next look retries.
                look.changed_ns.pop(camera.id, None)
        return look

    def _is_as_before(self, camera_id: str, look: _Look) -> bool:
        before = self._last_look
        if before is None or before.changed_ns.get(camera_id) != look.changed_ns[camera_id]:
            return False
        # A directory that changed so recently may change again without another mtime.
        return look.changed_ns[camera_id] / 1e9 < before.at.timestamp() - _COARSEST_TIME_S

    def _gaps_in(self, directory: Path, camera: Camera, look: _Look) -> list[Window]:
        """The gaps since the newest recording of earlier looks, except those older than the camera's retention.

        A recording that was there at an earlier look, and is gone, was deleted by its recorder, and is no gap.
        """
        now, since = look.at, look.newest.get(camera.id)
        recent = [
            (start, path)
            for start, path in recordings(directory, now)
            if (since is None or start >= since) and not _is_empty(path)
        ]
        oldest = now - timedelta(hours=min(camera.retention_hours, _hours_since_year_1(now)))
        gaps = find_gaps(recent, self._coverage.length_s, camera.segment_seconds)
        if recent:
            look.newest[camera.id] = recent[-1][0]
        return [window for window in gaps if window.end > oldest]

    async def _note(self, look: _Look, seen: dict[str, datetime]) -> None:
        """Write new gaps and the newest recordings in one transaction, where there are any."""
        newer = {
            camera_id: start
            for camera_id, start in look.newest.items()
            if camera_id not in seen or start > seen[camera_id]
        }
        if not newer and not any(look.gaps.values()):
            return
        async with self._current() as database, database.transaction() as transaction:
            for camera_id, windows in look.gaps.items():
                for window in windows:
                    await _note_gap(transaction, camera_id, window, self._clock())
            for camera_id, start in newer.items():
                await transaction.write(SQL["note_newest"], {"camera_id": camera_id, "start": format_stamp(start)})

    async def _rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        async with self._current() as database:
            return await database.rows(SQL[query], values)

    async def _mark(self, query: str, gap_as_seen: RecordingGap, **values: object) -> bool:
        async with self._current() as database:
            return await write_unchanged(database, SQL["gap"], SQL[query], gap_as_seen, **values)

    async def _write(self, query: str, **values: object) -> bool:
        async with self._current() as database:
            return await database.write(SQL[query], values) > 0

    @contextlib.asynccontextmanager
    async def _current(self) -> AsyncIterator[Database]:
        """The database that is at our path now; its errors are raised as SiteError."""
        async with self._following:
            if self._is_open and self._database.is_outdated:
                await self._database.close()
                self._database = await _open_database(self._path, is_read_only=self._is_read_only)
                self._epoch += 1
        try:
            yield self._database
        except sqlite3.Error as error:
            raise _error_in_words(error, self._path, is_read_only=self._is_read_only) from None


async def _open_database(path: Path, *, is_read_only: bool) -> Database:
    """The database with its tables, created where there is none; a reader then gets an empty one. Raises SiteError."""
    is_there = path.exists()
    try:
        if not is_there and not is_read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=FILE_MODE)
            share(path)
        database = await Database.open(path, mode="rw" if not is_read_only else "ro" if is_there else "memory")
    except (sqlite3.Error, OSError) as error:
        raise _error_in_words(error, path, is_read_only=is_read_only) from None
    try:
        if not await database.rows(SQL["is_made"]) and not (is_read_only and is_there):
            await database.script(files("anr_tui.sites.directory").joinpath("schema.sql").read_text("utf-8"))
    except BaseException as error:
        await database.close()
        if isinstance(error, sqlite3.Error):
            raise _error_in_words(error, path, is_read_only=is_read_only) from None
        raise
    return database


async def _note_gap(transaction: Transaction, camera_id: str, window: Window, now: datetime) -> None:
    """Add the parts of a window that are in no row yet; a gap that is filled in part stays one gap."""
    values = {"camera_id": camera_id, "start": format_stamp(window.start), "end": format_stamp(window.end)}
    rows = await transaction.rows(SQL["noted"], values)
    noted = [Window(parse_stamp(row["gap_start"]), parse_stamp(row["gap_end"])) for row in rows]
    for part in subtract(window, noted, LEAST_GAP_S):
        row = {
            "id": f"gap_{uuid.uuid4().hex}",
            "camera_id": camera_id,
            "start": format_stamp(part.start),
            "end": format_stamp(part.end),
            "seconds": int(part.seconds),
            "at": format_stamp(now),
        }
        await transaction.write(SQL["add_gap"], row)


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def _hours_since_year_1(now: datetime) -> int:
    return (now - datetime.min.replace(tzinfo=now.tzinfo)) // timedelta(hours=1)


def _error_in_words(error: sqlite3.Error | OSError, path: Path, *, is_read_only: bool) -> SiteError:
    problem = describe_error(error, "The file with the gaps", path, is_read_only=is_read_only)
    kind = SiteLockedError if problem.fault is SqliteFault.LOCKED else SiteError
    return kind(problem.sentence, problem.hint)
