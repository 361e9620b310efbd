"""How long a fetch may take."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.sources.interface import LONGEST_FETCH_S, FetchOrder

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def order(seconds: float, probe_s: float | None = None) -> FetchOrder:
    return FetchOrder(Window(NOON, NOON + timedelta(seconds=seconds)), AudioMode.NONE, full_speed=True, probe_s=probe_s)


@given(st.floats(1, 3600))
def test_a_camera_that_plays_in_real_time_is_always_waited_for(seconds: float) -> None:
    assert order(seconds).time_limit_s > seconds


def test_no_fetch_goes_on_for_ever() -> None:
    assert order(1_000_000).time_limit_s == LONGEST_FETCH_S


def test_a_probe_takes_no_longer_than_what_it_looks_at() -> None:
    assert order(3600, probe_s=10).is_probe
    assert order(3600, probe_s=10).time_limit_s == order(10).time_limit_s


@pytest.mark.parametrize("seconds", [4.0, 300.0, 14_000.0])
def test_the_largest_stream_and_all_that_a_recorder_takes_fit_and_there_is_a_bound(seconds: float) -> None:
    megabits_per_s = 1_000_000 / 8
    assert order(seconds).most_bytes > 40 * megabits_per_s * seconds
    taken = replace(order(seconds), recorded_bytes_per_s=20 * megabits_per_s)
    assert 4 * 20 * megabits_per_s * seconds < taken.most_bytes < 20 * 20 * megabits_per_s * seconds + 100_000_000
    assert replace(order(seconds), slack_s=60.0).most_bytes > order(seconds).most_bytes
