"""What ended long ago goes, and nothing that something else still needs."""

from datetime import timedelta

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.pruning import PRUNED
from tests.journal.builders import GAP, HALF_WAY, LEASE, NOW, claim, landed_record, lease_of

LATER = NOW + timedelta(days=1)


async def test_only_what_has_ended_goes(journal: Journal) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    runs, ended = [await leased.fills.start(GAP, asked_by="sweep", now=NOW) for _ in range(2)]
    await leased.fills.end(ended, HALF_WAY, Outcome.UNREACHABLE, reason="", now=NOW)
    is_open = await journal.requests.ask(RequestKind.FILL, gap_id="gap_1", asked_by="anna", now=NOW)
    is_over = await journal.requests.ask(RequestKind.FILL, gap_id="gap_2", asked_by="anna", now=NOW)
    await leased.requests.take(is_over)
    await leased.requests.end(is_over, RequestState.DONE, reason="", now=NOW)

    deleted = {table: await leased.pruning.delete_old(table, LATER) for table in PRUNED}

    assert (deleted["fills"], deleted["requests"], deleted["workers"]) == (1, 1, 0)
    assert [fill.id for fill in await journal.fills.running()] == [runs]
    assert await journal.requests.get(is_open) is not None


async def test_what_is_young_stays(journal: Journal) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    await journal.events.add(EventKind.PAUSED, "The sweep was paused.", who="anna", now=NOW)

    assert await leased.pruning.delete_old("events", NOW) == 0
    assert [event.words for event in await journal.events.newest(1)] == ["The sweep was paused."]
    await leased.pruning.delete_old("events", LATER)
    assert await journal.events.newest(1) == []


async def test_a_fill_stays_as_long_as_the_evidence_of_its_file(journal: Journal) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    fill_id = await leased.fills.start(GAP, asked_by="sweep", now=NOW)
    await leased.fills.add_landed(fill_id, "gate", landed_record("20260613_115000.mp4"), now=NOW)
    await leased.fills.end(fill_id, HALF_WAY, Outcome.FILLED, reason="", now=NOW)

    assert await leased.pruning.delete_old("fills", LATER) == 0
    assert await leased.pruning.delete_landed(await leased.pruning.landed_before(LATER), now=LATER) == 1
    assert await leased.pruning.delete_old("fills", LATER) == 1


async def test_under_a_lost_lease_nothing_goes(journal: Journal) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    await journal.events.add(EventKind.PAUSED, "The sweep was paused.", who="anna", now=NOW)
    await claim(journal, NOW + LEASE, is_dead=lambda _: True)

    assert [await leased.pruning.delete_old(table, LATER) for table in PRUNED] == [0] * len(PRUNED)
    with pytest.raises(LeaseLostError):
        await leased.pruning.number_fills_after(100)


async def test_no_fill_gets_a_number_that_is_known_from_elsewhere(journal: Journal) -> None:
    """Logs of fills are files: a journal that was begun anew must not write into them."""
    leased = LeasedJournal(journal, await lease_of(journal))

    assert await leased.pruning.number_fills_after(41)
    assert await leased.fills.start(GAP, asked_by="sweep", now=NOW) == 42
    assert not await leased.pruning.number_fills_after(7)
    assert await leased.fills.start(GAP, asked_by="sweep", now=NOW) == 43
