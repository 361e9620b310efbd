"""The journal's part about events: who asked or did what, when."""

from datetime import datetime

from anr_tui.journal import rows as read
from anr_tui.journal.file import JournalFile
from anr_tui.journal.rows import Event
from anr_tui.times import format_stamp


class EventTable(JournalFile):
    """What happened on the site, in words."""

    async def add_event(
        self,
        kind: str,
        words: str,
        *,
        who: str,
        now: datetime,
        camera_id: str | None = None,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> None:
        """Note who asked or did what."""
        about = {"camera_id": camera_id, "gap_id": gap_id, "fill_id": fill_id}
        values = {"kind": kind, "words": words, "who": who, **about}
        await self._write("add_event", at=format_stamp(now), **values)

    async def newest_events(self, most: int) -> list[Event]:
        """The newest events, newest first."""
        return [read.event(row) for row in await self._rows("newest_events", most=most)]
