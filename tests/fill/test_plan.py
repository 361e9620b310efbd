"""What a fill asks for: pieces from whole seconds on, the longest holes first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.policy.coverage import is_covered
from anr_tui.domain.window import Window
from anr_tui.fill.plan import make_plan

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def window(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


spans = st.tuples(st.integers(0, 600), st.integers(1, 300)).map(lambda span: window(span[0] / 10, sum(span) / 10))


def test_slivers_beside_a_hole_are_not_asked_for() -> None:
    held = [window(0, 30), window(30.4, 60), window(120, 179.5)]
    plan = make_plan(window(0, 180), held, piece_s=300)
    assert plan.missing == plan.pieces == (window(60, 120),)


def test_slivers_that_are_too_many_are_asked_for_the_longest_first() -> None:
    held = [window(0, 8), window(10, 28.5), window(30, 39), window(40, 60)]
    assert make_plan(window(0, 60), held, piece_s=300).missing == (window(8, 10), window(28.5, 30))


def test_a_sliver_is_asked_for_with_the_whole_second_that_it_needs_to_land() -> None:
    held = [window(0, 2.3), window(2.9, 6)]
    assert make_plan(window(0, 6), [held[0], window(2.9, 5.9)], piece_s=300).pieces == (window(2, 3),)


def test_one_fill_does_not_ask_a_camera_for_hundreds_of_slivers() -> None:
    held = [window(each * 4, each * 4 + 2) for each in range(300)]
    assert len(make_plan(window(0, 1200), held, piece_s=300).pieces) == 40


@given(st.lists(spans, max_size=20), st.integers(0, 20))
def test_what_is_not_covered_is_asked_for_from_whole_seconds_on(held: list[Window], piece_s: int) -> None:
    gap = window(0, 60)
    inside = [part for each in held if (part := each.intersection(gap))]
    plan = make_plan(gap, inside, piece_s=piece_s)
    assert bool(plan.pieces) == (not is_covered(gap, inside))
    assert all(piece.start.microsecond == 0 for piece in plan.pieces)
    assert is_covered(gap, [*inside, *plan.missing])
    assert all(gap.start <= piece.start and piece.end <= gap.end for piece in plan.pieces)


def test_of_a_gap_that_begins_in_1950_the_newest_month_is_planned() -> None:
    gap = Window(datetime(1950, 1, 1, tzinfo=UTC), NOON)
    plan = make_plan(gap, [], piece_s=300)

    assert plan.is_cut
    assert plan.pieces[-1].end == NOON
    assert plan.wanted_s == timedelta(days=31).total_seconds()
    assert len(plan.pieces) == 31 * 24 * 12


def test_what_is_held_leaves_room_in_the_plan_for_what_is_older() -> None:
    day = 24 * 3600
    gap, held = window(-70 * day, 0), [window(-40 * day, -10 * day)]
    plan = make_plan(gap, held, piece_s=0)

    assert plan.is_cut
    assert plan.pieces == (window(-61 * day, -40 * day), window(-10 * day, 0))
    assert not make_plan(window(-31 * day, 0), [], piece_s=300).is_cut
