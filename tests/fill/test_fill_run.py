"""What a fill says of a camera's clock and of the format of its footage."""

from dataclasses import replace

import pytest

from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.fill_run import clock_words, format_words
from anr_tui.fill.piece.context import NegotiatedOptions
from anr_tui.fill.placement.time_shift.calibration import Calibration

OPTIONS = NegotiatedOptions(full_speed=True, audio=AudioMode.NONE)
HD, UHD = ("h264", 1920, 1080), ("hevc", 3840, 2160)


def calibrated(shift_s: float, seen_s: float | None = None) -> NegotiatedOptions:
    """What a fill has found out: what its pictures are off, and its clock's word on that."""
    known = Calibration(shift_s, "its pictures")
    return replace(OPTIONS, calibration=known, is_calibrated=True, seen_clock_offset_s=seen_s)


@pytest.mark.parametrize(("offset_s", "side"), [(90, "90 s ahead"), (-7, "7 s behind")])
def test_a_clock_that_was_corrected_for_is_named_with_its_side(offset_s: int, side: str) -> None:
    words = clock_words(calibrated(-offset_s, offset_s))

    assert f"Its clock is {side}" in words and "Set the clock" in words


@pytest.mark.parametrize("seen_s", [None, 0.0, -600.0])
@pytest.mark.parametrize(("shift_s", "side"), [(7200.0, "2h 00m later"), (-5.5 * 3600, "5h 30m earlier")])
def test_what_its_clock_does_not_explain_is_named_with_what_showed_it(
    seen_s: float | None, shift_s: float, side: str
) -> None:
    words = clock_words(calibrated(shift_s, seen_s))

    assert words == f"It plays {side} than asked, shown by its pictures; this fill allowed for that."


@pytest.mark.parametrize("seen_s", [None, 0.0, 1.5, -900.0, 7200.0])
def test_a_clock_of_which_no_picture_shows_anything_is_not_mentioned(seen_s: float | None) -> None:
    assert clock_words(replace(OPTIONS, seen_clock_offset_s=seen_s)) == ""


def test_a_shift_that_nothing_has_shown_yet_is_not_mentioned() -> None:
    guess = replace(OPTIONS, calibration=Calibration(7200.0, "its clock"), seen_clock_offset_s=-7200.0)

    assert clock_words(guess) == ""


def test_footage_of_another_format_than_its_neighbours_is_named_with_both() -> None:
    words = format_words(replace(OPTIONS, came_as=HD), UHD)

    assert "h264 1920x1080" in words and "hevc 3840x2160" in words


@pytest.mark.parametrize(("came", "others"), [(HD, HD), (None, HD), (HD, None)])
def test_the_format_is_not_mentioned_where_it_agrees_or_is_not_known(came, others) -> None:
    assert format_words(replace(OPTIONS, came_as=came), others) == ""
