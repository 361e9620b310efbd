"""The seams of a piece: which key frames of the recordings it is held against, and what is asked for so."""

import pytest

from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.witnesses.seams import REACH_S, Seams, reach
from tests.fill.placement.clips import at, recorded, window

PIECE = window(13, 25)
SEAMS = Seams(PIECE, recorded(4, 8, 12, 26, 30))


def test_the_nearest_key_frame_on_each_side_counts() -> None:
    assert SEAMS.before is not None and SEAMS.before.at == at(12)
    assert SEAMS.after is not None and SEAMS.after.at == at(26)
    assert not SEAMS.is_bare
    assert SEAMS.key_frame_distance_s == 4


def test_what_is_too_far_away_is_no_seam() -> None:
    far = Seams(PIECE, recorded(13 - REACH_S - 3, 25 + REACH_S + 3))

    assert far.is_bare
    assert far.widened(at(1000)) == PIECE


def test_what_lies_behind_another_piece_of_the_same_gap_is_no_seam() -> None:
    beside_the_gap = recorded(0, 4, 45, 49)

    assert Seams(PIECE, beside_the_gap).is_bare
    assert not Seams(window(7, 42), beside_the_gap).is_bare


def test_the_piece_is_widened_by_a_key_frame_of_each_side_and_never_into_the_future() -> None:
    assert SEAMS.widened(at(1000)) == window(12, 27.5)
    assert SEAMS.widened(at(26.2)) == window(12, 26.2)
    assert Seams(PIECE, recorded(12)).widened(at(1000)) == window(12, 25)


def test_the_anchors_of_the_edges_are_the_nearest_of_those_found_again() -> None:
    pairs = tuple(Anchor(at(second), second) for second in (4, 12, 26, 30))

    assert SEAMS.early(pairs) == pairs[1]
    assert SEAMS.late(pairs) == pairs[2]
    assert SEAMS.early(pairs[2:]) is None and SEAMS.late(pairs[:2]) is None


@pytest.mark.parametrize(("over_s", "end_s"), [(0.0, 25), (0.6, 25.6), (3.0, 26), (-0.5, 25)])
def test_a_piece_reaches_to_the_very_frame_after_it_by_at_most_the_second_of_a_name(
    over_s: float, end_s: float
) -> None:
    pairs = (Anchor(at(12), 0.0), Anchor(at(26), 14.0 + over_s))

    assert SEAMS.joined(pairs) == window(13, end_s)


def test_without_both_edges_the_piece_stays_as_it_is() -> None:
    assert SEAMS.joined((Anchor(at(12), 0.0),)) == PIECE


def test_seams_are_looked_for_on_both_sides() -> None:
    assert reach(PIECE) == window(13 - REACH_S, 25 + REACH_S)


def test_where_nothing_was_recorded_yet_what_may_come_to_stand_there_is_reached() -> None:
    bare = Seams(PIECE, ())
    assert bare.widened(at(1000), beside_s=(2.0, 3.0)) == window(11, 28)
    assert bare.widened(at(26), beside_s=(0.0, 3.0)) == window(13, 26)
    assert SEAMS.widened(at(1000), beside_s=(2.0, 3.0)) == SEAMS.widened(at(1000))
