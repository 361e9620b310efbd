"""Figures by day: exact to the microsecond, in days of 23, 24 and 25 hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.domain.window import Window, merged, shared, subtract, total_s
from anr_tui.view.reports.days import Day, day_figures, days_until
from anr_tui.view.snapshot.snapshot import GapRow
from tests.view.rows import NOON, gap_row

BERLIN, APIA, SAO_PAULO = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("America/Sao_Paulo")
LATER = NOON + timedelta(days=2)
_DAY_S = 86_400


@pytest.mark.parametrize(
    ("now", "zone", "hours"),
    [
        (datetime(2026, 3, 30, 9, tzinfo=UTC), BERLIN, [24, 23, 24]),
        (datetime(2026, 10, 26, 9, tzinfo=UTC), BERLIN, [24, 25, 24]),
        (datetime(2018, 11, 4, 12, tzinfo=UTC), SAO_PAULO, [24, 24, 23]),  # it has no midnight
        (datetime(2011, 12, 31, 9, tzinfo=UTC), APIA, [24, 24]),  # the 30th was left out
        (NOON, UTC, [24, 24, 24]),
    ],
)
def test_days_are_as_long_as_their_zone_has_them(now: datetime, zone: tzinfo, hours: list[int]) -> None:
    days = days_until(now, zone, 3)
    assert [window.seconds / 3600 for _, window in days] == hours
    assert days[-1][0] == now.astimezone(zone).date()
    assert days[-1][1].start <= now < days[-1][1].end
    assert all(one.end == other.start for (_, one), (_, other) in pairwise(days))


def figures(rows: list[GapRow], landed: dict[str, list[Window]], count: int = 3, zone: tzinfo = UTC) -> list[Day]:
    return day_figures(rows, landed, days_until(LATER, zone, count), LATER)


def test_a_gap_over_midnight_lies_in_both_days() -> None:
    night = gap_row(11 * 3600, 14 * 3600)
    first, second, third = figures([night], {"gate": [night.window]})
    assert (first.date, first.wanted_s, second.wanted_s, third.wanted_s) == (date(2026, 6, 13), 3600, 7200, 0)
    assert (first.recovered_s, second.recovered_s, first.missing_s, second.missing_s) == (3600, 7200, 0, 0)


def test_a_second_that_two_gaps_share_is_one_and_of_two_cameras_two() -> None:
    rows = [gap_row(0, 100), gap_row(50, 150), gap_row(0, 100, camera="dock")]
    assert figures(rows, {})[0].wanted_s == 250


def test_what_is_filled_without_us_is_neither_recovered_nor_missing() -> None:
    day = figures([gap_row(0, 100, state=FillState.FILLED)], {})[0]
    assert (day.wanted_s, day.recovered_s, day.missing_s) == (100, 0, 0)


def test_unfilled_are_the_gaps_that_had_ended_and_were_filled_later() -> None:
    done = gap_row(0, 100, state=FillState.FILLED)
    late = replace(done, gap=replace(done.gap, filled_at=NOON + timedelta(hours=20)))
    over_midnight = gap_row(11 * 3600, 13 * 3600)
    unknown = gap_row(200, 300, state=FillState.FILLED)
    assert [day.unfilled_s for day in figures([late, over_midnight, unknown], {})] == [100, 7200, 7200]
    assert [day.unfilled_s for day in figures([gap_row(-9 * _DAY_S, 60 - 9 * _DAY_S)], {})] == [60, 60, 60]


moments = st.integers(-2 * _DAY_S, 3 * _DAY_S)
spans = st.tuples(moments, st.integers(1, 40_000)).map(lambda each: (each[0], sum(each)))
gap_rows = st.lists(
    st.builds(
        lambda span, camera, state: gap_row(*span, camera=camera, state=state),
        spans,
        st.sampled_from(["gate", "dock"]),
        st.sampled_from(FillState),
    ),
    max_size=12,
)
zones = st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/New_York")])


@given(gap_rows, st.lists(spans, max_size=8), zones, st.integers(1, 6))
def test_the_days_sum_to_the_whole(rows: list[GapRow], files: list[tuple[int, int]], zone: tzinfo, count: int) -> None:
    landed = {"gate": merged(gap_row(*span).window for span in files)}
    days = figures(rows, landed, count, zone)
    over = Window(days[0].window.start, days[-1].window.end)
    wanted_s = recovered_s = missing_s = 0.0
    for camera in ("gate", "dock"):
        own = [row for row in rows if row.gap.camera_id == camera]
        gone = shared(merged(row.window for row in own), [over])
        open_ = shared(merged(row.window for row in own if row.is_missing), [over])
        came = landed.get(camera, [])
        wanted_s += total_s(gone)
        recovered_s += total_s(gone) - total_s(rest for part in gone for rest in subtract(part, came))
        missing_s += total_s(rest for part in open_ for rest in subtract(part, came))
    assert sum(day.wanted_s for day in days) == wanted_s
    assert sum(day.recovered_s for day in days) == recovered_s
    assert sum(day.missing_s for day in days) == missing_s
    assert all(day.recovered_s + day.missing_s <= day.wanted_s for day in days)
    assert all(min(day.recovered_s, day.missing_s, day.unfilled_s) >= 0 for day in days)
