from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.coverage_strip import Mark, gap_mark, span_of, strip
from tests.view.rows import NOON, gap_row, window

SPAN = window(0, 3600)


@pytest.mark.parametrize(
    ("row", "mark"),
    [
        (gap_row(0, 60), Mark.MISSING),
        (gap_row(0, 60, state=FillState.FAILED), Mark.MISSING),
        (gap_row(0, 60, state=FillState.FAILED, outcome=Outcome.NO_FOOTAGE), Mark.ABSENT),
        (gap_row(0, 60, outcome=Outcome.PARTLY_FILLED), Mark.MISSING),
        (gap_row(0, 60, state=FillState.FILLED, outcome=Outcome.FILLED), Mark.FILLED),
        (gap_row(0, 60, is_filling=True), Mark.FILLING),
    ],
)
def test_a_gap_has_the_mark_of_what_became_of_it(row, mark):
    assert gap_mark(row) is mark
    assert strip(SPAN, 60, [], [row])[:2] == (mark, Mark.UNKNOWN)


def test_what_was_recorded_is_marked_where_it_holds_half_a_cell_or_more():
    marks = strip(SPAN, 6, [window(-100, 300), window(900, 1199), window(1900, 2500)], [])
    assert marks == (Mark.RECORDED, Mark.UNKNOWN, Mark.UNKNOWN, Mark.RECORDED, Mark.UNKNOWN, Mark.UNKNOWN)


def test_a_short_outage_does_not_vanish_in_a_long_cell():
    assert strip(SPAN, 4, [window(0, 3600)], [gap_row(1000, 1003)])[1] is Mark.MISSING


def test_a_gap_that_ends_where_a_cell_begins_leaves_that_cell_alone():
    assert strip(SPAN, 60, [window(0, 3600)], [gap_row(0, 60)])[:2] == (Mark.MISSING, Mark.RECORDED)


seconds = st.integers(-4000, 8000)
gaps = st.builds(
    lambda start, length, state, is_filling: gap_row(start, start + length, state=state, is_filling=is_filling),
    seconds,
    st.integers(1, 5000),
    st.sampled_from(FillState),
    st.booleans(),
)


@given(st.lists(gaps, max_size=20), st.integers(1, 200))
def test_every_gap_inside_the_span_shows_at_least_as_urgently_as_it_is(rows, cells):
    marks = strip(SPAN, cells, [SPAN], rows)
    order = list(Mark)
    assert len(marks) == cells
    for row in rows:
        shared = SPAN.intersection(row.window)
        if shared is not None:
            index = min(int((shared.start - SPAN.start).total_seconds() * cells / SPAN.seconds), cells - 1)
            assert order.index(marks[index]) >= order.index(gap_mark(row))
    if not any(SPAN.overlaps(row.window) for row in rows):
        assert set(marks) == {Mark.RECORDED}


lengths = st.sampled_from([timedelta(hours=1), timedelta(hours=24), timedelta(days=30)])


@given(lengths, st.integers(1, 300), st.integers(0, 40_000_000), st.integers(0, 100_000))
def test_the_span_holds_now_in_its_last_cell_and_moves_by_whole_cells(length, cells, at_s, later_s):
    now = NOON + timedelta(seconds=at_s)
    span, later = span_of(length, cells, now), span_of(length, cells, now + timedelta(seconds=later_s))
    cell = length // cells
    assert span.end - span.start == cell * cells
    assert timedelta() < span.end - now <= cell
    assert (later.end - span.end) % cell == timedelta()


def test_of_the_last_cell_only_what_had_passed_when_it_was_read_is_expected():
    held = [window(0, 3100)]
    assert strip(SPAN, 6, held, [])[-1] is Mark.UNKNOWN
    assert strip(SPAN, 6, held, [], read_at=window(0, 3180).end)[-1] is Mark.RECORDED
    assert strip(SPAN, 6, held, [], read_at=window(0, 3300).end)[-1] is Mark.UNKNOWN
    assert strip(SPAN, 6, [], [], read_at=window(0, 2000).end)[-1] is Mark.UNKNOWN
