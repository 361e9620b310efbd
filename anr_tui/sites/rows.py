"""Conversion of database rows to values. Other programs write the rows, so any row may be invalid."""

import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.timestamps import parse_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.sqlite import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows that could be read, and a sentence for each one that could not."""

    good: tuple[T, ...]
    problems: tuple[str, ...]


class RowCollector(Generic[T]):
    """Reads rows one by one as values; a row that cannot be read hides no other."""

    def __init__(self, read: Callable[[sqlite3.Row], T]) -> None:
        self._read = read
        self._good: list[T] = []
        self._problems: list[str] = []

    def __len__(self) -> int:
        return len(self._good)

    def take(self, row: sqlite3.Row) -> None:
        """Read one more row."""
        try:
            self._good.append(self._read(row))
        except (ValueError, TypeError, OverflowError) as error:
            self._problems.append(f"The row {str(row['id'])[:80]!r} was left out: {error}.")

    @property
    def rows(self) -> Rows[T]:
        """All rows that were taken."""
        return Rows(tuple(self._good), tuple(self._problems))


def read_each(rows: Iterable[sqlite3.Row], read: Callable[[sqlite3.Row], T], most: int | None = None) -> Rows[T]:
    """Rows as values, at most `most` of them; a row that cannot be read hides no other."""
    gathering = RowCollector(read)
    for row in rows:
        if len(gathering) == most:
            break
        gathering.take(row)
    return gathering.rows


class RowCache(Generic[T]):
    """Reads the same rows repeatedly; a row that has not changed since the last time gives the same object, unparsed.

    A row is recognised by its hash, since keeping a hundred thousand rows takes 50 MB. The chance that another row has
    the same hash is one to 10^14; the old value is then shown until the row changes again.
    """

    def __init__(self, read: Callable[[sqlite3.Row], T]) -> None:
        self._read = read
        self._known: dict[int, T] = {}

    def gathering(self) -> RowCollector[T]:
        """A collector that must be given all rows once more."""
        before, now = self._known, dict[int, T]()
        self._known = now

        def read(row: sqlite3.Row) -> T:
            mark = hash(row)
            value = before.get(mark) or self._read(row)
            now[mark] = value
            return value

        return RowCollector(read)


def gap(row: sqlite3.Row) -> RecordingGap:
    """The gap in a row of `recording_gaps`. Raises ValueError for a row that cannot be used."""
    return RecordingGap(
        id=str(row["id"]),
        camera_id=sys.intern(str(row["camera_id"])),  # saves memory: a hundred thousand gaps have few cameras
        window=Window(parse_stamp(str(row["gap_start"])), parse_stamp(str(row["gap_end"]))),
        gap_seconds=whole(row, "gap_seconds"),
        fill_state=FillState(row["fill_state"]),
        fill_attempts=whole(row, "fill_attempts"),
        last_attempt_at=stamp(row["last_attempt_at"]),
        filled_at=stamp(row["filled_at"]),
    )


async def write_unchanged(
    database: Database, read: str, write: str, gap_as_seen: RecordingGap, **values: object
) -> bool:
    """Write to a gap's row while it has the start and the end that it had when it was seen; whether it was changed.

    `read` is the query for the row, `write` the statement, both by `gap_id`.
    """
    by_id = {"gap_id": gap_as_seen.id}
    async with database.transaction() as transaction:
        row = await transaction.row(read, by_id)
        # Compared as times: recorders write the same time in several ways.
        if row is None or not any(now.window == gap_as_seen.window for now in read_each([row], gap).good):
            return False
        return await transaction.write(write, by_id | values) > 0


def whole(row: sqlite3.Row, column: str, unset: int | None = None) -> int:
    """The whole number in a column, or `unset` (where that is given) for an empty one.

    Raises ValueError, in an operator's words, for anything else.
    """
    value = row[column]
    if unset is not None and not value:
        return unset
    try:
        return int(value)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{column} is no whole number: {str(value)[:80]!r}") from None


def stamp(value: object) -> datetime | None:
    """The time in a column, None for NULL. Raises ValueError for text that is no time stamp."""
    return parse_stamp(str(value)) if value is not None else None
