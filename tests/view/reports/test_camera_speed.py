"""How fast each camera is, and in which order they stand."""

from dataclasses import replace

import pytest

from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.reports.camera_speed import SpeedOrder, camera_speeds, in_order, rate_of
from tests.view.reports.forecast_builders import GATE, NOW

# Speeds.


def test_cameras_stand_slowest_first_or_by_name_and_unmeasured_ones_last() -> None:
    rows = [replace(GATE, id=name, name=name) for name in "abc"]
    fills = [FillPace("a", NOW, speed, 60, 6, 1) for speed in (30.0, 10.0, 20.0)] + [FillPace("c", NOW, 2.0, 60, 30, 1)]
    paces = camera_speeds(rows, fills)
    assert [(each.last, each.median, each.from_end_to_end) for each in paces] == [
        (20, 20, 10),
        (None, None, None),
        (2, 2, 2),
    ]
    assert [each.id for each in in_order(paces, SpeedOrder.SLOWEST)] == ["c", "a", "b"]
    assert [each.id for each in in_order(paces, SpeedOrder.NAME)] == ["a", "b", "c"]


def test_short_fills_count_by_the_time_that_they_took() -> None:
    """Asking and landing take their time, whatever came."""
    fills = [FillPace("a", NOW, 40.0, 600.0, 20.0, 1), FillPace("a", NOW, 40.0, 10.0, 10.0, 1)]

    assert rate_of(fills) == pytest.approx(610 / 30)


@pytest.mark.parametrize("fills", [[], [FillPace("a", NOW, 0.0, 0.0, 0.0, 0)]])
def test_where_no_time_was_spent_no_speed_is_known(fills: list[FillPace]) -> None:
    assert rate_of(fills) is None


def test_a_camera_without_fills_has_the_speed_that_the_worker_remembers() -> None:
    (pace,) = camera_speeds([replace(GATE, speed=12.0)], [])

    assert (pace.last, pace.median, pace.from_end_to_end) == (12.0, None, 12.0)


def test_fills_of_a_camera_that_is_gone_are_nobodys() -> None:
    (pace,) = camera_speeds([GATE], [FillPace("gone", NOW, 9.0, 60, 6, 1)])

    assert pace.fills == ()
