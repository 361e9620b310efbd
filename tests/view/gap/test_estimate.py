"""What filling would cost: by a camera's own fills, else by those of all, else nobody knows."""

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.view.gap.estimate import Estimate, estimate
from anr_tui.view.snapshot.snapshot import GapRow
from tests.console.site import fill, gap

GATE, ROOF = gap(1, "front gate", 60, 600), gap(2, "roof", 60, 300)
ROWS = [GapRow(GATE, "front gate", None), GapRow(ROOF, "roof", None)]


def test_where_nothing_was_measured_only_the_footage_is_known() -> None:
    assert estimate(ROWS, []) == Estimate(2, 900.0, None, None)
    assert estimate([], []) == Estimate(0, 0.0, None, None)


def test_a_camera_is_judged_by_its_own_fills_and_another_by_all() -> None:
    known = [
        fill(1, GATE, Outcome.FILLED, got_s=100.0, size_bytes=1_000_000, speed=10.0),
        fill(2, GATE, Outcome.PARTLY_FILLED, got_s=300.0, size_bytes=1_000_000, speed=30.0),
        fill(3, GATE, Outcome.UNREACHABLE),
    ]

    found = estimate(ROWS, known)

    assert (found.gaps, found.seconds, found.size_bytes) == (2, 900.0, 4_500_000)
    assert found.takes_s == pytest.approx(900 / 20)


def test_the_gaps_own_fills_count_too() -> None:
    tried = fill(1, ROOF, Outcome.PARTLY_FILLED, got_s=30.0, size_bytes=300_000, speed=1.0)

    assert estimate([GapRow(ROOF, "roof", tried)], []) == Estimate(1, 300.0, 3_000_000, 300.0)
