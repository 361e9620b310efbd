"""Fills from their start to their end, and the files that they landed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.evidence.clock_evidence import NO_CLOCKS, ClockEvidence
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.journal.builders import GAP, HALF_WAY, NOW, WINDOW, landed_record, lease_of

# Fills.


async def test_a_fill_goes_from_planned_to_ended(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="anna@nvr-07", now=NOW)
    fill = await journal.fills.get(fill_id)
    assert fill is not None
    assert (fill.gap_id, fill.camera_id, fill.window, fill.asked_by) == ("gap_1", "gate", WINDOW, "anna@nvr-07")
    assert (fill.phase, fill.outcome, fill.started_at, fill.ended_at) == (Phase.PLANNING, None, NOW, None)
    assert fill.log_name == f"fill-{fill_id}.log"
    assert await journal.fills.running() == [fill]
    await LeasedJournal(journal, lease).fills.note_progress(fill_id, HALF_WAY)
    (running,) = await journal.fills.running()
    assert (running.phase, running.wanted_s, running.got_s, running.size_bytes) == (Phase.FETCHING, 600, 300.5, 7)
    assert (running.speed, running.pieces, running.pieces_landed) == (38.5, 2, 1)
    later = NOW + timedelta(seconds=30)
    await LeasedJournal(journal, lease).fills.end(
        fill_id, HALF_WAY, Outcome.PARTLY_FILLED, reason="300 of 600 s", now=later
    )
    ended = await journal.fills.get(fill_id)
    assert ended is not None
    assert (ended.phase, ended.outcome, ended.reason) == (Phase.ENDED, Outcome.PARTLY_FILLED, "300 of 600 s")
    assert (ended.got_s, ended.ended_at) == (300.5, later)
    assert await journal.fills.running() == []
    assert await journal.fills.newest(5) == [ended]
    assert await journal.fills.get(99) is None


async def test_a_fill_ends_once(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await LeasedJournal(journal, lease).fills.end(fill_id, HALF_WAY, Outcome.FILLED, reason="", now=NOW)
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, lease).fills.end(fill_id, FillProgress(), Outcome.STOPPED, reason="", now=NOW)
    fill = await journal.fills.get(fill_id)
    assert fill is not None
    assert fill.outcome is Outcome.FILLED


async def test_fills_started_at_once_get_ids_of_their_own(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_ids = await asyncio.gather(
        *(LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW) for _ in range(10))
    )
    assert len(set(fill_ids)) == 10
    assert {fill.log_name for fill in await journal.fills.running()} == {f"fill-{number}.log" for number in fill_ids}


async def test_the_newest_fill_of_each_gap_is_its_last(journal: Journal) -> None:
    lease = await lease_of(journal)
    first = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await LeasedJournal(journal, lease).fills.end(first, FillProgress(), Outcome.UNREACHABLE, reason="", now=NOW)
    second = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    last = await journal.fills.last_of_each_gap()
    assert {gap_id: fill.id for gap_id, fill in last.items()} == {"gap_1": second}
    assert [fill.id for fill in await journal.fills.newest(5)] == [first]


async def test_landed_files_are_kept_in_their_order(journal: Journal) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    for name in ("20260613_115000.mp4", "20260613_115500.mp4"):
        await LeasedJournal(journal, lease).fills.add_landed(fill_id, "gate", landed_record(name), now=NOW)
    first, second = await journal.fills.landed(GAP.id)
    assert (first.name, second.name) == ("20260613_115000.mp4", "20260613_115500.mp4")
    assert replace(first, fill_id=0, gap_id="", camera_id="", asked_by="", landed_at=None) == landed_record(first.name)
    assert (first.fill_id, first.gap_id, first.camera_id) == (fill_id, GAP.id, "gate")
    assert (first.asked_by, first.landed_at) == ("sweep", NOW)
    assert await journal.fills.landed("gap_nowhere") == []
    assert len(await journal.fills.landed()) == 2


CLOCKS = [
    NO_CLOCKS,
    ClockEvidence(-7200.0, 0.25, own_clock_synced=True, own_clock_step_s=-120.0),
    ClockEvidence(0.0, None, own_clock_synced=False, own_clock_step_s=0.0),
    ClockEvidence(None, 600.0, own_clock_synced=None, own_clock_step_s=0.0),
]


async def test_what_clocks_showed_is_kept_with_each_file(journal: Journal) -> None:
    lease = await lease_of(journal)
    fills = LeasedJournal(journal, lease).fills
    fill_id = await fills.start(GAP, asked_by="sweep", now=NOW)
    for number, clocks in enumerate(CLOCKS):
        await fills.add_landed(fill_id, "gate", replace(landed_record(f"{number}.mp4"), clocks=clocks), now=NOW)
    assert [file.clocks for file in await journal.fills.landed()] == CLOCKS
