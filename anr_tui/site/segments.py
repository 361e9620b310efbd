"""The site database's part about the recorder's own segments, which a site may not list, or list in another shape."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from anr_tui.sqlite import Database, load_queries
from anr_tui.times import format_stamp, parse_stamp
from anr_tui.windows import Window, merged

_SQL = load_queries("anr_tui.site")


@dataclass(frozen=True, slots=True)
class StorageUse:
    """What the recorder counts of all recordings and of one camera's; `quota_bytes` 0: none of its own."""

    total_bytes: int
    total_oldest: datetime | None
    camera_bytes: int
    camera_oldest: datetime | None
    quota_bytes: int


class SegmentTable:
    """What the recorder holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def usage(self, camera_id: str) -> StorageUse | None:
        """What the recorder's segments take up; None for a site that keeps no such list."""
        try:
            rows = await self._database.rows(_SQL["usage"], {"camera_id": camera_id})
        except sqlite3.OperationalError:
            return None
        row = rows[0]
        return StorageUse(
            total_bytes=int(row["total_bytes"]),
            total_oldest=stamp_or_none(row["total_oldest"]),
            camera_bytes=int(row["camera_bytes"]),
            camera_oldest=stamp_or_none(row["camera_oldest"]),
            quota_bytes=row["quota_bytes"] if isinstance(row["quota_bytes"], int) else 0,
        )

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """What a camera's segments that start at `since` or later hold, in whole seconds; seams up to 3 s are closed.

        Rows that cannot be read are left out; None where there is no list to be read (now).
        """
        values = {"camera_id": camera_id, "since": format_stamp(since)}
        try:
            rows = await self._database.rows(_SQL["recorded"], values)
        except sqlite3.Error:
            return None
        return merged(window for row in rows if (window := _window(row)) is not None)


def _window(row: sqlite3.Row) -> Window | None:
    try:
        return Window(datetime.fromtimestamp(row["start_s"], UTC), datetime.fromtimestamp(row["end_s"], UTC))
    except (ValueError, OverflowError, OSError):
        return None


def stamp_or_none(value: object) -> datetime | None:
    """A time as the site's database writes it, where there is one. Raises ValueError."""
    return parse_stamp(str(value)) if value is not None else None
