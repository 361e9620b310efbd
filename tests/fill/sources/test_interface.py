"""How long a fetch may take."""

from datetime import UTC, datetime, timedelta

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
