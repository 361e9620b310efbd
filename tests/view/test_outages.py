import itertools

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.model import FillState
from anr_tui.view.outages import TOGETHER, Outage, outages
from tests.view.rows import gap_row, window


def newest_first(*rows):
    return sorted(rows, key=lambda row: row.window.start, reverse=True)


def test_gaps_of_several_cameras_that_began_together_are_one_outage():
    rows = newest_first(gap_row(0, 60), gap_row(3, 90, camera="hall"), gap_row(9, 50, camera="dock"))
    (outage,) = outages(rows)
    assert isinstance(outage, Outage)
    assert (outage.cameras, outage.missing, outage.window) == (3, 3, window(0, 90))
    assert outage.id == "gate-0"


def test_a_gap_that_began_alone_stays_alone():
    rows = newest_first(gap_row(0, 60), gap_row(100, 160, camera="hall"))
    assert list(outages(rows)) == rows


def test_two_gaps_of_one_camera_are_no_outage():
    rows = newest_first(gap_row(0, 2), gap_row(5, 9))
    assert list(outages(rows)) == rows


def test_filled_gaps_of_an_outage_are_no_longer_missing():
    rows = newest_first(gap_row(0, 60, state=FillState.FILLED), gap_row(1, 60, camera="hall"))
    (outage,) = outages(rows)
    assert outage.missing == 1


starts = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["gate", "hall", "dock"])), unique=True)


@given(starts)
def test_no_gap_is_lost_or_moved_past_another(starts):
    rows = newest_first(*(gap_row(start, start + 10, camera=camera) for start, camera in starts))
    found = [each.gaps if isinstance(each, Outage) else (each,) for each in outages(rows)]
    assert [row for group in found for row in group] == rows
    for group in found:
        for later, earlier in itertools.pairwise(group):
            assert later.window.start - earlier.window.start <= TOGETHER
