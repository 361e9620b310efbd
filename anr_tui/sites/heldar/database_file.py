"""The file of a Heldar site database: opened, reopened when it is replaced, read and written."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

from anr_tui.config.sqlite_url import other_reading, sqlite_path
from anr_tui.domain.errors import SiteError, SiteLockedError
from anr_tui.platform.sqlite import Database, load_queries
from anr_tui.platform.sqlite_errors import SqliteFault, describe_error

SQL = load_queries("anr_tui.sites.heldar")

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


class SiteDatabaseFile:
    """An open site database. The parts of `HeldarSite` read and write through it; errors are raised as SiteError."""

    def __init__(self, database: Database, url: str, *, is_read_only: bool) -> None:
        self._database = database
        self._url = url
        self._is_read_only = is_read_only
        self._is_open = True
        self._following = asyncio.Lock()
        self._epoch = 0
        self.path = sqlite_path(url)

    @classmethod
    async def open(cls, url: str, *, is_read_only: bool = False) -> Self:
        """Open the database without creating it, and check the tables and columns that we need.

        It is opened for reading and writing, unless `is_read_only`. Raises SiteError.
        """
        return cls(await _open_file(url, is_read_only=is_read_only), url, is_read_only=is_read_only)

    async def close(self) -> None:
        """Close the file."""
        self._is_open = False
        await self._database.close()

    async def data_version(self) -> int:
        """A number that changes when another process changes or replaces the database, and with `note_own_change`."""
        async with self.current() as database:
            return await database.data_version() + (self._epoch << 40)

    def note_own_change(self) -> None:
        """Change the data version after a write of our own, which SQLite does not report to its own connection."""
        self._epoch += 1

    async def rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        """The rows of a query of `queries.sql`. Raises SiteError."""
        async with self.current() as database:
            return await database.rows(SQL[query], values)

    @contextlib.asynccontextmanager
    async def current(self) -> AsyncIterator[Database]:
        """The database that is at our path now; its errors are raised as SiteError.

        Where somebody has put another file there, such as a backup, writes to the old one would be lost.
        """
        async with self._following:
            if self._is_open and self._database.is_outdated:
                # Closed first, because two connections of one process undo each other's locks on a file (fcntl(2)).
                await self._database.close()
                self._database = await _open_file(self._url, is_read_only=self._is_read_only)
                self._epoch += 1
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
        present = {str(row["name"]) for row in await database.rows(f"PRAGMA table_info({table})")}
        if not present:
            raise SiteError(
                f"{path} has no table {table!r}.",
                "It is not the database of a Heldar site; check --database.",
            )
        missing = [column for column in columns if column not in present]
        if missing:
            raise SiteError(
                f"Table {table!r} of {path} has no column {', '.join(missing)}.",
                "Let this site's Heldar migrate its database first (start a version that has ANR).",
            )


def _look_elsewhere(url: str) -> str:
    hint = "Set HELDAR_DATABASE_URL or --database, or try `anr-tui demo`."
    other_path = other_reading(url)
    if other_path is None:
        return hint
    existence = "nor is there one"
    with contextlib.suppress(OSError):
        existence = "there is one" if other_path.is_file() else existence
    return f"{url!r} could also have meant {other_path.absolute()}: {existence} there. {hint}"


def _in_words(error: sqlite3.Error, path: Path, *, is_read_only: bool = False) -> SiteError:
    problem = describe_error(error, "The site database", path, is_read_only=is_read_only)
    match problem.fault:
        case SqliteFault.LOCKED:
            return SiteLockedError(problem.sentence, problem.hint)
        case SqliteFault.NOT_A_DATABASE:
            return SiteError(problem.sentence, "Check --database.")
        case SqliteFault.DAMAGED:
            hint = "Restore it from a back-up, or let Heldar's own tools repair it: anr-tui does not repair it."
            return SiteError(problem.sentence, hint)
        case SqliteFault.NOT_WRITABLE:
            return SiteError(f"The site database {path} cannot be opened for writing.", _AS_HELDAR)
        case _:
            return SiteError(problem.sentence, problem.hint)
