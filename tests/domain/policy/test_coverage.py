"""The one rule on what may be missing of a gap, against patterns of footage and of the recorder's rounding."""

from datetime import UTC, datetime, timedelta
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.policy.coverage import allowed_missing_s, holes_to_fill, is_covered, missing_s
from anr_tui.domain.window import Window, subtract, total_s

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def window(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


spans = st.tuples(st.integers(0, 600), st.integers(1, 300)).map(lambda span: window(span[0] / 10, sum(span) / 10))


@pytest.mark.parametrize(("gap_s", "most_s"), [(3600, 2), (20, 2), (19, 1.9), (2, 0.2)])
def test_two_seconds_or_a_tenth_may_be_missing(gap_s: float, most_s: float) -> None:
    gap = window(0, gap_s)
    assert allowed_missing_s(gap_s) == pytest.approx(most_s)
    assert is_covered(gap, [window(0, gap_s - most_s)])
    assert not is_covered(gap, [window(0, gap_s - most_s - 0.1)])
    middle = gap_s / 2
    assert not is_covered(gap, [window(0, middle), window(middle + most_s + 0.1, gap_s)])


@pytest.mark.parametrize("gap_s", [0.5, 2, 60])
def test_nothing_fills_no_gap(gap_s: float) -> None:
    assert not is_covered(window(0, gap_s), [])
    assert holes_to_fill(window(0, gap_s), []) == [window(0, gap_s)]


@pytest.mark.parametrize(("there_s", "missing"), [(2, 2.0), (1.1, 0.9), (9, 0.9), (9, 0.3)])
def test_what_is_missing_here_and_there_is_added_up(there_s: float, missing: float) -> None:
    step_s = there_s + missing
    held = [window(each * step_s, each * step_s + there_s) for each in range(int(60 / step_s))]
    gap = window(0, len(held) * step_s)
    assert missing_s(gap, held) == pytest.approx(len(held) * missing)
    assert is_covered(gap, held) == (len(held) * missing <= 2)


@given(st.lists(st.integers(20, 700), min_size=1, max_size=60), st.integers(0, 9))
def test_files_named_by_whole_seconds_that_follow_each_other_are_no_holes(tenths: list[int], first: int) -> None:
    """Recorders cut the fraction of a second off each name: so each seam seems to gape or to overlap."""
    starts = [first]
    for length in tenths:
        starts.append(starts[-1] + length)
    held = [
        window(floor(start / 10), floor(start / 10) + length / 10)
        for start, length in zip(starts, tenths, strict=False)
    ]
    gap = window(0, floor(starts[-1] / 10))
    inside = [part for each in held if (part := each.intersection(gap))]
    assert missing_s(gap, inside) < 1.001


@given(st.lists(spans, max_size=20))
def test_what_is_asked_for_fills_the_gap_and_no_less_would(held: list[Window]) -> None:
    gap = window(0, 60)
    inside = [part for each in held if (part := each.intersection(gap))]
    holes = holes_to_fill(gap, inside)
    assert is_covered(gap, [*inside, *holes])
    assert all(hole in subtract(gap, inside) for hole in holes)
    if holes:
        smallest = min(holes, key=lambda hole: hole.seconds)
        assert not is_covered(gap, [*inside, *(hole for hole in holes if hole != smallest)])


@given(st.lists(spans, max_size=20))
def test_a_gap_that_is_covered_lacks_little(held: list[Window]) -> None:
    gap = window(0, 60)
    if is_covered(gap, held):
        # The rounding of the names may hide less than a second of each run of files, and here of each overlap.
        overlaps = len(held)
        assert total_s(subtract(gap, held)) <= 2.001 + overlaps
