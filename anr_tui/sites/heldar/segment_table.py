"""The recorder's own list of segments in the site database, which a site may lack or have in another shape."""

import sqlite3
from datetime import UTC, datetime

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_stamp
from anr_tui.domain.window import Window, merged
from anr_tui.sites.heldar.database_file import SQL, SiteDatabaseFile
from anr_tui.sites.interface import StorageUse
from anr_tui.sites.rows import stamp


class SegmentTable:
    """Reads the recorder's list of its recordings."""

    def __init__(self, file: SiteDatabaseFile) -> None:
        self._file = file

    async def usage(self, camera_id: str) -> StorageUse | None:
        """The storage that the recorder's segments take; None for a site without such a list. Raises SiteError."""
        async with self._file.current() as database:
            try:
                row = (await database.rows(SQL["usage"], {"camera_id": camera_id}))[0]
            except sqlite3.OperationalError as error:
                if "no such" in str(error):
                    return None
                raise
        return StorageUse(
            total_bytes=int(row["total_bytes"]),
            total_oldest=stamp(row["total_oldest"]),
            camera_bytes=int(row["camera_bytes"]),
            camera_oldest=stamp(row["camera_oldest"]),
            quota_bytes=row["quota_bytes"] if isinstance(row["quota_bytes"], int) else 0,
        )

    async def newest_listed(self, most: int) -> list[tuple[str, datetime]]:
        """Camera and first second of the newest segments that can be read; none where there is no list now."""
        try:
            rows = await self._file.rows("newest_segments", most=most)
        except SiteError:
            return []
        starts = ((str(row["camera_id"]), stamp(row["start_time"])) for row in rows)
        return [(camera_id, start) for camera_id, start in starts if start is not None]

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """The windows that segments which start at `since` or later hold, in whole seconds; seams up to 3 s are closed.

        Rows that cannot be read are left out; None where there is no list, or it cannot be read now.
        """
        values = {"camera_id": camera_id, "since": format_stamp(since)}
        try:
            rows = await self._file.rows("recorded", **values)
        except SiteError:
            return None
        return merged(window for row in rows if (window := _window(row)) is not None)


def _window(row: sqlite3.Row) -> Window | None:
    try:
        return Window(datetime.fromtimestamp(row["start_s"], UTC), datetime.fromtimestamp(row["end_s"], UTC))
    except (ValueError, OverflowError, OSError):
        return None
