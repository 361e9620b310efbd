"""Footage cut to a piece: to the frame, with the key frame that it is decoded from, and no second that is there."""

from dataclasses import replace

import pytest

from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.cut import cut_to
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
