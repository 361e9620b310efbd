"""What the recorder holds: read while somebody looks, again when there is news, and a little at a time."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from anr_tui.domain.window import Window
from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot import recorder_coverage
from anr_tui.view.snapshot.gap_rows import GapContext, GapRowCache
from anr_tui.view.snapshot.recorder_coverage import READ_AGAIN, READ_ANEW, RecorderCoverage
from tests.heldar_site import NOW, HeldarSite
from tests.sites.heldar.builders import SINCE, add_segment, segment_window
from tests.view.rows import gap_row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAMERAS = ["gate", "dock"]


@pytest.fixture
async def site(heldar_site: HeldarSite) -> AsyncIterator[Site]:
    site = await open_site(heldar_site.settings())
    yield site
    await site.close()


@pytest.fixture
def watch() -> RecorderCoverage:
    watch = RecorderCoverage()
    watch.look_back(HOUR)
    return watch


def held(watch: RecorderCoverage, now: datetime = NOW) -> dict[str, tuple[Window, ...]]:
    timeline = watch.timeline(GapRowCache(), now)
    assert timeline is not None
    return dict(timeline.recorded)


async def test_nothing_is_read_while_nobody_looks(heldar_site: HeldarSite, site: Site) -> None:
    watch = RecorderCoverage()
    add_segment(heldar_site, 0, 60)
    await watch.read(site.archive, CAMERAS, NOW)
    assert watch.timeline(GapRowCache(), NOW) is None


async def test_a_round_reads_every_camera(heldar_site: HeldarSite, site: Site, watch: RecorderCoverage) -> None:
    add_segment(heldar_site, 0, 60)
    await watch.read(site.archive, CAMERAS, NOW)
    assert held(watch) == {"gate": (segment_window(0, 60),), "dock": ()}


async def test_it_is_read_again_after_news_and_a_minute(
    heldar_site: HeldarSite, site: Site, watch: RecorderCoverage
) -> None:
    await watch.read(site.archive, CAMERAS, NOW)
    add_segment(heldar_site, 0, 60)
    await watch.read(site.archive, CAMERAS, NOW + READ_AGAIN)
    assert held(watch)["gate"] == ()
    watch.note_change()
    await watch.read(site.archive, CAMERAS, NOW + READ_AGAIN / 2)
    assert held(watch)["gate"] == ()
    await watch.read(site.archive, CAMERAS, NOW + READ_AGAIN)
    assert held(watch)["gate"] == (segment_window(0, 60),)


async def test_a_clock_that_was_set_back_does_not_stop_it(
    heldar_site: HeldarSite, site: Site, watch: RecorderCoverage
) -> None:
    await watch.read(site.archive, CAMERAS, NOW + DAY)
    add_segment(heldar_site, 0, 60)
    watch.note_change()
    await watch.read(site.archive, CAMERAS, NOW)
    assert held(watch)["gate"] == (segment_window(0, 60),)


async def test_the_newest_segments_are_joined_to_what_is_known_and_deleted_ones_go_in_the_end(
    heldar_site: HeldarSite, site: Site, watch: RecorderCoverage
) -> None:
    watch.look_back(DAY)
    for start_s in (-36_000, 0, 60):
        add_segment(heldar_site, start_s, start_s + 60)
    await watch.read(site.archive, CAMERAS, NOW)
    heldar_site.execute("DELETE FROM segments WHERE start_time < ?", "2026-06-13T02")
    add_segment(heldar_site, 120, 180)
    watch.note_change()
    await watch.read(site.archive, CAMERAS, NOW + READ_AGAIN)
    assert held(watch)["gate"] == (segment_window(-36_000, -35_940), segment_window(0, 180))
    watch.note_change()
    await watch.read(site.archive, CAMERAS, NOW + READ_ANEW)
    assert held(watch)["gate"] == (segment_window(0, 180),)


async def test_a_longer_span_is_read_at_once(heldar_site: HeldarSite, site: Site, watch: RecorderCoverage) -> None:
    add_segment(heldar_site, -36_000, -35_000)
    await watch.read(site.archive, CAMERAS, NOW)
    assert held(watch)["gate"] == ()
    watch.look_back(DAY)
    await watch.read(site.archive, CAMERAS, NOW)
    assert held(watch)["gate"] == (segment_window(-36_000, -35_000),)
    watch.look_back(HOUR)
    assert held(watch)["gate"] == (segment_window(-36_000, -35_000),)


async def test_many_cameras_are_read_a_few_at_a_time(
    heldar_site: HeldarSite, site: Site, watch: RecorderCoverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_coverage, "_BUDGET_S", 0)
    await watch.read(site.archive, CAMERAS, NOW)
    assert list(held(watch)) == ["gate"]
    await watch.read(site.archive, CAMERAS, NOW)
    assert list(held(watch)) == CAMERAS


async def test_what_cannot_be_read_any_more_stays_as_it_was_known(
    heldar_site: HeldarSite, site: Site, watch: RecorderCoverage
) -> None:
    add_segment(heldar_site, 0, 60)
    await watch.read(site.archive, CAMERAS, NOW)
    heldar_site.execute("DROP TABLE segments")
    watch.note_change()
    await watch.read(site.archive, [*CAMERAS, "yard"], NOW + READ_AGAIN)
    assert held(watch) == {"gate": (segment_window(0, 60),), "dock": ()}


async def test_a_camera_that_went_is_forgotten(heldar_site: HeldarSite, site: Site, watch: RecorderCoverage) -> None:
    await watch.read(site.archive, CAMERAS, NOW)
    watch.note_change()
    await watch.read(site.archive, ["dock"], NOW + READ_AGAIN)
    assert list(held(watch)) == ["dock"]


def test_the_timeline_has_the_gaps_that_reach_into_the_span(watch: RecorderCoverage) -> None:
    old, late = gap_row(-7200, -3600), gap_row(-4000, -3599)
    gap_rows = GapRowCache()
    gap_rows.put((old.gap, late.gap, gap_row(0, 9, camera="dock").gap), GapContext())
    timeline = watch.timeline(gap_rows, NOW)
    assert timeline is not None
    assert (timeline.span, timeline.read_at) == (HOUR, None)
    assert {key: [row.id for row in rows] for key, rows in timeline.gaps.items()} == {
        "gate": [late.id],
        "dock": ["dock-0"],
    }


async def test_a_snapshot_has_a_timeline_once_it_was_asked_for(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.view.site_reader.now_utc", lambda: NOW)
    monkeypatch.setattr("anr_tui.view.site_reader._free_bytes", lambda _: 5)
    add_segment(heldar_site, 0, 60)
    heldar_site.add_gap("gap_1", gap_start=SINCE.isoformat())
    view = await SiteReader.open(heldar_site.settings())
    assert (await view.look()).timeline is None
    view.look_back(DAY)
    snapshot = await view.read()
    assert snapshot is not None and snapshot.timeline is not None
    assert snapshot.timeline.recorded == {"gate": (segment_window(0, 60),), "dock": ()}
    assert [row.id for row in snapshot.timeline.gaps["gate"]] == ["gap_1"]
    assert await view.read() is None
    await view.close()
