"""URLs and ranges as a simulated camera reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from anr_tui.demo.camera.rtsp import Refusal, parse_clock, parse_replay_url, ranged
from anr_tui.domain.window import Window

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
MINUTE = Window(NOON, NOON + timedelta(seconds=60))
URL = "rtsp://cam:554/Streaming/tracks/101/?starttime=20260613T120000Z&endtime=20260613T120100Z"


def test_a_url_says_when_and_a_track_of_it_which_medium() -> None:
    asked = parse_replay_url(URL)
    assert (asked.start, asked.end, asked.track) == (MINUTE.start, MINUTE.end, None)

    of_track = parse_replay_url(URL.replace("101/?", "101/trackID=2?"))
    assert (of_track.path, of_track.track) == (asked.path, 2)


def test_a_url_without_times_is_of_the_whole_card() -> None:
    asked = parse_replay_url("rtsp://cam/Streaming/tracks/101")

    assert (asked.start, asked.end) == (None, None)


@pytest.mark.parametrize("path", ["/", "/Streaming/Channels/101", "/Streaming/tracks/103", "/live"])
def test_a_path_that_plays_nothing_is_not_found(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_replay_url(f"rtsp://cam{path}")

    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("value", "start_s", "end_s"),
    [
        ("npt=0-", 0, 60),
        ("npt=10.5-20", 10.5, 20),
        ("npt=-20", 0, 20),
        ("npt=10-900", 10, 60),
        ("clock=20260613T120010Z-20260613T120020.5Z", 10, 20.5),
        ("clock=20260613T120010Z-", 10, 60),
    ],
)
def test_a_range_leaves_a_part_of_the_window(value: str, start_s: float, end_s: float) -> None:
    part, echo = ranged(MINUTE, value)

    assert part == Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))
    assert echo == value


@pytest.mark.parametrize("value", ["", "smpte=0:10:20-", "npt=60-", "npt=30-20", "clock=20260613T115900Z-"])
def test_a_range_that_is_not_in_the_window_is_refused(value: str) -> None:
    with pytest.raises(Refusal) as refused:
        ranged(MINUTE, value)

    assert refused.value.status == 457


def test_a_moment_keeps_its_fraction() -> None:
    assert parse_clock("20260613T120000.5z") == NOON + timedelta(seconds=0.5)
    with pytest.raises(ValueError):
        parse_clock("yesterday")
