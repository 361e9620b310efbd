"""How far a fill is, while two of its pieces are fetched at once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.fill import Phase
from anr_tui.fill.ffmpeg.process import Progress
from anr_tui.fill.progress import ProgressMeter


def report(media_s: float, size_bytes: int) -> Progress:
    return Progress(media_s, size_bytes, speed=1.0, ended=False)


def test_two_fetches_at_once_count_together() -> None:
    meter = ProgressMeter()
    meter.wanted_s = 600
    for key, media_s in (("first", 30), ("second", 12)):
        meter.begin(key)
        meter.report(key, report(media_s, 1000))

    assert meter.progress.phase is Phase.FETCHING
    assert (meter.progress.got_s, meter.progress.size_bytes) == (42, 2000)


def test_a_later_report_replaces_the_earlier_one_of_the_same_fetch() -> None:
    meter = ProgressMeter()
    meter.wanted_s = 600
    meter.begin("piece")
    meter.report("piece", report(10, 100))
    meter.report("piece", report(25, 300))

    assert (meter.progress.got_s, meter.progress.size_bytes) == (25, 300)


def test_what_landed_is_not_counted_a_second_time_as_under_way() -> None:
    meter = ProgressMeter()
    meter.wanted_s = 600
    meter.begin("piece")
    meter.report("piece", report(60, 1000))
    meter.end("piece")
    meter.landed(58, 1100)

    assert (meter.progress.got_s, meter.progress.size_bytes, meter.progress.pieces_landed) == (58, 1100, 1)


def test_a_fetch_that_ended_without_a_file_leaves_nothing_behind() -> None:
    meter = ProgressMeter()
    meter.wanted_s = 600
    meter.begin("piece")
    meter.report("piece", report(60, 1000))
    meter.end("piece")

    assert (meter.progress.got_s, meter.progress.size_bytes) == (0, 0)


@given(st.floats(0, 600), st.lists(st.floats(0, 600), max_size=3), st.floats(0, 600))
def test_never_more_is_shown_than_is_wanted(landed_s: float, under_way_s: list[float], wanted_s: float) -> None:
    """Cameras begin at a key frame, a little before what was asked for."""
    meter = ProgressMeter()
    meter.wanted_s = wanted_s
    meter.landed(landed_s, 1)
    for key, media_s in enumerate(under_way_s):
        meter.begin(key)
        meter.report(key, report(media_s, 1))

    assert meter.progress.got_s <= wanted_s


def test_the_speed_is_that_of_all_fetches_together(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    meter = ProgressMeter()
    meter.begin("first")
    now += 10
    meter.begin("second")
    now += 10
    meter.report("first", report(400, 1))
    assert meter.progress.speed == 20

    meter.report("second", report(100, 1))
    assert meter.progress.speed == 30
