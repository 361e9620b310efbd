"""The site in figures: read from both databases, and written for programs and people."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.open_site import open_site
from anr_tui.view.reports.camera_speed import SpeedOrder
from anr_tui.view.reports.stats import Stats
from anr_tui.view.reports.stats_export import stats_csv, stats_fields, stats_sheet, stats_text
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.text_tables import table
from tests.heldar_site import IDENTITY, NOW, HeldarSite, execute
from tests.view.reports.builders import BERLIN, STATS

NIGHT = datetime(2026, 6, 13, 21, 50, tzinfo=UTC)


def test_a_program_is_told_all_of_it() -> None:
    fields = stats_fields(STATS)
    assert [(day["day"], day["wanted_s"], day["recovered_s"], day["missing_s"]) for day in fields["days"]] == [
        ("2026-06-12", 0, 0, 0),
        ("2026-06-13", 1500, 600, 900),
    ]
    assert fields["days"][1]["start"] == "2026-06-12T22:00:00+00:00"
    first = fields["cameras"][0]
    assert (first["camera_id"], first["speed"], first["speed_median"], first["fills"]) == ("gate", 10, 15, 2)
    assert [each["speed"] for each in first["last_fills"]] == [20, 10]
    backlog = fields["backlog"]
    assert (backlog["gaps"], backlog["backlog_s"], backlog["left_out_s"]["anr_off"]) == (1, 600, 300)
    assert (backlog["takes_s"], backlog["done_at"]) == (62, "2026-06-13T12:01:02+00:00")


def test_a_spreadsheet_is_told_the_same_and_runs_none_of_it() -> None:
    rows = list(csv.DictReader(io.StringIO(stats_csv(STATS, SpeedOrder.NAME))))
    assert [row["row"] for row in rows] == ["day", "day", "camera", "camera", "all"]
    assert (rows[1]["day"], rows[1]["missing_s"], rows[1]["camera_id"]) == ("2026-06-13", "900.0", "")
    assert [rows[2]["camera_name"], rows[3]["camera_name"], rows[3]["speed_median"]] == [
        "'=Dock()",
        "Front gate",
        "15.0",
    ]
    assert (rows[4]["backlog_s"], rows[4]["takes_s"]) == ("600.0", "62.0")


def test_a_person_is_told_when_and_by_what() -> None:
    text = stats_text(STATS, BERLIN)
    assert text.startswith(
        "At 2026-06-13 14:00 CEST: 10m 00s to fetch, of 1 gap\n"
        "at the speeds measured, 4 fills at once: about 14:01, 1m 02s from now\n"
        "not counted: 5m 00s ANR is off\n"
    )
    assert "in all" in text
    slow = replace(STATS, forecast=replace(STATS.forecast, done_at=NIGHT + timedelta(minutes=20)))
    assert "about 06-14 00:10" in stats_text(slow, BERLIN)
    assert table(["a"], []) not in stats_text(replace(STATS, paces=()), BERLIN).split("\n\n")[1:]
    assert {kind.value for kind in stats_sheet(STATS, BERLIN, SpeedOrder.NAME).writers} == {"csv", "json", "txt"}


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
