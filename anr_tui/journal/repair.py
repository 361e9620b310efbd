"""A damaged journal at the start of a worker: set aside, never deleted, and followed by a new one.

The disk is the truth about footage, so the work goes on without a journal; but what was noted of it is evidence, so the
new one begins with all that can still be read of the old one.
"""

import asyncio
import contextlib
import logging
import mmap
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from anr_tui.domain.errors import JournalError
from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import Journal
from anr_tui.journal.salvage import rescue
from anr_tui.journal.storage.database_file import SQL
from anr_tui.journal.storage.file_swap import alone, name_aside, remove, replace
from anr_tui.journal.storage.schema import read_shape, schema
from anr_tui.platform.file_permissions import FILE_MODE, share

# Of what the operator should know how much of it is there again.
_TOLD = {"fills": "fills", "landed_files": "landed files", "requests": "requests", "events": "events"}
_OUR_NAME = ".anr.db"
# In every journal, whatever it is called, wherever its first page went.
_OUR_WORDS = b"CREATE TABLE landed_files"

_log = logging.getLogger(__name__)


async def open_sound(path: Path, now: datetime) -> Journal:
    """Open the journal for a worker: made where there is none, and first followed up where it is damaged.

    Raises JournalError where it cannot be used, or where what is in its place is no journal of ours.
    """
    try:
        await asyncio.to_thread(_follow_up, path.resolve(), now)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(
            f"The damaged journal {path} cannot be replaced by a new one: {error}.",
            "Make room on its disk, or give this user write permission on it and its folder.",
        ) from None
    return await Journal.open(path)


def find_damage(path: Path) -> str:
    """What is wrong with a journal, in SQLite's words; "" for one that is whole, not there, or another's. Blocking."""
    if not path.is_file():
        return ""
    try:
        with _opened(path) as journal:
            shape = read_shape(journal)
            if shape.is_foreign or shape.is_newer:
                return ""
            if shape.is_damaged:
                return "tables are missing"
            found = str(journal.execute("PRAGMA integrity_check(1)").fetchone()[0])
            return "" if found == "ok" else found
    except sqlite3.DatabaseError as error:
        # Locked, forbidden and the like: opening it says so.
        is_broken = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        return str(error) if is_broken else ""


def _follow_up(path: Path, now: datetime) -> None:
    if not find_damage(path):
        return
    with alone(path):
        damage = find_damage(path)
        if not damage:  # another worker was faster
            return
        if not _is_ours(path):
            raise JournalError(
                f"{path} is not a journal: it is not an SQLite database.", "Check --journal, or move it away."
            )
        new = path.with_name(f"{path.stem}.new{path.suffix}")
        aside = name_aside(path, now)
        remove(new)
        try:
            _make(new, path, f"The journal was damaged ({' '.join(damage.split())}); it is kept as {aside.name}.", now)
            replace(path, new, aside)
        finally:
            remove(new)
    _log.error("the journal was damaged (%s) and set aside as %s", damage, aside)


def _make(new: Path, path: Path, words: str, now: datetime) -> None:
    """Make the new journal with what can be read of the old one, and an event that says so."""
    _make_like(path, new)
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as journal, _opened(path) as old:
        journal.row_factory = sqlite3.Row
        journal.execute("PRAGMA journal_mode = WAL")
        journal.executescript(schema())
        journal.execute("BEGIN")
        rescued = rescue(old, journal)
        counts = ", ".join(f"{rescued[table]} {name}" for table, name in _TOLD.items())
        values = {"kind": EventKind.JOURNAL_SET_ASIDE, "who": "worker", "at": format_stamp(now)}
        about = {"camera_id": None, "gap_id": None, "fill_id": None}
        journal.execute(SQL["add_event"], values | about | {"words": f"{words} Copied from it: {counts}."})
        journal.execute("COMMIT")


def _make_like(path: Path, new: Path) -> None:
    """An empty file that whoever could use the old one can use."""
    new.touch(mode=FILE_MODE, exist_ok=False)
    share(new)
    with contextlib.suppress(PermissionError):
        os.chown(new, path.stat().st_uid, path.stat().st_gid)


def _is_ours(path: Path) -> bool:
    """Whether a file that is no readable database was a journal: by its name, or by what stands in it."""
    if path.name.endswith(_OUR_NAME):
        return True
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_OUR_WORDS) >= 0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Read-only, so that what is set aside is as it was found: closing it brings no WAL into the file."""
    uri = f"file:{quote(str(path))}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
        yield connection
