"""The journal's tables: how a journal is told from other databases, and how it is migrated to the newest version.

Each version but the first has its step in `migrations/VERSION.sql`; `schema.sql` creates the newest version at once.
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

SCHEMA_VERSION = 9

# Names of tables that no other program's database is likely to have.
_OURS_ALONE = {"landed_files", "camera_memory"}
_SHAPE = load_queries("anr_tui.journal")["shape"]


@dataclass(frozen=True, slots=True)
class JournalState:
    """The kind of a database, by its version and the names of its tables."""

    version: int
    tables: frozenset[str]

    @classmethod
    def of(cls, row: sqlite3.Row | tuple[int, str | None]) -> Self:
        """The state from a row of the query `shape`."""
        return cls(row[0], frozenset((row[1] or "").split(",")) - {""})

    @property
    def is_foreign(self) -> bool:
        """Whether the database belongs to another program."""
        return bool(self.tables) and not self.tables & _OURS_ALONE

    @property
    def is_newer(self) -> bool:
        """Whether a newer anr-tui wrote the journal."""
        return self.version > SCHEMA_VERSION

    @property
    def is_damaged(self) -> bool:
        """Whether the journal is ours and lacks its version or some of its tables."""
        if self.version == 0:
            return bool(self.tables)
        return self.version == SCHEMA_VERSION and not self.tables >= _all_tables()


def read_shape(connection: sqlite3.Connection) -> JournalState:
    """The state of a database. Blocking. Raises sqlite3.Error."""
    return JournalState.of(connection.execute(_SHAPE).fetchone())


def schema() -> str:
    """The statements that create a new journal's tables."""
    return files("anr_tui.journal").joinpath("schema.sql").read_text(encoding="utf-8")


async def make_tables(database: Database, path: Path, *, is_read_only: bool) -> None:
    """Create the tables in an empty database, or migrate an older journal.

    Raises JournalError where the database is no journal, is newer or damaged, or is older and `is_read_only`.
    """
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
        # Read again: another process may have migrated it while this one waited.
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
    """The statements that lead from a version to the newest, one by one.

    They are not run as a script, which would commit the transaction.
    """
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
    """Switch to WAL, trying again while another connection is busy.

    SQLite's busy timeout does not cover this statement.
    """
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return await database.script("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
        await asyncio.sleep(0.02)
