import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window, merged, pieces, shared, subtract, total_s

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def window(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


windows = st.tuples(st.integers(0, 500), st.integers(1, 100)).map(lambda span: window(span[0], span[0] + span[1]))


def seconds_of(covered: list[Window]) -> set[int]:
    """Every whole second that the windows hold: a slow second opinion."""
    return {
        second
        for held in covered
        for second in range(int((held.start - NOON).total_seconds()), int((held.end - NOON).total_seconds()))
    }


def test_a_window_must_end_after_it_starts_and_know_its_zone() -> None:
    with pytest.raises(ValueError, match="after"):
        window(5, 5)
    with pytest.raises(ValueError, match="zone"):
        Window(datetime(2026, 1, 1), NOON)  # noqa: DTZ001


@given(st.lists(windows))
def test_merging_keeps_every_second_and_leaves_no_seam(some: list[Window]) -> None:
    union = merged(some)
    assert seconds_of(union) == seconds_of(some)
    assert all(a.end < b.start for a, b in itertools.pairwise(union))


@given(windows, st.lists(windows))
def test_what_is_left_is_what_no_window_holds(whole: Window, covered: list[Window]) -> None:
    left = subtract(whole, covered)
    assert seconds_of(left) == seconds_of([whole]) - seconds_of(covered)
    assert total_s(left) == len(seconds_of(left))


@given(st.lists(windows), st.lists(windows))
def test_what_two_share_is_every_second_that_both_hold(some: list[Window], others: list[Window]) -> None:
    both = shared(merged(some), merged(others))
    assert seconds_of(both) == seconds_of(some) & seconds_of(others)
    assert total_s(both) == len(seconds_of(both))


@given(windows, st.lists(windows))
def test_slivers_within_the_tolerance_are_left_out_and_nothing_else(whole: Window, covered: list[Window]) -> None:
    exact, tolerant = subtract(whole, covered), subtract(whole, covered, 2.0)
    assert tolerant == [left for left in exact if left.seconds > 2.0]


@given(windows, st.floats(0.5, 200))
def test_pieces_are_the_window_again(whole: Window, piece_s: float) -> None:
    cut = pieces(whole, piece_s)
    assert (cut[0].start, cut[-1].end) == (whole.start, whole.end)
    assert all(a.end == b.start for a, b in itertools.pairwise(cut))
    assert all(piece.seconds <= piece_s + 1e-6 for piece in cut)


def test_piece_length_zero_keeps_the_window_whole() -> None:
    assert pieces(window(0, 9999), 0) == [window(0, 9999)]


@given(windows, windows)
def test_two_windows_share_what_both_hold(a: Window, b: Window) -> None:
    shared = a.intersection(b)
    assert (shared is not None) == a.overlaps(b)
    assert seconds_of([shared] if shared else []) == seconds_of([a]) & seconds_of([b])
