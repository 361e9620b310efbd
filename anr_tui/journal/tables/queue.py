"""The journal's table of the worker's queue: which gaps wait, in which order, and why."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.domain.timestamps import format_stamp, parse_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A gap that a worker has queued or leaves alone.

    `asked` is its position among those that people asked for, the lowest first; None where nobody did. `until` is when
    the reason ends, where that is known.
    """

    gap_id: str
    why: WaitReason
    asked: float | None = None
    until: datetime | None = None


class QueueTable:
    """Reads the queue of a worker, which is deleted with the worker."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def entries(self, worker_id: int) -> dict[str, QueueEntry]:
        """The queue of this worker, by gap id."""
        return {entry.gap_id: entry for entry in await self._file.values(_entry, "queue", worker_id=worker_id)}


class LeasedQueueTable(QueueTable):
    """Reads and writes the worker's queue, under the lease. Writes raise LeaseLostError."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def note_policy(self, policy: FillPolicy) -> None:
        """Write the policy by which the worker picks gaps."""
        await self._file.write_under(self._lease, "note_rules", rules=policy.to_json())

    async def update(self, entries: Sequence[QueueEntry], gone: Collection[str] = ()) -> None:
        """Write entries that are new or have changed, and delete the gaps that are `gone`."""
        async with self._file.transaction() as transaction:
            if await transaction.row(SQL["still_holds"], {"lease": self._lease}) is None:
                raise LeaseLostError("Another worker holds the site now.")
            if gone:
                await transaction.write(SQL["leave_queue"], {"lease": self._lease, "gap_ids": json.dumps(list(gone))})
            for entry in entries:
                values = {"lease": self._lease, "gap_id": entry.gap_id, "why": entry.why, "asked": entry.asked}
                values["until"] = format_stamp(entry.until) if entry.until else None
                await transaction.write(SQL["note_queued"], values)


def _entry(row: sqlite3.Row) -> QueueEntry:
    until = parse_stamp(row["until"]) if row["until"] is not None else None
    return QueueEntry(row["gap_id"], WaitReason(row["why"]), row["asked"], until)
