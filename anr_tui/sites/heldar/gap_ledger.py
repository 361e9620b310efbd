"""The gaps of a Heldar site, read from its database, and the only rows that a fill changes."""

import contextlib
import json
import sqlite3
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.timestamps import format_stamp
from anr_tui.sites.heldar.database_file import SQL, SiteDatabaseFile
from anr_tui.sites.interface import SWEEP_LIMIT
from anr_tui.sites.rows import RowCache, RowCollector, Rows, gap, read_each, write_unchanged

# Up to so many pending gaps of a camera are examined one by one; for 64 cameras that takes some 10 ms.
_FEW_PENDING = 50
_FOREVER_HOURS = 1_000_000


class GapLedger:
    """Reads and marks rows of `recording_gaps`, in the way that Heldar's own loop and its retry mark them."""

    def __init__(self, file: SiteDatabaseFile) -> None:
        self._file = file
        self._cache = RowCache(gap)

    async def all(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        """All recording gaps (of one camera), newest first. Raises SiteError."""
        return await self._gathered(RowCollector(gap), camera_id)

    async def reread(self) -> Rows[RecordingGap]:
        """All recording gaps, newest first; a row that has not changed since the last call is the same object.

        Raises SiteError.
        """
        return await self._gathered(self._cache.gathering(), None)

    async def _gathered(self, gathering: RowCollector[RecordingGap], camera_id: str | None) -> Rows[RecordingGap]:
        async with self._file.current() as database:
            await database.each(SQL["gaps"], {"camera_id": camera_id}, gathering.take)
        return gathering.rows

    async def gap(self, gap_id: str) -> RecordingGap | None:
        """One gap, None where there is none. Raises SiteError where its row cannot be read."""
        gaps = read_each(await self._file.rows("gap", gap_id=gap_id), gap)
        if gaps.problems:
            raise SiteError(gaps.problems[0])
        return gaps.good[0] if gaps.good else None

    async def counts(self) -> list[GapCount]:
        """The number of gaps of each camera and state, and their length in seconds. Raises SiteError."""
        return [GapCount(**dict(row)) for row in await self._file.rows("gap_counts")]

    async def failed_ids(self) -> list[str]:
        """The ids of the gaps that were given up, newest first. Raises SiteError."""
        return [str(row["id"]) for row in await self._file.rows("failed_gap_ids")]

    async def due(
        self,
        policy: FillPolicy,
        now: datetime,
        *,
        left_out_gaps: Collection[str] = (),
        left_out_cameras: Collection[str] = (),
        most: int = SWEEP_LIMIT,
    ) -> Rows[RecordingGap]:
        """The gaps that a sweep takes now, at most `most`. Raises SiteError.

        With the order `deadline`, those come first that the site's retention or the camera's card (of `card_hours`, 0:
        not known) will drop first.
        """
        values = {
            "now": format_stamp(now),
            "oldest": format_stamp(now - timedelta(hours=policy.max_age_hours)),
            "settled": format_stamp(now - timedelta(seconds=policy.settle_s)),
            "max_attempts": policy.max_attempts,
            "order": policy.order,
            "card_hours": policy.card_hours or _FOREVER_HOURS,
            "left_out_gaps": json.dumps(list(left_out_gaps)),
            "left_out_cameras": json.dumps(list(left_out_cameras)),
            "few": _FEW_PENDING,
        }
        limit = most
        while True:
            rows = await self._file.rows("due_gaps", most=limit, **values)
            due = read_each(rows, gap, most)
            if len(due.good) == most or len(rows) < limit:
                return due
            # Rows that cannot be read must not fill the limit of a sweep.
            limit *= 4

    async def mark_filled(self, gap: RecordingGap, at: datetime) -> bool:
        """Note that a gap is filled. False: its row is gone, or has another start or end by now."""
        return await self._write("mark_filled", gap, at=format_stamp(at))

    async def mark_attempt(self, gap: RecordingGap, at: datetime, max_attempts: int) -> bool:
        """Count a failed attempt; at the maximum the gap becomes `failed`.

        False: its row is gone or filled, or has another start or end by now.
        """
        return await self._write("mark_attempt_failed", gap, at=format_stamp(at), max_attempts=max_attempts)

    async def _write(self, query: str, gap_as_seen: RecordingGap, **values: object) -> bool:
        async with self._file.current() as database:
            return await write_unchanged(database, SQL["gap"], SQL[query], gap_as_seen, **values)

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        """Put a gap back to `pending` with no attempts made, and note that in Heldar's audit log where there is one.

        False where its row is gone.
        """
        audit_values = {"id": f"aud_{uuid.uuid4().hex}", "gap_id": gap_id, "asked_by": asked_by, "at": format_stamp(at)}
        async with self._file.current() as database, database.transaction() as transaction:
            if await transaction.write(SQL["retry"], {"gap_id": gap_id}) == 0:
                return False
            # A site may have no such log, or one of another shape; the gap is retried nevertheless.
            with contextlib.suppress(sqlite3.OperationalError, sqlite3.IntegrityError):
                await transaction.write(SQL["note_retry"], audit_values)
                await transaction.write(SQL["note_retry_camera"], audit_values)
        return True
