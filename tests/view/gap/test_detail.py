"""All there is to know about one gap, from real databases and real files."""

import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window, merged, subtract, total_s
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.open_site import open_site
from anr_tui.view.gap.detail import MOST_PIECES, pieces_held
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import IDENTITY, PASSWORD, HeldarSite
from tests.view.rows import NOON, window


@pytest.fixture
async def view(heldar_site: HeldarSite) -> AsyncIterator[SiteReader]:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", gap_start="2026-06-13T10:00:00+00:00", gap_end="2026-06-13T10:12:00+00:00")
    view = await SiteReader.open(heldar_site.settings())
    await view.read()
    yield view
    await view.close()


async def gap_of(heldar_site: HeldarSite, gap_id: str) -> RecordingGap:
    site = await open_site(heldar_site.settings())
    gap = await site.gaps.gap(gap_id)
    await site.close()
    assert gap is not None
    return gap


async def work(journal: Journal, gap: RecordingGap) -> tuple[int, int]:
    """A worker's fill of a gap that lands a file and breaks off, and one that runs."""
    now = now_utc()
    lease = await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + timedelta(seconds=10), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    first = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=now)
    file = LandedRecord(
        "20260613_110000.mp4", gap.window, gap.window, 7, "ab" * 32, "rtsp://operator:***@192.0.2.11/", "9.0"
    )
    await LeasedJournal(journal, lease).fills.add_landed(first, gap.camera_id, file, now=now)
    await LeasedJournal(journal, lease).fills.end(first, FillProgress(), Outcome.CAMERA_BUSY, reason="453", now=now)
    return first, await LeasedJournal(journal, lease).fills.start(gap, asked_by="anna", now=now)


async def test_a_gap_with_a_past_shows_all_of_it_and_nothing_of_its_neighbour(
    heldar_site: HeldarSite, view: SiteReader
) -> None:
    await view.requests.ask(RequestKind.FILL, gap_id="gap_1")
    await view.requests.ask(RequestKind.FILL, gap_id="gap_2")
    journal = await Journal.open(heldar_site.journal)
    first, running = await work(journal, await gap_of(heldar_site, "gap_1"))
    await view.requests.ask(RequestKind.CANCEL, fill_id=running)
    await journal.close()

    detail = await view.lookups.gap_detail("gap_1")

    assert [row.fill.id for row in detail.fills] == [running, first]
    assert [row.is_running for row in detail.fills] == [True, False]
    assert detail.row.is_filling and detail.row.camera_name == "Front gate"
    assert [(file.name, file.fill_id) for file in detail.files] == [("20260613_110000.mp4", first)]
    assert [request.kind for request in detail.requests] == [RequestKind.CANCEL, RequestKind.FILL]
    assert [event.kind for event in detail.events] == [EventKind.ASKED, EventKind.ASKED]
    assert {event.gap_id for event in detail.events} == {"gap_1"}
    assert detail.replay.preview is not None and "***" in detail.replay.preview.url
    assert PASSWORD not in repr(detail)


async def test_a_gap_without_a_past_has_a_window_and_a_url(view: SiteReader) -> None:
    detail = await view.lookups.gap_detail("gap_2")

    assert (detail.fills, detail.files, detail.requests, detail.events) == ((), (), (), ())
    assert [piece.held_s for piece in detail.pieces] == [0.0, 0.0, 0.0]
    assert detail.pieces[0].window.start == detail.row.window.start


async def test_a_gap_that_no_sweep_takes_says_why_as_the_tables_do(heldar_site: HeldarSite, view: SiteReader) -> None:
    in_table = {row.id: row.stuck for row in (await view.look()).gaps}

    assert (await view.lookups.gap_detail("gap_2")).row.stuck == in_table["gap_2"] == "too old"

    heldar_site.execute("UPDATE cameras SET anr_enabled = 0")
    await view.read()

    assert (await view.lookups.gap_detail("gap_2")).row.stuck == "ANR off"


async def test_pieces_hold_what_is_on_disk_even_if_the_journal_knows_nothing_of_it(
    heldar_site: HeldarSite, view: SiteReader, ffmpeg: str
) -> None:
    path = heldar_site.recordings / "gate" / "20260613_110458.mp4"
    record(path, ffmpeg, seconds=8)

    detail = await view.lookups.gap_detail("gap_1")

    assert [round(piece.held_s) for piece in detail.pieces] == [2, 6, 0]


async def test_a_camera_that_cannot_be_asked_is_said(heldar_site: HeldarSite, view: SiteReader) -> None:
    heldar_site.execute("UPDATE cameras SET address = NULL WHERE id = 'gate'")

    detail = await view.lookups.gap_detail("gap_1")

    assert detail.replay.preview is None
    assert detail.replay.problem.startswith("Camera gate has no address")


async def test_a_gap_that_is_gone_is_said(view: SiteReader) -> None:
    with pytest.raises(SiteError, match="no gap 'gap_9'"):
        await view.lookups.gap_detail("gap_9")


def record(path: Path, ffmpeg: str, *, seconds: int) -> None:
    path.parent.mkdir()
    source = f"testsrc2=size=160x120:rate=5:duration={seconds}"
    subprocess.run([ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, str(path)], check=True)


spans = st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 900)), max_size=8)


@given(spans, st.integers(1, 4000), st.integers(0, 999_999), st.sampled_from([0, 1, 7, 300]))
def test_pieces_span_the_window_and_hold_what_is_held(
    spans: list[tuple[int, int]], length_s: int, micros: int, piece_s: int
) -> None:
    start = NOON + timedelta(microseconds=micros)
    whole = Window(start, start + timedelta(seconds=length_s))
    held = merged(window(at, at + long) for at, long in spans)
    clipped = [part for each in held if (part := each.intersection(whole))]

    found = pieces_held(whole, clipped, piece_s)

    assert subtract(whole, [piece.window for piece in found]) == []
    assert total_s(piece.window for piece in found) == pytest.approx(whole.seconds)
    assert sum(piece.held_s for piece in found) == pytest.approx(total_s(clipped))
    assert len(found) <= MOST_PIECES + 1
