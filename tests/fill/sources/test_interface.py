"""How long a fetch may take, and when a camera's clock is worth asking anew for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.sources.interface import LONGEST_FETCH_S, MOST_CLOCK_OFFSET_S, FetchOrder, offset_to_mend

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
offsets = st.integers(-MOST_CLOCK_OFFSET_S, MOST_CLOCK_OFFSET_S)


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


@given(offsets)
def test_a_clock_that_is_known_to_be_off_is_not_asked_about_again(known_s: int) -> None:
    """A camera's date is cut to the whole second: what it says lies up to a second behind."""
    assert offset_to_mend(known_s - 0.5, known_s) is None


@given(offsets, offsets)
def test_a_clock_is_corrected_for_where_it_is_off_by_more_than_a_key_frame(offset_s: int, known_s: int) -> None:
    expected = offset_s if abs(offset_s - known_s) > 2 else None

    assert offset_to_mend(offset_s - 0.5, known_s) == expected


@pytest.mark.parametrize("offset_s", [None, 3600.0, -7200.0])
def test_what_may_be_a_time_zone_is_not_guessed_at(offset_s: float | None) -> None:
    assert offset_to_mend(offset_s, 0) is None
