"""The site database: Heldar's, or one of the same shape.

We read cameras, gaps and segments, and change only `recording_gaps`; a retry is noted in `audit_log` besides. A person
may add and change cameras.
"""

import contextlib
import json
import sqlite3
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.domain.fill_policy import Order
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.domain.timestamps import format_stamp
from anr_tui.sites.heldar import rows as read
from anr_tui.sites.heldar.camera_table import CameraTable
from anr_tui.sites.heldar.database_file import SQL
from anr_tui.sites.heldar.rows import RowCache, RowCollector, Rows, read_each
from anr_tui.sites.heldar.segment_table import SegmentTable

SWEEP_LIMIT = 20
# Of so many pending gaps of a camera, each can be looked at: 64 cameras then take some 10 ms.
_FEW_PENDING = 50
_FOREVER_HOURS = 1_000_000


class SiteDatabase(SegmentTable, CameraTable):
    """An open site database. Every failure is a SiteError that says what to do."""

    async def cameras(self) -> Rows[Camera]:
        """All cameras, by name."""
        return read_each(await self._rows("cameras"), read.camera)

    async def gaps(
        self, camera_id: str | None = None, *, reader: RowCache[RecordingGap] | None = None
    ) -> Rows[RecordingGap]:
        """All recording gaps (of one camera), newest first; `reader` spares who asks often the most of the work."""
        gathering = reader.gathering() if reader else RowCollector(read.gap)
        async with self._current() as database:
            await database.each(SQL["gaps"], {"camera_id": camera_id}, gathering.take)
        return gathering.rows

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

    async def time_zone(self) -> str:
        """The name of the zone in which the site's people live, "" where that is not known or not one."""
        try:
            async with self._current() as database:
                rows = await database.rows(SQL["time_zones"], {})
        except SiteError:
            return ""  # no reason not to show the rest
        return str(rows[0]["timezone"]) if len(rows) == 1 else ""

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
            if await transaction.write(SQL["retry"], {"gap_id": gap_id}) == 0:
                return False
            # A site that keeps no such log, or another one, has its gap retried all the same.
            with contextlib.suppress(sqlite3.OperationalError, sqlite3.IntegrityError):
                await transaction.write(SQL["note_retry"], noted)
                await transaction.write(SQL["note_retry_camera"], noted)
        return True
