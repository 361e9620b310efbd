"""What a fill asks for: all that is missing, in pieces from whole seconds on, and nothing that would be deleted."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window, merged, subtract
from anr_tui.fill.plan import TOLERANCE_S, cut_to_retention, make_plan

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


moments = st.floats(0, 600, allow_nan=False)
windows = st.tuples(moments, st.floats(0.5, 300)).map(lambda span: Window(at(span[0]), at(span[0] + span[1])))
piece_lengths = st.sampled_from([0.0, 10.0, 60.0])


@given(windows, st.lists(windows), piece_lengths)
def test_the_pieces_bring_every_second_that_is_missing(gap: Window, held: list[Window], piece_s: float) -> None:
    plan = make_plan(gap, held, piece_s=piece_s)

    assert not [left for missing in plan.missing for left in subtract(missing, merged(plan.pieces))]


@given(windows, st.lists(windows), piece_lengths)
def test_a_piece_begins_on_a_whole_second_and_less_than_one_before_what_is_missing(
    gap: Window, held: list[Window], piece_s: float
) -> None:
    plan = make_plan(gap, held, piece_s=piece_s)

    assert all(piece.start.microsecond == 0 for piece in plan.pieces)
    for piece in plan.pieces:
        needless = subtract(piece, plan.missing)
        assert sum(each.seconds for each in needless) < 1


@given(windows, st.lists(windows))
def test_what_is_wanted_is_the_gap_without_what_is_on_disk(gap: Window, held: list[Window]) -> None:
    plan = make_plan(gap, held, piece_s=0)

    assert plan.wanted_s == sum(left.seconds for left in subtract(gap, held) if left.seconds > TOLERANCE_S)
    assert not [missing for missing in plan.missing for there in held if missing.overlaps(there)]


def test_a_gap_that_is_covered_up_to_a_key_frame_at_each_end_asks_for_nothing() -> None:
    plan = make_plan(Window(at(0), at(600)), [Window(at(2), at(299)), Window(at(301), at(598))], piece_s=60)

    assert (plan.pieces, plan.wanted_s) == ((), 0)


@given(windows, moments)
def test_what_the_recorder_would_delete_at_once_is_not_asked_for(gap: Window, oldest_s: float) -> None:
    oldest = at(oldest_s)
    kept = cut_to_retention(gap, oldest)

    if kept is None:
        assert gap.end <= oldest
    else:
        assert kept == Window(max(gap.start, oldest), gap.end)
