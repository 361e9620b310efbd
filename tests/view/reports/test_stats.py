"""The site in figures, read from both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import pytest
import time_machine

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.open_site import open_site
from anr_tui.view.reports.stats import Stats
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import IDENTITY, NOW, HeldarSite, execute
from tests.view.reports.builders import BERLIN, STATS

# Read from both databases.


@pytest.fixture
async def site(heldar_site: HeldarSite) -> AsyncIterator[SiteReader]:
    """A gap that was filled in 20 s, one of which half landed, and a camera that was never asked."""
    heldar_site.execute("UPDATE cameras SET retention_hours = 100")
    whole = ("2026-06-13T10:00:00+00:00", "2026-06-13T10:10:00+00:00")
    filled = {"fill_state": "filled", "filled_at": "2026-06-13T10:30:00+00:00"}
    heldar_site.add_gap("gap_1", gap_start=whole[0], gap_end=whole[1], **filled)
    heldar_site.add_gap("gap_2", gap_start="2026-06-13T11:00:00+00:00", gap_end="2026-06-13T11:10:00+00:00")
    await _fill(heldar_site)
    with time_machine.travel(NOW, tick=False):
        view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
        yield view
        await view.close()


async def _fill(heldar_site: HeldarSite) -> None:
    database, journal = await open_site(heldar_site.settings()), await Journal.open(heldar_site.journal)
    lease = await journal.lease.claim(
        IDENTITY, now=NOW, expires_at=NOW + timedelta(seconds=9), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    for gap in (await database.gaps.all()).good:
        fill = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=NOW - timedelta(seconds=20))
        half = gap.window.start + timedelta(seconds=600 if gap.id == "gap_1" else 300)
        part = Window(gap.window.start, half)
        file = LandedRecord(f"{gap.id}.mp4", part, part, 1000, "0" * 64, "", "9.0")
        await LeasedJournal(journal, lease).fills.add_landed(fill, gap.camera_id, file, now=NOW)
        progress = FillProgress(wanted_s=600, got_s=part.seconds, size_bytes=1000, speed=part.seconds / 10)
        outcome = Outcome.FILLED if gap.id == "gap_1" else Outcome.PARTLY_FILLED
        await LeasedJournal(journal, lease).fills.end(fill, progress, outcome, reason="", now=NOW)
    await LeasedJournal(journal, lease).camera_memory.note_sessions("192.0.2.11:554", 1)
    await journal.close()
    await database.close()


async def test_a_site_is_read_as_it_is(site: SiteReader) -> None:
    await site.look()
    found = await site.stats(BERLIN, 3)
    day = found.days[-1]
    assert (len(found.days), day.wanted_s, day.recovered_s, day.missing_s, day.unfilled_s) == (3, 1200, 900, 300, 600)
    gate = next(pace for pace in found.paces if pace.id == "gate")
    assert (gate.last, [fill.speed for fill in gate.fills], gate.from_end_to_end) == (60, [30, 60], pytest.approx(22.5))
    assert (found.backlog.gaps, found.backlog.seconds) == (1, 300)
    assert found.forecast.takes_s == pytest.approx(300 / 22.5 + 2)
    assert found.forecast.done_at == NOW + timedelta(seconds=found.forecast.takes_s or 0)


async def test_rows_that_cannot_be_read_hide_no_other(site: SiteReader, heldar_site: HeldarSite) -> None:
    execute(heldar_site.journal, "UPDATE landed_files SET end_time = 'zzz' WHERE name = 'gap_1.mp4'")
    execute(heldar_site.journal, "UPDATE fills SET speed = 9e999 WHERE gap_id = 'gap_1'")
    await site.look()
    found = await site.stats(BERLIN, 1)
    assert found.days[0].recovered_s == 300
    assert len(found.paces[0].fills) == 1


async def test_a_site_without_a_journal_has_its_gaps(heldar_site: HeldarSite) -> None:
    heldar_site.add_gap("gap_1")
    with time_machine.travel(NOW, tick=False):
        view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
        try:
            await view.look()
            found = await view.stats(UTC, 1)
        finally:
            await view.close()
    assert found.days[0].wanted_s == pytest.approx(600, abs=2)
    assert found.forecast.takes_s is None


async def test_the_loop_goes_on_while_figures_are_made(site: SiteReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading waits for a loop that has to move: in the loop's own thread it would wait for ever."""
    moved = asyncio.Event()
    loop = asyncio.get_running_loop()

    def made(*given: object) -> Stats:
        asyncio.run_coroutine_threadsafe(_set(moved), loop).result(10)
        return STATS

    await site.look()
    monkeypatch.setattr("anr_tui.view.reports.stats.make_stats", made)
    assert await site.stats(BERLIN, 1) is STATS
    assert moved.is_set()


async def _set(event: asyncio.Event) -> None:
    event.set()
