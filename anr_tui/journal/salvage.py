"""Salvage of a damaged journal: copies it row by row, around the places that SQLite cannot read."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from string import Template

from anr_tui.journal.tables import rows as read
from anr_tui.platform.sqlite import errors_of_damage

# The last row id where it cannot be read; far more than a site writes in the time that it keeps rows.
_UNKNOWN_IDS = 1 << 20
# After so many errors a table is given up; one damaged page causes a few hundred.
_MOST_ERRORS = 100_000

_ROWS = Template("SELECT rowid, $columns FROM $table NOT INDEXED WHERE rowid BETWEEN ? AND ?")
_LAST_ID = Template("SELECT max(rowid) FROM $table")
_INSERT = Template("INSERT INTO $table ($columns) VALUES ($places)")
_DELETE = Template("DELETE FROM $table WHERE rowid = ?")
# A cell that holds bytes, or text in place of a number, which SQLite allows: nothing of ours is written so.
_DELETE_ODD = Template("DELETE FROM $table WHERE typeof($column) IN ($kinds)")
_COUNT = Template("SELECT count(*) FROM $table")
_SEQUENCE = "SELECT seq FROM sqlite_sequence WHERE name = ?"

# Not copied: a worker that holds the lease in a damaged journal ends, and its queue with it.
_LEFT_BEHIND = {"lease", "queue"}

# Tables whose rows are read as values, and how: a damaged page may give invalid rows.
_READERS: dict[str, tuple[str, Callable[[sqlite3.Row], object]]] = {
    "workers": ("SELECT *, NULL AS expires_at FROM workers", read.worker),
    "requests": ("SELECT * FROM requests", read.request),
    "fills": ("SELECT * FROM fills", read.fill),
    "landed_files": ("SELECT *, '' AS gap_id, '' AS asked_by FROM landed_files", read.landed_record),
    "camera_memory": ("SELECT rowid AS id, * FROM camera_memory", read.camera_memory),
    "events": ("SELECT * FROM events", read.event),
    "checks": ("SELECT * FROM checks", read.check),
}

# Evidence is found through its fill, so evidence whose fill is lost gets a fill that says so.
_FILLS_OF_EVIDENCE = """
INSERT INTO fills (id, gap_id, camera_id, worker_id, window_start, window_end, phase, outcome, reason, asked_by,
                   started_at, ended_at, got_s, pieces_landed, size_bytes)
SELECT l.fill_id, '', l.camera_id, 0, min(l.start_time), max(l.end_time), 'ended', 'interrupted',
       'The record of this fill was lost with a damaged journal; its files are known.', '',
       min(l.landed_at), max(l.landed_at), 0, count(*), sum(l.size_bytes)
FROM landed_files AS l WHERE l.fill_id NOT IN (SELECT id FROM fills) GROUP BY l.fill_id
"""


def rescue(old: sqlite3.Connection, new: sqlite3.Connection) -> Counter[str]:
    """Copy every valid row that can be read into a new, empty journal; returns the number of rows by table."""
    rescued: Counter[str] = Counter()
    tables = [row[0] for row in new.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for table in tables:
        if table in _LEFT_BEHIND or table.startswith("sqlite_"):
            continue
        _copy(old, new, table)
        _drop_odd_cells(new, table)
        _drop_rubbish(new, table)
        rescued[table] = new.execute(_COUNT.substitute(table=table)).fetchone()[0]
    new.execute(_FILLS_OF_EVIDENCE)
    _keep_counting(old, new)
    return rescued


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> None:
    shared = sorted(_columns(old, table) & _columns(new, table))
    if not shared:
        return
    places = ", ".join("?" * len(shared))
    insert = _INSERT.substitute(table=table, columns=", ".join(shared), places=places)
    for row in _rows(old, table, shared):
        with contextlib.suppress(sqlite3.Error):  # a row that the new table refuses is invalid
            new.execute(insert, row)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    try:
        with errors_of_damage():
            return {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}
    except sqlite3.DatabaseError:
        return set()


def _rows(old: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[object, ...]]:
    """The rows that SQLite can read; where it fails, the span of row ids is halved around the damage."""
    select = _ROWS.substitute(table=table, columns=", ".join(columns))
    spans = [(0, _last_id(old, table))]
    errors = 0
    while spans and errors < _MOST_ERRORS:
        low, high = spans.pop()
        try:
            with errors_of_damage():
                for rowid, *row in old.execute(select, (low, high)):
                    yield tuple(row)
                    low = rowid + 1
        except sqlite3.DatabaseError:
            errors += 1
            if low < high:
                middle = (low + high) // 2
                spans += [(middle + 1, high), (low, middle)]


def _last_id(old: sqlite3.Connection, table: str) -> int:
    for query, values in ((_LAST_ID.substitute(table=table), ()), (_SEQUENCE, (table,))):
        # A ValueError may be that of an error message, too.
        with contextlib.suppress(sqlite3.DatabaseError, TypeError, ValueError):
            return int(old.execute(query, values).fetchone()[0])
    return _UNKNOWN_IDS


def _drop_odd_cells(new: sqlite3.Connection, table: str) -> None:
    for _, column, kind, *_ in new.execute(f"PRAGMA table_info({table})").fetchall():
        kinds = "'blob'" if kind == "TEXT" else "'blob', 'text'"
        new.execute(_DELETE_ODD.substitute(table=table, column=column, kinds=kinds))


def _drop_rubbish(new: sqlite3.Connection, table: str) -> None:
    query, reader = _READERS.get(table, ("", None))
    if reader is None:
        return
    rubbish = [(row["id"],) for row in new.execute(query) if not _makes_sense(row, reader)]
    new.executemany(_DELETE.substitute(table=table), rubbish)


def _makes_sense(row: sqlite3.Row, reader: Callable[[sqlite3.Row], object]) -> bool:
    try:
        reader(row)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _keep_counting(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Keep the counters of ids, so that no id is used twice, not even one whose row was lost."""
    with contextlib.suppress(sqlite3.DatabaseError), errors_of_damage():
        for name, number in old.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            new.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (number, name))
