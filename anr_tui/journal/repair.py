"""The replacement of a damaged journal at the start of a worker; the old one is renamed, never deleted.

Filling continues without a journal, since coverage is read from the disk. But the journal holds evidence, so the new
one begins with everything that can still be read from the old one.
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
from anr_tui.platform.files.permissions import FILE_MODE, share
from anr_tui.platform.sqlite import errors_of_damage
from anr_tui.platform.sqlite_errors import is_unread

# Tables of which the event tells the operator how many rows were copied, with their names there.
_TOLD = {"fills": "fills", "landed_files": "landed files", "requests": "requests", "events": "events"}
_OUR_NAME = ".anr.db"
# A text that every journal contains, even one that was renamed or has lost its first page.
_OUR_WORDS = b"CREATE TABLE landed_files"

_log = logging.getLogger(__name__)


async def open_sound(path: Path, now: datetime) -> Journal:
    """Open the journal for a worker: create it where there is none, and replace it where it is damaged.

    `now` is the time of the event about that. Raises JournalError where the journal cannot be used, or the file is no
    journal.
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
    """What is wrong with a journal, in SQLite's words; "" where it is whole, missing, or no journal of ours.

    Blocking.
    """
    if not path.is_file():
        return ""
    try:
        with errors_of_damage(), _opened(path) as journal:
            shape = read_shape(journal)
            if shape.is_foreign or shape.is_newer:
                return ""
            if shape.is_damaged:
                return "tables are missing"
            problem = str(journal.execute("PRAGMA integrity_check(1)").fetchone()[0])
            return "" if problem == "ok" or is_unread(problem) else problem
    except sqlite3.DatabaseError as error:
        # Any other error, such as a locked file, is reported when the journal is opened.
        is_broken = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        return str(error) if is_broken else ""


def _follow_up(path: Path, now: datetime) -> None:
    if not find_damage(path):
        return
    with alone(path):
        damage = find_damage(path)
        if not damage:  # another worker has replaced it meanwhile
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
    """Create the new journal with what can be read from the old one, and an event about it."""
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
    """Create an empty file with the owner and group of the old one."""
    new.touch(mode=FILE_MODE, exist_ok=False)
    share(new)
    with contextlib.suppress(PermissionError):
        os.chown(new, path.stat().st_uid, path.stat().st_gid)


def _is_ours(path: Path) -> bool:
    """Whether a file that is no readable database was a journal, judged by its name or its content."""
    if path.name.endswith(_OUR_NAME):
        return True
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_OUR_WORDS) >= 0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection, whose closing merges no WAL, so that the old file stays as it was found."""
    uri = f"file:{quote(str(path))}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
        yield connection
