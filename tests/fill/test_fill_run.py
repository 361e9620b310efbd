"""What a fill says of a camera's clock and of the format of its footage."""

from dataclasses import replace

import pytest

from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.fill_run import clock_words, format_words
from anr_tui.fill.piece import NegotiatedOptions

OPTIONS = NegotiatedOptions(full_speed=True, audio=AudioMode.NONE)
HD, UHD = ("h264", 1920, 1080), ("hevc", 3840, 2160)


@pytest.mark.parametrize(("offset_s", "side"), [(90, "90 s ahead"), (-7, "7 s behind")])
def test_a_clock_that_was_corrected_for_is_named_with_its_side(offset_s: int, side: str) -> None:
    assert side in clock_words(replace(OPTIONS, clock_offset_s=offset_s, seen_clock_offset_s=offset_s))


def test_a_clock_that_is_off_by_hours_is_named_for_a_person_to_look_at() -> None:
    assert "+2.0 h" in clock_words(replace(OPTIONS, seen_clock_offset_s=7200.0))
    assert "-5.5 h" in clock_words(replace(OPTIONS, seen_clock_offset_s=-5.5 * 3600))


@pytest.mark.parametrize("seen_s", [None, 0.0, 1.5, -900.0])
def test_a_clock_that_is_right_or_not_known_is_not_mentioned(seen_s: float | None) -> None:
    assert clock_words(replace(OPTIONS, seen_clock_offset_s=seen_s)) == ""


def test_footage_of_another_format_than_its_neighbours_is_named_with_both() -> None:
    words = format_words(replace(OPTIONS, came_as=HD), UHD)

    assert "h264 1920x1080" in words and "hevc 3840x2160" in words


@pytest.mark.parametrize(("came", "others"), [(HD, HD), (None, HD), (HD, None)])
def test_the_format_is_not_mentioned_where_it_agrees_or_is_not_known(came, others) -> None:
    assert format_words(replace(OPTIONS, came_as=came), others) == ""
