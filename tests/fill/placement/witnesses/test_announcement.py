"""What a device says that it will play: only a start that differs, in a range that fits to it, says anything."""

from datetime import UTC, datetime

import pytest

from anr_tui.fill.placement.witnesses.announcement import Announcement, announcement_of, usual_distance_s
from anr_tui.replay.rtsp.play_range import ToldRange
from tests.fill.placement.clips import at, shown, window

ASKED = window(0, 60)
DAY_S = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def told(start_s: float, end_s: float | None) -> ToldRange:
    return ToldRange(at(start_s), None if end_s is None else at(end_s))


def late_s(said: ToldRange | None, *asked, key_frame_distance_s: float = 0.0) -> float | None:
    announced = announcement_of(said, asked or (ASKED,), key_frame_distance_s=key_frame_distance_s)
    return None if announced is None else announced.late_s


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (told(0, 60), None),
        (told(-2, 60), None),
        (told(2, 60), None),
        (told(30, 60), 30),
        (told(30, 90), 30),
        (told(30, None), 30),
        (told(7200, 7260), 7200),
        (told(3 * DAY_S, None), 3 * DAY_S),
        (told(-10, 50), -10),
        (told(-10, 60), -10),
        (told(-7200, -7140), -7200),
    ],
    ids=[
        "as asked",
        "2 s early",
        "2 s late",
        "late",
        "late, and its end",
        "late, without an end",
        "another zone",
        "next footage, days later",
        "early, and its end",
        "early, and ends in time",
        "another zone, earlier",
    ],
)
def test_a_start_that_differs_in_a_range_that_fits(said: ToldRange, expected: float | None) -> None:
    assert late_s(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        None,
        told(-5 * DAY_S, 3600),
        told(-3600, 3600),
        told(-3600, 20),
        told(-10, None),
        ToldRange(EPOCH),
        ToldRange(EPOCH, at(60)),
        told(400 * DAY_S, None),
    ],
    ids=[
        "nothing",
        "the whole card",
        "the recording around it",
        "the clip in which it begins",
        "early, without an end",
        "its epoch",
        "its epoch, and the end asked for",
        "years later",
    ],
)
def test_ranges_that_are_no_answer_say_nothing(said: ToldRange | None) -> None:
    assert late_s(said) is None


def test_a_key_frame_before_the_moment_asked_for_is_what_the_standard_demands() -> None:
    assert late_s(told(-8, 60)) == -8
    assert late_s(told(-8, 60), key_frame_distance_s=10) is None
    assert late_s(told(8, 60), key_frame_distance_s=10) == 8


def test_a_device_may_mean_its_own_digits_or_the_times_as_they_are() -> None:
    digits = window(7200, 7260)
    assert late_s(told(7200, 7260), digits, ASKED) is None
    assert late_s(told(0, 60), digits, ASKED) is None
    assert late_s(told(30, 90), digits, ASKED) == 30


def test_a_device_that_says_that_it_plays_live() -> None:
    assert announcement_of(ToldRange(is_live=True), (ASKED,), key_frame_distance_s=0) == Announcement(is_live=True)


@pytest.mark.parametrize(
    ("seconds", "expected"), [([], 0), ([4], 0), ([0, 4, 8, 12], 4), ([0, 4, 8, 60, 64], 4)], ids=str
)
def test_the_usual_distance_of_key_frames_knows_no_hole(seconds: list[float], expected: float) -> None:
    assert usual_distance_s(shown(seconds, begins_s=0)) == expected
