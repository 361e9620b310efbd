"""A large site database: cameras, gaps spread evenly over cameras and a month, and the segments of the last day."""

import contextlib
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.sites.heldar.schema import create_site_database

SPAN_H = 720

# Rows are numbered from the oldest, the cameras taken in turn.
_MAKE_GAPS = """
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :rows)
INSERT INTO recording_gaps (id, camera_id, gap_start, gap_end, gap_seconds, created_at)
SELECT 'gap_' || hex(randomblob(8)), 'cam' || (n % :cameras),
       strftime('%Y-%m-%dT%H:%M:%f+00:00', :oldest, '+' || (n * :step_s) || ' seconds'),
       strftime('%Y-%m-%dT%H:%M:%f+00:00', :oldest, '+' || (n * :step_s + :gap_s) || ' seconds'), :gap_s, ''
FROM number
"""
# The recorder's list of the last day, with a file for every ten minutes.
_MAKE_SEGMENTS = """
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 143)
INSERT INTO segments (id, camera_id, path, start_time, end_time, duration_s, created_at)
SELECT cameras.id || '-' || n, cameras.id, cameras.id || '/' || n || '.mp4',
       strftime('%Y-%m-%dT%H:%M:%f+00:00', :oldest, '+' || (n * 10) || ' minutes'),
       strftime('%Y-%m-%dT%H:%M:%f+00:00', :oldest, '+' || (n * 10 + 10) || ' minutes'), 600, ''
FROM cameras, number
"""


def make_large_site(path: Path, now: datetime, *, cameras: int, gaps: int, gap_s: float = 1.0) -> None:
    """Make a site whose gaps, all pending and `gap_s` seconds long, lie in the SPAN_H hours before `now`."""
    create_site_database(path)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO cameras (id, name, retention_hours, anr_enabled, created_at, updated_at)"
            " VALUES (?, ?, 10000, 1, '', '')",
            [(f"cam{number}", f"Camera {number}") for number in range(cameras)],
        )
        values = {"rows": gaps, "cameras": cameras, "gap_s": gap_s, "step_s": (SPAN_H - 2) * 3600 / gaps}
        connection.execute(_MAKE_GAPS, values | {"oldest": _sqlite_time(now - timedelta(hours=SPAN_H - 1))})


def add_a_day_of_segments(path: Path, now: datetime) -> None:
    """Add rows to the database that say that the recorder holds the last day of every camera."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_MAKE_SEGMENTS, {"oldest": _sqlite_time(now - timedelta(days=1))})


def set_states(path: Path, state: str) -> None:
    """Set the state of every gap to this SQL expression, in which `:rows` is the number of gaps."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        with connection:
            (rows,) = connection.execute("SELECT COUNT(*) FROM recording_gaps").fetchone()
            values = {"rows": rows} if ":rows" in state else {}
            connection.execute(f"UPDATE recording_gaps SET fill_state = {state} WHERE fill_state <> {state}", values)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
