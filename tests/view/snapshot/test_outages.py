import itertools

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.view.snapshot.outages import TOGETHER, Outage, OutageRow, gathered, outages, single
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


def test_an_outage_opens_into_its_gaps_in_place():
    rows = newest_first(gap_row(100, 160), gap_row(0, 60), gap_row(3, 90, camera="hall"))
    closed = gathered(rows, ())
    assert [row.id for row in closed] == ["gate-100", "outage gate-0"]
    opened = gathered(rows, {closed[1].id})
    assert [row.id for row in opened] == ["gate-100", "outage gate-0", "hall-3", "gate-0"]
    assert [row.camera_name for row in opened] == ["Gate", "2 cameras", "Hall", "Gate"]


@given(starts, st.booleans(), st.booleans())
def test_rows_stand_for_every_gap_once_whichever_way_they_are_sorted(starts, are_open, is_oldest_first):
    rows = newest_first(*(gap_row(start, start + 10, camera=camera) for start, camera in starts))
    ordered = rows[::-1] if is_oldest_first else rows
    closed = gathered(ordered, (), is_oldest_first=is_oldest_first)
    opened = {row.id for row in closed} if are_open else set()
    shown = gathered(ordered, opened, is_oldest_first=is_oldest_first)
    assert [gap.id for gap in single(shown)] and len(single(shown)) == len(rows) if rows else shown == []
    assert len({row.id for row in shown}) == len(shown)
    if are_open:
        gaps = [row for row in shown if not isinstance(row, OutageRow)]
        assert [row.id for row in gaps] == [row.id for row in ordered]


def test_an_outage_is_missing_until_all_of_it_is_filled_and_fills_while_one_does():
    filled = gap_row(0, 60, state=FillState.FILLED)
    (row,) = gathered(newest_first(filled, gap_row(1, 60, camera="hall", is_filling=True)), ())
    assert (row.is_missing, row.is_filling) == (True, True)
    (row,) = gathered(newest_first(filled, gap_row(1, 60, camera="hall", state=FillState.FILLED)), ())
    assert (row.is_missing, row.is_filling) == (False, False)


def test_gaps_that_stand_in_no_order_are_no_outage():
    rows = [gap_row(0, 60), gap_row(500, 560, camera="hall")]
    assert list(outages(rows)) == rows
