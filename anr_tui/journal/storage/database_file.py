"""The file of the journal: opened or created, read and written; errors are raised as JournalError.

Whoever writes a result names the lease under which it worked (a worker's row id, which only grows). A write under a
lost lease changes nothing and raises LeaseLostError.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Self, TypeVar

from anr_tui.domain.errors import JournalDamagedError, JournalError, LeaseLostError
from anr_tui.journal.storage.file_swap import make_file
from anr_tui.journal.storage.schema import make_tables
from anr_tui.platform.sqlite import Database, Transaction, load_queries
from anr_tui.platform.sqlite_errors import SqliteFault, describe_error

SQL = load_queries("anr_tui.journal")
_GONE = "was removed or replaced"

T = TypeVar("T")

_log = logging.getLogger(__name__)


class JournalFile:
    """An open journal's file. The parts of `Journal` read and write through it. Every failure is a JournalError."""

    def __init__(self, database: Database, path: Path, *, is_stand_in: bool = False) -> None:
        self.is_stand_in = is_stand_in
        self._database = database
        self._damage: JournalDamagedError | None = None
        self._said: set[str] = set()
        self.path = path

    @classmethod
    async def open(cls, path: Path, *, is_read_only: bool = False) -> Self:
        """Open the journal, and create it (mode 0660) where there is none.

        With `is_read_only` nothing is written: where there is none, an empty journal in memory is used instead.
        """
        if is_read_only and not _exists(path):
            return await cls.stand_in(path)
        try:
            if not is_read_only:
                await asyncio.to_thread(make_file, path)
            database = await Database.open(path, mode="ro" if is_read_only else "rw")
        except (OSError, sqlite3.Error) as error:
            raise _in_words(error, path, is_read_only=is_read_only) from None
        try:
            # A power loss may cost the last transactions, but not the file. Writes that must last use `is_synced`.
            await database.script("PRAGMA synchronous = NORMAL")
            await make_tables(database, path, is_read_only=is_read_only)
            if database.is_outdated:  # the files beside it may already belong to another journal
                raise JournalError(f"The journal {path} {_GONE} at this moment.", "Try again.")
        except sqlite3.Error as error:
            await database.close()
            raise _in_words(error, path, is_read_only=is_read_only) from None
        except BaseException:
            await database.close()
            raise
        return cls(database, path)

    @classmethod
    async def stand_in(cls, path: Path) -> Self:
        """An empty journal in memory, in place of one that does not exist at `path`."""
        database = await Database.open(path, mode="memory")
        await make_tables(database, path, is_read_only=False)
        return cls(database, path, is_stand_in=True)

    @property
    def is_outdated(self) -> bool:
        """Whether the journal must be opened again: it was closed, or another file is at its path."""
        return self._database.is_outdated

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()

    async def data_version(self) -> int:
        """A number that changes when another process has changed the journal."""
        with self._in_words():
            return await self._database.data_version()

    @contextlib.asynccontextmanager
    async def transaction(self, *, is_synced: bool = False) -> AsyncIterator[Transaction]:
        """A write transaction; with `is_synced` a power loss after it does not undo it."""
        if self.is_outdated:
            raise JournalError(f"The journal {self.path} {_GONE}; nothing was written.", "Try again.")
        with self._in_words():
            async with self._database.transaction(is_synced=is_synced) as transaction:
                yield transaction

    def check_file(self) -> None:
        """Raise LeaseLostError where the journal is damaged, or another file is at our path.

        Another worker may have taken the lease in that file.
        """
        if self.is_outdated:
            raise LeaseLostError(f"The journal {self.path} {_GONE}.", "The next worker uses the one that is there now.")
        if self._damage is not None:
            raise LeaseLostError(str(self._damage))

    async def rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        """The rows of a query of `queries.sql`."""
        with self._in_words():
            return await self._database.rows(SQL[query], values)

    async def row(self, query: str, **values: object) -> sqlite3.Row | None:
        """The first row of a query of `queries.sql`, None where it has none."""
        return next(iter(await self.rows(query, **values)), None)

    async def values(self, read: Callable[[sqlite3.Row], T], query: str, **values: object) -> list[T]:
        """The rows of a query as values; a row that cannot be read hides no other, and is logged once."""
        return self._readable(read, query, await self.rows(query, **values))

    async def many_values(self, read: Callable[[sqlite3.Row], T], query: str, **values: object) -> list[T]:
        """The rows of a query as values, converted in a thread, so that many rows do not block the event loop."""
        return await asyncio.to_thread(self._readable, read, query, await self.rows(query, **values))

    def _readable(self, read: Callable[[sqlite3.Row], T], query: str, rows: Iterable[sqlite3.Row]) -> list[T]:
        values: list[T] = []
        for row in rows:
            try:
                values.append(read(row))
            except (ValueError, TypeError, OverflowError) as error:
                words = f"{self.path}: a row of {query} was left out: {error}"
                if words not in self._said:
                    self._said.add(words)
                    _log.warning("%s", words)
        return values

    async def write(self, query: str, *, is_synced: bool = False, **values: object) -> int:
        """Run a statement of `queries.sql` in a transaction of its own; returns how many rows it changed."""
        async with self.transaction(is_synced=is_synced) as transaction:
            return await transaction.write(SQL[query], values)

    async def write_under(self, lease: int, query: str, *, is_synced: bool = False, **values: object) -> None:
        """Run a statement that changes a row only under this lease. Raises LeaseLostError where it changed none."""
        if await self.write(query, is_synced=is_synced, lease=lease, **values) == 0:
            raise LeaseLostError("Another worker holds the site now.")

    async def checkpoint(self) -> None:
        """Move the content of the WAL into the journal's file, as far as no reader needs it."""
        with self._in_words():
            await self._database.checkpoint()

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            words = _in_words(error, self.path)
            if isinstance(words, JournalDamagedError):
                self._damage = words
            raise words from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True  # opening it shows the error


def _in_words(error: OSError | sqlite3.Error, path: Path, *, is_read_only: bool = False) -> JournalError:
    problem = describe_error(error, "The journal", path, is_read_only=is_read_only)
    if problem.fault in (SqliteFault.NOT_A_DATABASE, SqliteFault.DAMAGED):
        return JournalDamagedError(path, problem.text)
    return JournalError(problem.sentence, problem.hint)
