"""An SQLite connection for asyncio: plain reads, and writes in short transactions that wait for nothing else.

Every write transaction is `BEGIN IMMEDIATE`: a deferred one that reads and then writes fails at once with "database is
locked", whatever the busy timeout (https://www.sqlite.org/lang_transaction.html).
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import quote

import aiosqlite

BUSY_TIMEOUT_MS = 5000

Values = Mapping[str, Any]


def load_queries(package: str) -> dict[str, str]:
    """The statements of `queries.sql` in `package`, by the name that stands above each as `-- name: …`."""
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    blocks = (block.partition("\n") for block in text.split("-- name: ")[1:])
    return {name.strip(): body.strip().rstrip(";") for name, _, body in blocks}


@contextlib.contextmanager
def errors_of_damage() -> Iterator[None]:
    """Raise the error of a damaged file as SQLite's own.

    SQLite quotes the damaged place in its message. Where that is no UTF-8, Python raises UnicodeDecodeError instead.
    """
    try:
        yield
    except UnicodeDecodeError:
        damage = sqlite3.DatabaseError("malformed database schema")
        damage.sqlite_errorcode, damage.sqlite_errorname = sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT"
        raise damage from None


class Database:
    """An open SQLite file. Its methods raise `sqlite3.Error`, which callers turn into words."""

    def __init__(self, connection: aiosqlite.Connection, path: Path, stamp: "_FileStamp | None") -> None:
        self._connection = connection
        self._path = path
        self._stamp = stamp
        self._is_open = True
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, *, mode: str) -> Self:
        """Open a file in SQLite's `mode`: `ro`, `rw` (never creates), `rwc`, or `memory` (empty, for a missing file).

        With `ro` no write permission is needed, neither on the file nor on its folder. Raises sqlite3.Error.
        """
        name = "/" if mode == "memory" else str(path.absolute())
        uri = f"file:{quote(name)}?mode={mode}"
        is_still = mode == "ro" and _is_still(uri)
        if is_still:
            uri += "&immutable=1"
        stamp = _stamp(path, is_still=is_still)
        # Fail here if at all: inside aiosqlite, a failure leaves a thread that reports to a closed event loop.
        sqlite3.connect(uri, uri=True).close()
        connection = await aiosqlite.connect(uri, uri=True, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.text_factory = _read_text
            await connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            await connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            await asyncio.shield(connection.close())
            raise
        return cls(connection, path, stamp)

    @property
    def is_outdated(self) -> bool:
        """Whether the file must be opened again: it was closed, or another file is at its path."""
        is_still = self._stamp is not None and self._stamp.changed_at is not None
        return not self._is_open or _stamp(self._path, is_still=is_still) != self._stamp

    async def close(self) -> None:
        """Close the file and end the connection's thread."""
        self._is_open = False
        await asyncio.shield(self._connection.close())

    async def rows(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        """All rows of a query."""
        with errors_of_damage():
            return list(await self._connection.execute_fetchall(sql, values or {}))

    async def each(self, sql: str, values: Values, take: Callable[[sqlite3.Row], None]) -> None:
        """Hand each row of a query to `take`, in the connection's thread; a large result is never in memory as a whole.

        No write happens meanwhile, because one that begins during a read fails where another process wrote in between.
        """
        async with self._writing, self._connection.cursor() as cursor:
            cursor.row_factory = cast("Any", lambda its, row: take(sqlite3.Row(its, row)))
            with errors_of_damage():
                await cursor.execute(sql, values)
                await cursor.fetchall()

    async def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """The first row of a query, None where it has none."""
        return next(iter(await self.rows(sql, values)), None)

    async def data_version(self) -> int:
        """A number that changes when another connection has changed the file; cheap to read."""
        row = await self.row("PRAGMA data_version")
        return int(row[0]) if row else 0

    async def script(self, sql: str) -> None:
        """Run several statements; only for creating a database."""
        with errors_of_damage():
            await self._connection.executescript(sql)

    @contextlib.asynccontextmanager
    async def transaction(self, *, is_synced: bool = False) -> AsyncIterator["Transaction"]:
        """A write transaction, committed at the end of the block, rolled back on any exception or cancellation.

        With `is_synced` it and all earlier ones are on disk afterwards, although the connection's `synchronous` is
        NORMAL.
        """
        async with self._writing, self._synced() if is_synced else contextlib.nullcontext():
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield Transaction(self._connection)
                await self._connection.execute("COMMIT")
            except BaseException:
                # Runs in the connection's thread after the statement that was running when we were cancelled.
                await asyncio.shield(self._roll_back())
                raise

    async def write(self, sql: str, values: Values) -> int:
        """Run one statement in a transaction of its own; returns the number of rows that it changed."""
        async with self.transaction() as transaction:
            return await transaction.write(sql, values)

    async def checkpoint(self) -> None:
        """Move the WAL into the file and truncate it, as far as other connections allow, without waiting for them."""
        async with self._writing:
            await self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                # PASSIVE does most of the work while others may write, so that TRUNCATE is short.
                for mode in ("PASSIVE", "TRUNCATE"):
                    await self.rows(f"PRAGMA wal_checkpoint({mode})")
            finally:
                await asyncio.shield(self._wait_when_busy())

    async def _wait_when_busy(self) -> None:
        await self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    @contextlib.asynccontextmanager
    async def _synced(self) -> AsyncIterator[None]:
        await self._connection.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            await asyncio.shield(self._set_normal())

    async def _set_normal(self) -> None:
        await self._connection.execute("PRAGMA synchronous = NORMAL")

    async def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.OperationalError):
            await self._connection.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class _FileStamp:
    """The identity of the file at a path; for an immutable file also what shows that it has changed."""

    device: int
    inode: int
    changed_at: int | None = None
    has_wal: bool = False


def _stamp(path: Path, *, is_still: bool) -> _FileStamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    if not is_still:
        return _FileStamp(status.st_dev, status.st_ino)
    return _FileStamp(status.st_dev, status.st_ino, status.st_mtime_ns, path.with_name(f"{path.name}-wal").exists())


def _is_still(uri: str) -> bool:
    """Whether nobody has the file open, and we may not create the files that WAL needs beside it.

    SQLite then reads the file only as an immutable one (https://www.sqlite.org/wal.html#read_only_databases).
    """
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0)) as probe:
        try:
            with errors_of_damage():
                probe.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.Error as error:
            return error.sqlite_errorname == "SQLITE_READONLY_DIRECTORY"
    return False


def _read_text(stored: bytes) -> str:
    # Other programs may have stored invalid UTF-8, and one such row must not hide the others.
    return stored.decode("utf-8", "replace")


class Transaction:
    """The statements that can be run within `Database.transaction`."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """The first row of a query, None where it has none."""
        return next(iter(await self.rows(sql, values)), None)

    async def rows(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        """All rows of a query."""
        with errors_of_damage():
            return list(await self._connection.execute_fetchall(sql, values or {}))

    async def write(self, sql: str, values: Values) -> int:
        """Run a statement; returns the number of rows that it changed."""
        with errors_of_damage():
            cursor = await self._connection.execute(sql, values)
        return cursor.rowcount

    async def insert(self, sql: str, values: Values) -> int:
        """Run an INSERT; returns the new row's id. Raises sqlite3.IntegrityError where nothing was inserted."""
        with errors_of_damage():
            cursor = await self._connection.execute(sql, values)
        if cursor.lastrowid is None:
            raise sqlite3.IntegrityError("nothing was inserted")
        return cursor.lastrowid
