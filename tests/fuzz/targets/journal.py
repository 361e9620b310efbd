"""A damaged journal: whatever became of its bytes, its rescue ends, and what it copies can be read."""

import asyncio
import contextlib
import functools
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

from anr_tui.domain.evidence.evidence_chain import ChainEntry, EntryKind, check_chain, link_after, record_digest
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.salvage import rescue
from anr_tui.journal.storage.database_file import SQL
from anr_tui.journal.storage.schema import schema
from anr_tui.journal.tables import rows
from tests.journal.builders import GAP, HALF_WAY, NOW, landed_record, lease_of

_READERS = {
    "SELECT *, NULL AS expires_at FROM workers": rows.worker,
    "SELECT * FROM requests": rows.request,
    "SELECT * FROM fills": rows.fill,
    "SELECT *, '' AS gap_id, '' AS asked_by FROM landed_files": rows.landed_record,
    "SELECT * FROM events": rows.event,
    "SELECT * FROM checks": rows.check,
    "SELECT * FROM camera_memory": rows.camera_memory,
}
# The place of a change (3 bytes) and how many bytes follow (1); those replace what was there.
_HEAD = 4
_MOST_CHANGES = 16
_CUT = 0xFF
_FIRST = ChainEntry(1, EntryKind.LANDED, 1, "gate", "", "", "", "", "")


def journal(data: bytes) -> None:
    """Changes of a small journal's bytes, each with a head of four bytes; a length of 255 cuts it off instead."""
    damaged = _damaged(data)
    with (
        contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as old,
        contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as new,
    ):
        old.text_factory = lambda stored: stored.decode("utf-8", "replace")
        new.row_factory = sqlite3.Row
        new.executescript(schema())
        # Where it cannot be opened at all, nothing is rescued.
        with contextlib.suppress(sqlite3.Error, MemoryError):
            old.deserialize(damaged)
        new.execute("BEGIN")
        rescued = rescue(old, new)
        new.execute("COMMIT")
        assert new.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert all(0 <= count <= len(damaged) for count in rescued.values())
        _check_readable(new)


def _damaged(data: bytes) -> bytes:
    content, at = bytearray(_whole()), 0
    for _ in range(_MOST_CHANGES):
        if at + _HEAD > len(data):
            break
        place, count = int.from_bytes(data[at : at + 3], "big") % len(content), data[at + 3]
        at += _HEAD
        if count == _CUT:
            del content[max(place, 1) :]
            continue
        content[place : place + count] = data[at : at + count]
        at += count
    return bytes(content)


def _check_readable(new: sqlite3.Connection) -> None:
    for query, read in _READERS.items():
        for row in new.execute(query).fetchall():
            read(row)
    # Each record can be sealed, and the next entry be linked to the last one.
    digests = {row["id"]: record_digest(dict(row)) for row in new.execute(SQL["sealed_records"]).fetchall()}
    entries = [_entry(row) for row in new.execute(SQL["chain_entries"]).fetchall() if row["kind"] in set(EntryKind)]
    report = check_chain(entries, digests)
    link_after(report.head.link, entries[-1] if entries else _FIRST)


def _entry(row: sqlite3.Row) -> ChainEntry:
    return ChainEntry(**{name: row[name] for name in ChainEntry.__slots__} | {"kind": EntryKind(row["kind"])})


@functools.cache
def _whole() -> bytes:
    """A journal with some rows of every kind, without a write-ahead log."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "site.anr.db"
        asyncio.run(_fill(path))
        with contextlib.closing(sqlite3.connect(path)) as written:
            written.execute("PRAGMA journal_mode = DELETE")
        return path.read_bytes()


async def _fill(path: Path) -> None:
    written = await Journal.open(path)
    leased = LeasedJournal(written, await lease_of(written))
    for number in range(12):
        now = NOW + timedelta(seconds=number)
        fill_id = await leased.fills.start(GAP, asked_by="sweep", now=now)
        await leased.fills.add_landed(fill_id, "gate", landed_record(f"20260613_1150{number:02}.mp4"), now=now)
        await leased.fills.end(fill_id, HALF_WAY, Outcome.PARTLY_FILLED, reason="Cut.", now=now)
    await leased.camera_memory.note_sessions("192.0.2.11:554", 2)
    await written.requests.ask(RequestKind.SWEEP, asked_by="anna@nvr-07", now=NOW)
    await written.close()
