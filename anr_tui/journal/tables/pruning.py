"""The deletion of old rows from the journal, in steps that are short enough to delay nobody."""

import json
from collections.abc import Collection
from datetime import datetime

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.evidence.evidence_chain import EntryKind
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.evidence_chain import seal
from anr_tui.journal.tables.rows import LandedRecord

# Rows per transaction, which then takes some milliseconds; for each worker, SQLite reads all fills.
_AT_ONCE = {"workers": 1}
_USUALLY_AT_ONCE = 200

# Parents last: a fill stays while it has a landed file, and a worker while it has a fill.
PRUNED = ("events", "checks", "requests", "fills", "workers")


class Pruning:
    """Deletes what the journal no longer needs, for the worker that holds the lease."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        self._file = file
        self._lease = lease

    async def delete_old(self, table: str, before: datetime) -> int:
        """Delete rows of a table of `PRUNED` that are older than a time and not needed by others; returns how many."""
        # Read outside of any transaction: it may take a while, and must not block other writers.
        ids = [
            row["id"] for row in await self._file.rows(f"old_{table}", lease=self._lease, before=format_stamp(before))
        ]
        return await self._delete(table, ids)

    async def landed_before(self, before: datetime) -> list[LandedRecord]:
        """The files that landed before a time."""
        return await self._file.values(read.landed_record, "landed_before", before=format_stamp(before))

    async def delete_landed(self, files: Collection[LandedRecord], *, now: datetime) -> int:
        """Delete the evidence of files that retention has removed; returns how many rows.

        The chain of evidence keeps that they were there, and says when they were dropped.
        """
        ids, deleted = [file.id for file in files], 0
        for first in range(0, len(ids), _USUALLY_AT_ONCE):
            step = ids[first : first + _USUALLY_AT_ONCE]
            async with self._file.transaction() as transaction:
                if await transaction.row(SQL["still_holds"], {"lease": self._lease}) is None:
                    return deleted
                for landed_id in step:
                    await seal(transaction, EntryKind.DROPPED, landed_id, now=now)
                values = {"lease": self._lease, "ids": json.dumps(step)}
                deleted += await transaction.write(SQL["prune_landed_files"], values)
        return deleted

    async def number_fills_after(self, fill_id: int) -> bool:
        """Give later fills numbers above `fill_id`; returns whether no fill had a number before.

        Raises LeaseLostError.
        """
        async with self._file.transaction() as transaction:
            if await transaction.row(SQL["still_holds"], {"lease": self._lease}) is None:
                raise LeaseLostError("Another worker holds the site now.")
            last = await transaction.row(SQL["last_fill_number"])
            if last is None:
                await transaction.write(SQL["begin_fill_numbers"], {"fill_id": fill_id})
            else:
                await transaction.write(SQL["raise_fill_numbers"], {"fill_id": fill_id})
            return last is None

    async def checkpoint(self) -> None:
        """Move the content of the WAL into the journal's file, as far as no reader needs it."""
        await self._file.checkpoint()

    async def _delete(self, table: str, ids: list[int]) -> int:
        at_once = _AT_ONCE.get(table, _USUALLY_AT_ONCE)
        deleted = 0
        for first in range(0, len(ids), at_once):
            step = json.dumps(ids[first : first + at_once])
            deleted += await self._file.write(f"prune_{table}", lease=self._lease, ids=step)
        return deleted
