"""The site database: Heldar's, or one of the same shape. We read cameras and gaps, and change only `recording_gaps`.

A retry also leaves its row in `audit_log`, as Heldar's does.
"""

import asyncio
import contextlib
import json
import sqlite3
import uuid
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from anr_tui.errors import SiteError, SiteLockedError
from anr_tui.model import Camera, GapCount, RecordingGap
from anr_tui.settings import Order, other_reading, sqlite_path
from anr_tui.site import rows as read
from anr_tui.site.rows import Rows, StorageUse, read_each
from anr_tui.sqlite import BUSY_TIMEOUT_MS, Database, load_queries
from anr_tui.times import format_stamp

SWEEP_LIMIT = 20
# Of so many pending gaps of a camera, each can be looked at: 64 cameras then take some 10 ms.
_FEW_PENDING = 50
_FOREVER_HOURS = 1_000_000

_SQL = load_queries("anr_tui.site")
_NEEDED = {
    "cameras": (
        "id name vendor address rtsp_port username password record_stream record_audio retention_hours "
        "segment_seconds anr_enabled anr_replay_url_template updated_at"
    ).split(),
    "recording_gaps": (
        "id camera_id gap_start gap_end gap_seconds fill_state fill_attempts last_attempt_at filled_at"
    ).split(),
    "camera_status": ["camera_id", "state"],
}


_AS_HELDAR = "Run as the user that Heldar runs as, or give this user's group write permission on it and its folder."


class SiteDatabase:
    """An open site database. Every failure is a SiteError that says what to do."""

    def __init__(self, database: Database, url: str, *, is_read_only: bool) -> None:
        self._database = database
        self._url = url
        self._is_read_only = is_read_only
        self._is_open = True
        self._following = asyncio.Lock()
        self._files = 0
        self.path = sqlite_path(url)

    @classmethod
    async def open(cls, url: str, *, is_read_only: bool = False) -> Self:
        """Open (read-write unless told otherwise) without creating it, and check the tables and columns we need."""
        return cls(await _open_file(url, is_read_only=is_read_only), url, is_read_only=is_read_only)

    async def close(self) -> None:
        """Close the file."""
        self._is_open = False
        await self._database.close()

    async def data_version(self) -> int:
        """A number that changes when another process has changed the database, or put another one in its place."""
        async with self._current() as database:
            return await database.data_version() + (self._files << 40)

    async def cameras(self) -> Rows[Camera]:
        """All cameras, by name."""
        return read_each(await self._rows("cameras"), read.camera)

    async def gaps(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        """All recording gaps (of one camera), newest first."""
        return read_each(await self._rows("gaps", camera_id=camera_id), read.gap)

    async def gap(self, gap_id: str) -> RecordingGap | None:
        """One gap; SiteError where its row cannot be read."""
        found = read_each(await self._rows("gap", gap_id=gap_id), read.gap)
        if found.problems:
            raise SiteError(found.problems[0])
        return found.good[0] if found.good else None

    async def gap_counts(self) -> list[GapCount]:
        """How many gaps there are, and how long they are in all."""
        return [GapCount(**dict(row)) for row in await self._rows("gap_counts")]

    async def failed_gap_ids(self) -> list[str]:
        """The gaps that were given up, newest first."""
        return [str(row["id"]) for row in await self._rows("failed_gap_ids")]

    async def due_gaps(
        self,
        now: datetime,
        *,
        max_age: timedelta,
        max_attempts: int,
        settle: timedelta,
        left_out_gaps: Collection[str] = (),
        left_out_cameras: Collection[str] = (),
        order: Order = "newest",
        card_hours: int = 0,
        most: int = SWEEP_LIMIT,
    ) -> Rows[RecordingGap]:
        """The gaps that a sweep takes now, at most `most`.

        With `order` deadline, first what the site's retention or the camera's card (`card_hours`, 0: not known) will
        drop first.
        """
        values = {
            "now": format_stamp(now),
            "oldest": format_stamp(now - max_age),
            "settled": format_stamp(now - settle),
            "max_attempts": max_attempts,
            "order": order,
            "card_hours": card_hours or _FOREVER_HOURS,
            "left_out_gaps": json.dumps(list(left_out_gaps)),
            "left_out_cameras": json.dumps(list(left_out_cameras)),
            "few": _FEW_PENDING,
        }
        asked = most
        while True:
            rows = await self._rows("due_gaps", most=asked, **values)
            due = read_each(rows, read.gap, most)
            if len(due.good) == most or len(rows) < asked:
                return due
            # Rows that cannot be read must not use up a sweep.
            asked *= 4

    async def usage(self, camera_id: str) -> StorageUse | None:
        """What the recorder's segments take up; None for a site that keeps no such list."""
        async with self._current() as database:
            try:
                row = (await database.rows(_SQL["usage"], {"camera_id": camera_id}))[0]
            except sqlite3.OperationalError as error:
                if "no such" in str(error):
                    return None
                raise
        return StorageUse(
            total_bytes=int(row["total_bytes"]),
            total_oldest=read.stamp(row["total_oldest"]),
            camera_bytes=int(row["camera_bytes"]),
            camera_oldest=read.stamp(row["camera_oldest"]),
            quota_bytes=row["quota_bytes"] if isinstance(row["quota_bytes"], int) else 0,
        )

    async def mark_filled(self, gap_id: str, at: datetime) -> bool:
        """Note that a gap is filled. False: its row is gone."""
        return await self._write("mark_filled", gap_id=gap_id, at=format_stamp(at))

    async def mark_attempt_failed(self, gap_id: str, at: datetime, max_attempts: int) -> bool:
        """Count a failed attempt; at the maximum the gap becomes `failed`. False: its row is gone or filled."""
        return await self._write("mark_attempt_failed", gap_id=gap_id, at=format_stamp(at), max_attempts=max_attempts)

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        """Put a gap back to `pending` with no attempts made, and note that in Heldar's audit log where there is one.

        False: its row is gone.
        """
        noted = {"id": f"aud_{uuid.uuid4().hex}", "gap_id": gap_id, "asked_by": asked_by, "at": format_stamp(at)}
        async with self._current() as database, database.transaction() as transaction:
            if await transaction.write(_SQL["retry"], {"gap_id": gap_id}) == 0:
                return False
            # A site that keeps no such log, or another one, has its gap retried all the same.
            with contextlib.suppress(sqlite3.OperationalError, sqlite3.IntegrityError):
                await transaction.write(_SQL["note_retry"], noted)
                await transaction.write(_SQL["note_retry_camera"], noted)
        return True

    async def _rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        async with self._current() as database:
            return await database.rows(_SQL[query], values)

    async def _write(self, query: str, **values: object) -> bool:
        async with self._current() as database:
            return await database.write(_SQL[query], values) > 0

    @contextlib.asynccontextmanager
    async def _current(self) -> AsyncIterator[Database]:
        """The file that has our path now, and every failure in words.

        Where somebody has put another one there (a back-up, say), what is written to the old one reaches nobody.
        """
        async with self._following:
            if self._is_open and self._database.is_outdated:
                # Closed first: two connections of one process undo each other's locks on files they share.
                await self._database.close()
                self._database = await _open_file(self._url, is_read_only=self._is_read_only)
                self._files += 1
        try:
            yield self._database
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None


async def _open_file(url: str, *, is_read_only: bool) -> Database:
    path = sqlite_path(url)
    try:
        is_there = path.is_file()
    except OSError as error:
        raise SiteError(f"The site database {path} cannot be reached: {error.strerror}.", _AS_HELDAR) from None
    if not is_there:
        raise SiteError(f"There is no site database at {path.absolute()}.", _look_elsewhere(url))
    try:
        database = await Database.open(path, mode="ro" if is_read_only else "rw")
    except sqlite3.Error as error:
        raise _in_words(error, path, is_read_only=is_read_only) from None
    try:
        await _check_shape(database, path)
    except sqlite3.Error as error:
        await database.close()
        raise _in_words(error, path, is_read_only=is_read_only) from None
    except BaseException:
        await database.close()
        raise
    return database


async def _check_shape(database: Database, path: Path) -> None:
    for table, columns in _NEEDED.items():
        found = {str(row["name"]) for row in await database.rows(f"PRAGMA table_info({table})")}
        if not found:
            raise SiteError(
                f"{path} has no table {table!r}.",
                "It is not the database of a Heldar site; check --database.",
            )
        missing = [column for column in columns if column not in found]
        if missing:
            raise SiteError(
                f"Table {table!r} of {path} has no column {', '.join(missing)}.",
                "Let this site's Heldar migrate its database first (start a version that has ANR).",
            )


def _look_elsewhere(url: str) -> str:
    hint = "Set HELDAR_DATABASE_URL or --database, or try `anr-tui demo`."
    other = other_reading(url)
    if other is None:
        return hint
    found = "nor is there one"
    with contextlib.suppress(OSError):
        found = "there is one" if other.is_file() else found
    return f"{url!r} could also have meant {other.absolute()}: {found} there. {hint}"


def _in_words(error: sqlite3.Error, path: Path, *, is_read_only: bool = False) -> SiteError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return SiteLockedError(
            f"The site database {path} was locked by another program for {BUSY_TIMEOUT_MS // 1000} s.",
            "If this stays, look for a program that holds a long transaction.",
        )
    if "not a database" in text:
        return SiteError(f"{path} is not an SQLite database.", "Check --database.")
    if "malformed" in text:
        return SiteError(
            f"The site database {path} is damaged ({text}).",
            "Restore it from a back-up, or let Heldar's own tools repair it: it is not ours to mend.",
        )
    if "is full" in text:
        return SiteError(f"The site database {path} cannot be written: its disk is full.", "Make room.")
    if is_read_only and ("readonly" in text or "unable to open" in text):
        return SiteError(f"The site database {path} cannot be read.", "Give this user's group read permission on it.")
    if "readonly" in text or "unable to open" in text:
        return SiteError(
            f"The site database {path} cannot be opened for writing.",
            _AS_HELDAR,
        )
    return SiteError(f"The site database {path} cannot be used: {text}.")
