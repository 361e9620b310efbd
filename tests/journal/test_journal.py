"""A journal, opened again."""

from pathlib import Path

from anr_tui.domain.event import EventKind
from anr_tui.journal.journal import Journal
from tests.journal.builders import NOW


async def test_a_journal_keeps_what_it_holds_when_it_is_opened_again(path: Path, journal: Journal) -> None:
    await journal.events.add(EventKind.PAUSED, "The sweep was paused.", who="anna@nvr-07", now=NOW)
    other = await Journal.open(path)
    (event,) = await other.events.newest(5)
    assert (event.kind, event.who, event.words, event.at) == ("paused", "anna@nvr-07", "The sweep was paused.", NOW)
    await other.close()
