"""What the recorder holds, as its own list of segments tells it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.window import merged, subtract
from anr_tui.sites.interface import Site
from tests.heldar_site import HeldarSite
from tests.sites.heldar.builders import SINCE, add_segment, segment_window


async def test_segments_that_touch_are_one_window(heldar_site: HeldarSite, database: Site) -> None:
    for start_s, end_s in ((0, 59.96), (60, 119.5), (122, 180), (240, 300)):
        add_segment(heldar_site, start_s, end_s)
    assert await database.archive.recorded("gate", SINCE) == [segment_window(0, 180), segment_window(240, 300)]


async def test_only_the_cameras_own_and_only_since_then(heldar_site: HeldarSite, database: Site) -> None:
    add_segment(heldar_site, -60, 0)
    add_segment(heldar_site, 600, 660)
    add_segment(heldar_site, 0, 60, camera_id="dock")
    assert await database.archive.recorded("gate", SINCE) == [segment_window(600, 660)]


@pytest.mark.parametrize(
    "columns",
    [
        {"start_time": "yesterday"},
        {"end_time": "soon"},
        {"end_time": b"\xff\xfe"},
        {"start_time": "2026-06-13T11:00:30+00:00", "end_time": "2026-06-13T11:00:10+00:00"},
        {"start_time": "9999-12-31T23:59:59+00:00", "end_time": "99999"},
    ],
    ids=["no start", "no end", "bytes", "backwards", "far"],
)
async def test_a_row_that_cannot_be_read_spoils_no_other(
    heldar_site: HeldarSite, database: Site, columns: dict[str, Any]
) -> None:
    add_segment(heldar_site, 0, 60)
    add_segment(heldar_site, 60, 120, **columns)
    add_segment(heldar_site, 120, 180)
    assert await database.archive.recorded("gate", SINCE) == [segment_window(0, 60), segment_window(120, 180)]


@pytest.mark.parametrize(
    "change", ["DROP TABLE segments", "ALTER TABLE segments DROP COLUMN end_time"], ids=["no table", "no column"]
)
async def test_a_site_without_such_a_list_is_unknown_and_no_error(
    heldar_site: HeldarSite, database: Site, change: str
) -> None:
    heldar_site.execute(change)
    assert await database.archive.recorded("gate", SINCE) is None


segments = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=25)


@given(segments)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_nothing_but_seams_is_added_and_nothing_lost(
    heldar_site: HeldarSite, database: Site, lengths: list[tuple[int, int]]
) -> None:
    heldar_site.execute("DELETE FROM segments")
    windows = [segment_window(start_s, start_s + length_s) for start_s, length_s in lengths]
    for number, (start_s, length_s) in enumerate(lengths):
        add_segment(heldar_site, start_s, start_s + length_s, id=str(number), path=str(number))
    held = await database.archive.recorded("gate", SINCE)
    assert held is not None
    assert held == merged(held)
    assert all(subtract(each, held) == [] for each in windows)
    assert all(left.seconds <= 3 for each in held for left in subtract(each, windows))
