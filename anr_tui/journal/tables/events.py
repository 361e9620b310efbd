"""The journal's table of events: who asked for or did what, and when."""

import json
from collections.abc import Collection
from datetime import datetime

from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.rows import Event
from anr_tui.platform.sqlite import Transaction

NO_LIMIT = -1
_MOST_WORDS = 4000


class EventTable:
    """Reads and adds events of the site."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def add(
        self,
        kind: EventKind,
        words: str,
        *,
        who: str,
        now: datetime,
        camera_id: str | None = None,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> None:
        """Add an event; `who` asked for or did it, `words` must be masked."""
        async with self._file.transaction() as transaction:
            await note_event(
                transaction, kind, words, who=who, now=now, camera_id=camera_id, gap_id=gap_id, fill_id=fill_id
            )

    async def newest(
        self,
        most: int = NO_LIMIT,
        *,
        after: int = 0,
        since: datetime | None = None,
        kinds: Collection[EventKind] = (),
        camera_id: str | None = None,
        gap_id: str | None = None,
    ) -> list[Event]:
        """The newest events, newest first, at most `most`.

        Only events with an id above `after`, from `since` on, of these kinds (none: of all), about this camera and gap.
        """
        return await self._file.values(
            read.event,
            "newest_events",
            most=most,
            after=after,
            since=format_stamp(since) if since else None,
            kinds=json.dumps(sorted(kinds)) if kinds else None,
            camera_id=camera_id,
            gap_id=gap_id,
        )

    async def last_handed_over(self) -> int:
        """The id of the newest event that was handed to the operator's command; 0 where none was."""
        row = await self._file.row("handed_event")
        return int(row["event_id"]) if row else 0


class LeasedEventTable(EventTable):
    """Reads and adds events, and notes which ones were handed over, for the worker that holds the lease.

    `add` needs no lease, as in EventTable: the last event of a worker says that it has lost the lease.
    """

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def note_handed_over(self, event_id: int) -> None:
        """Note that this event is handed to the operator's command, and no earlier one will be.

        Raises LeaseLostError.
        """
        await self._file.write_under(self._lease, "hand_event", event_id=event_id)


async def note_event(
    transaction: Transaction,
    kind: EventKind,
    words: str,
    *,
    who: str,
    now: datetime,
    camera_id: str | None = None,
    gap_id: str | None = None,
    fill_id: int | None = None,
) -> None:
    """Add an event within the transaction of what it is about; `words` must be masked."""
    about = {"camera_id": camera_id, "gap_id": gap_id, "fill_id": fill_id}
    values = {"kind": kind, "words": words[:_MOST_WORDS], "who": who, "at": format_stamp(now)}
    await transaction.write(SQL["add_event"], values | about)
