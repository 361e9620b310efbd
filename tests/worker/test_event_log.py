"""What the worker tells the journal, however much it is at once."""

import asyncio
from pathlib import Path

from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.worker.event_log import Events


async def test_of_many_events_at_once_none_is_lost_to_the_one_that_is_being_told(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "site.anr.db")
    try:
        events = Events(journal.events, now_utc)
        words = [f"alarm {number}" for number in range(1001)]
        await asyncio.gather(*(events.tell(EventKind.ALARM, each) for each in words))
        told = [event.words for event in await journal.events.newest(2000)]
    finally:
        await journal.close()
    assert told[::-1] == words
