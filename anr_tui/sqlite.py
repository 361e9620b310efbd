"""One SQLite connection under asyncio: plain reads, and writes in short transactions that never wait inside.

Every write transaction is `BEGIN IMMEDIATE`: a deferred one that reads and then writes fails at once with
"database is locked", whatever the busy timeout (https://www.sqlite.org/lang_transaction.html).
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiosqlite

BUSY_TIMEOUT_MS = 5000

Values = Mapping[str, Any]


def load_queries(package: str) -> dict[str, str]:
    """The statements of `queries.sql` in `package`, by the name that stands above each as `-- name: …`."""
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    blocks = (block.partition("\n") for block in text.split("-- name: ")[1:])
    return {name.strip(): body.strip().rstrip(";") for name, _, body in blocks}


class Database:
    """An open SQLite file. Errors are `sqlite3.Error`; callers turn them into words."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, *, mode: str) -> Self:
        """Open with SQLite's `mode`: `ro`, `rw` (never creates) or `rwc`."""
        uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
        # One that fails inside aiosqlite leaves a thread that reports to a loop which may be gone: fail before.
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
        return cls(connection)

    async def close(self) -> None:
        """Close the file and end the connection's thread."""
        await asyncio.shield(self._connection.close())

    async def rows(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        """All rows of a query."""
        return list(await self._connection.execute_fetchall(sql, values or {}))

    async def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        return next(iter(await self.rows(sql, values)), None)

    async def data_version(self) -> int:
        """A number that changes when another connection has changed the file; costs next to nothing."""
        row = await self.row("PRAGMA data_version")
        return int(row[0]) if row else 0

    async def script(self, sql: str) -> None:
        """Run several statements; only for making a database."""
        await self._connection.executescript(sql)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """A write transaction: committed at the end of the block, rolled back on any exception or cancellation."""
        async with self._writing:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield Transaction(self._connection)
                await self._connection.execute("COMMIT")
            except BaseException:
                # Runs in the connection's thread behind whatever was under way when we were cancelled.
                await asyncio.shield(self._roll_back())
                raise

    async def write(self, sql: str, values: Values) -> int:
        """One statement in a transaction of its own; returns the number of rows that it changed."""
        async with self.transaction() as transaction:
            return await transaction.write(sql, values)

    async def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.OperationalError):
            await self._connection.execute("ROLLBACK")


def _read_text(stored: bytes) -> str:
    # Another program may have stored any bytes, and one such row must not hide the others.
    return stored.decode("utf-8", "replace")


class Transaction:
    """What can be done inside `Database.transaction`."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def row(self, sql: str, values: Values | None = None) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        return next(iter(await self._connection.execute_fetchall(sql, values or {})), None)

    async def rows(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        """All rows of a query."""
        return list(await self._connection.execute_fetchall(sql, values or {}))

    async def write(self, sql: str, values: Values) -> int:
        """Run a statement; returns the number of rows that it changed."""
        cursor = await self._connection.execute(sql, values)
        return cursor.rowcount

    async def insert(self, sql: str, values: Values) -> int:
        """Run an INSERT; returns the new row's id."""
        cursor = await self._connection.execute(sql, values)
        if cursor.lastrowid is None:
            raise sqlite3.IntegrityError("nothing was inserted")
        return cursor.lastrowid
