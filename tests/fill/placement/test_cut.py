"""Footage cut to a piece: to the frame, with the key frame that it is decoded from, and no second that is there."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.cut import cut_to, has_too_short, is_torn_apart, join_short
from anr_tui.fill.placement.placed import PlacedRun
from tests.fill.placement.clips import PART, at, shown, window

PIECE = window(13, 25)
FRAMES = shown([8, 12, 16, 20, 24, 28], begins_s=8)


def placed(start_s: float, end_s: float) -> PlacedRun:
    """A run of these moments, in footage that begins at second 8."""
    return PlacedRun(PART, Run(start_s - 8, end_s - 8, 100), at(start_s))


def test_what_lies_before_and_behind_the_piece_is_cut_off_but_for_the_frames_since_the_last_key_frame() -> None:
    (run,) = cut_to([placed(8, 30)], PIECE, FRAMES)

    assert run.window == PIECE
    assert (run.run.start_s, run.run.end_s) == (5, 17)
    assert run.key_s == 4, "the key frame of second 12, which is not shown"


def test_a_run_inside_the_piece_stays_as_it_is() -> None:
    (run,) = cut_to([placed(16, 24)], PIECE, FRAMES)

    assert (run.window, run.key_s) == (window(16, 24), 8)


def test_a_key_frame_that_a_run_begins_with_counts_but_for_the_last_digits() -> None:
    """Media times are added up from frame durations: by marks and by packets they differ in the last digits."""
    run = placed(16, 24)
    late = replace(run, run=replace(run.run, start_s=run.run.start_s + 1e-9))
    (cut,) = cut_to([late], PIECE, FRAMES)

    assert cut.window.start == at(16)
    assert cut.run.seconds == pytest.approx(8)


def test_a_run_that_no_key_frame_precedes_begins_at_its_first_one() -> None:
    (run,) = cut_to([placed(14, 24)], PIECE, FRAMES)

    assert (run.window, run.key_s) == (window(16, 24), 8)


@pytest.mark.parametrize("outside", [window(0, 13), window(25, 30), window(24.95, 30)])
def test_what_lies_outside_or_is_no_more_than_a_frame_is_left_out(outside: Window) -> None:
    start_s, end_s = ((each - at(0)).total_seconds() for each in (outside.start, outside.end))

    assert cut_to([placed(start_s, end_s)], PIECE, FRAMES) == []


def run_at(from_s: float, to_s: float, stands_s: float) -> PlacedRun:
    """The media seconds of a run, at a moment."""
    return PlacedRun(PART, Run(from_s, to_s, 100), at(stands_s), key_s=from_s)


def test_what_is_too_short_for_a_recording_is_joined_with_what_it_adjoins() -> None:
    """GIVEN 0.7 s that stand 0.9 s before what follows them in the file THEN they land with it, at its moment."""
    joined = join_short([run_at(0, 0.7, 10), run_at(0.7, 5, 11.6), run_at(5, 5.7, 16.4)])

    (run,) = joined
    assert (run.run.start_s, run.run.end_s, run.key_s) == (0, 5.7, 0)
    assert run.start == at(10.9)


def test_what_is_too_short_and_stands_further_off_than_a_name_tells_stays_alone() -> None:
    placed = [run_at(0, 3, 10), run_at(3, 3.7, 14.1), run_at(3.7, 8, 20)]

    assert join_short(placed) == placed


def test_what_is_long_enough_stays_at_its_own_moment() -> None:
    placed = [run_at(0, 3, 10), run_at(3, 6, 13.5)]

    assert join_short(placed) == placed
    assert is_torn_apart(placed)


def test_what_does_not_follow_in_the_file_is_not_joined_and_not_torn_apart() -> None:
    placed = [run_at(0, 3, 10), run_at(3.5, 4, 13.5), replace(run_at(4, 8, 14), rate=1.4)]

    assert join_short(placed) == placed
    assert not is_torn_apart(placed)


@pytest.mark.parametrize(("seconds", "is_worth_it"), [((0.7,), False), ((0.7, 5, 0.7), True), ((3, 8), False)])
def test_what_cannot_land_is_worth_keeping_where_it_is_a_second_in_all(
    seconds: tuple[float, ...], is_worth_it: bool
) -> None:
    placed = [run_at(index * 20, index * 20 + each, index * 40) for index, each in enumerate(seconds)]

    assert has_too_short(placed) is is_worth_it


@given(st.lists(st.tuples(st.floats(0.11, 4), st.floats(0, 3)), min_size=1, max_size=12))
def test_joining_loses_nothing_and_moves_nothing_further_than_a_second(cuts: list[tuple[float, float]]) -> None:
    placed: list[PlacedRun] = []
    media_s = moment_s = 0.0
    for length_s, apart_s in cuts:
        placed.append(run_at(media_s, media_s + length_s, moment_s + apart_s))
        media_s, moment_s = media_s + length_s, moment_s + apart_s + length_s
    joined = join_short(placed)

    assert sum(each.seconds for each in joined) == pytest.approx(media_s)
    # Moments are whole microseconds, and media times are not.
    apart = [later.start - earlier.window.end for earlier, later in itertools.pairwise(joined)]
    assert all(each >= -timedelta(milliseconds=1) for each in apart)
    for each in placed:
        (into,) = [run for run in joined if run.run.start_s <= each.run.start_s < run.run.end_s]
        stands = into.start - at(0)
        moved_s = stands.total_seconds() + each.run.start_s - into.run.start_s - (each.start - at(0)).total_seconds()
        assert abs(moved_s) <= 1.01
