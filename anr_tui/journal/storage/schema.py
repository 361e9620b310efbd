"""The journal's tables: what tells a journal from another database, and how one comes to the version of today.

Each version but the first has its step in `migrations/VERSION.sql`; `schema.sql` makes the newest at once.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

from anr_tui.domain.errors import JournalDamagedError, JournalError
from anr_tui.platform.sqlite import BUSY_TIMEOUT_MS, Database, load_queries

SCHEMA_VERSION = 7

# No other program's database is likely to have a table of these names.
_OURS_ALONE = {"landed_files", "camera_memory"}
_SHAPE = load_queries("anr_tui.journal")["shape"]


@dataclass(frozen=True, slots=True)
class JournalState:
    """What a database is by its version and the names of its tables."""

    version: int
    tables: frozenset[str]

    @classmethod
    def of(cls, row: sqlite3.Row | tuple[int, str | None]) -> Self:
        """From the answer to the query `shape`."""
        return cls(row[0], frozenset((row[1] or "").split(",")) - {""})

    @property
    def is_foreign(self) -> bool:
        """Whether it is another program's."""
        return bool(self.tables) and not self.tables & _OURS_ALONE

    @property
    def is_newer(self) -> bool:
        """Whether a newer anr-tui wrote it."""
        return self.version > SCHEMA_VERSION

    @property
    def is_damaged(self) -> bool:
        """Whether it is ours and lacks its version or some of its tables."""
        if self.version == 0:
            return bool(self.tables)
        return self.version == SCHEMA_VERSION and not self.tables >= _all_tables()


def read_shape(connection: sqlite3.Connection) -> JournalState:
    """What a database is. Blocking."""
    return JournalState.of(connection.execute(_SHAPE).fetchone())


def schema() -> str:
    """The statements that make a new journal's tables."""
    return files("anr_tui.journal").joinpath("schema.sql").read_text(encoding="utf-8")


async def make_tables(database: Database, path: Path, *, is_read_only: bool) -> None:
    """Make a journal of an empty database, or bring an older one up to date. JournalError for what is no journal."""
    shape = JournalState.of((await database.rows(_SHAPE))[0])
    _check(shape, path)
    if shape.version == SCHEMA_VERSION:
        return
    if is_read_only:
        raise JournalError(
            f"The journal {path} was written by an older anr-tui.", "A worker or console of this version updates it."
        )
    await _turn_wal_on(database)
    async with database.transaction() as transaction:
        # Looked at again: another process may have done it while this one waited for its turn.
        shape = JournalState.of((await transaction.rows(_SHAPE))[0])
        _check(shape, path)
        for statement in _steps(shape.version):
            await transaction.write(statement, {})


def _check(shape: JournalState, path: Path) -> None:
    if shape.is_foreign:
        raise JournalError(f"{path} is another program's database, not a journal.", "Check --journal.")
    if shape.is_newer:
        raise JournalError(f"The journal {path} was written by a newer anr-tui.", "Update this one.")
    if shape.is_damaged:
        raise JournalDamagedError(path, "tables are missing")


def _steps(version: int) -> Iterator[str]:
    """The statements that lead from a version to the newest, one by one: a script would commit what it follows."""
    if version == 0:
        yield from _statements(schema())
        return
    for number in range(version + 1, SCHEMA_VERSION + 1):
        step = files("anr_tui.journal").joinpath("migrations", f"{number}.sql")
        yield from _statements(step.read_text(encoding="utf-8"))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@cache
def _all_tables() -> frozenset[str]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(schema())
        return read_shape(connection).tables
    finally:
        connection.close()


async def _turn_wal_on(database: Database) -> None:
    """The one statement for which SQLite does not wait by itself while another connection is busy."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return await database.script("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
        await asyncio.sleep(0.02)
