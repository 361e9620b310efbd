"""The journal's chain of evidence: an entry for each record of a landed file, never changed and never deleted."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from anr_tui.domain.evidence.evidence_chain import (
    NO_HEAD,
    ChainEntry,
    ChainHead,
    ChainReport,
    EntryKind,
    check_chain,
    link_after,
    record_digest,
)
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.platform.sqlite import Transaction


class EvidenceChainTable:
    """Reads the chain."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def head(self) -> ChainHead:
        """How many entries there are, and the newest link."""
        return _head(await self._file.row("chain_head"))

    async def entries(self) -> list[ChainEntry]:
        """All entries that can be read, by number."""
        return await self._file.many_values(_entry, "chain_entries")

    async def records(self) -> dict[int, Mapping[str, object]]:
        """The columns of each record as they are sealed, by the record's id."""
        return dict(await self._file.many_values(_columns, "sealed_records"))

    async def check(self, known: ChainHead | None = None) -> ChainReport:
        """Check the chain against itself, the records, and a head that somebody kept outside."""
        entries = await self.entries()
        digests = dict(await self._file.many_values(_digest, "sealed_records"))
        return check_chain(entries, digests, known)


async def seal(transaction: Transaction, kind: EntryKind, landed_id: int, *, now: datetime) -> None:
    """Add the entry of a record to the chain, within the transaction that writes or drops the record."""
    row = await transaction.row(SQL["sealed_record"], {"landed_id": landed_id})
    if row is None:
        return
    head = _head(await transaction.row(SQL["chain_head"]))
    unsealed = ChainEntry(
        number=head.count + 1,
        kind=kind,
        landed_id=landed_id,
        camera_id=row["camera_id"],
        name=row["name"],
        end_time=row["end_time"],
        at=format_stamp(now),
        record=record_digest(dict(row)),
        link="",
    )
    values = {name: getattr(unsealed, name) for name in ChainEntry.__slots__}
    await transaction.write(SQL["add_chain_entry"], values | {"link": link_after(head.link, unsealed)})


def _head(row: sqlite3.Row | None) -> ChainHead:
    return ChainHead(row["number"], row["link"]) if row is not None else ChainHead(0, NO_HEAD)


def _entry(row: sqlite3.Row) -> ChainEntry:
    values = {name: row[name] for name in ChainEntry.__slots__}
    return ChainEntry(**values | {"kind": EntryKind(row["kind"])})


def _columns(row: sqlite3.Row) -> tuple[int, Mapping[str, object]]:
    return row["id"], dict(row)


def _digest(row: sqlite3.Row) -> tuple[int, str]:
    return row["id"], record_digest(dict(row))
