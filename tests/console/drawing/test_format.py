"""Times, spans and sizes in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.format import (
    RenderContext,
    age,
    bits,
    count,
    countdown,
    percent,
    silence,
    size,
    span,
    speed,
    stamp,
    window,
    zone_name,
)
from anr_tui.domain.window import Window
from anr_tui.platform.glyphs import UNICODE
from tests.console.site import NOW, ZONE

DASH = UNICODE.dash
TIMES = UNICODE.times
LOOK = RenderContext(NOW, ZONE, UNICODE)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0s"),
        (42.4, "42s"),
        (59.6, "1m"),
        (600, "10m"),
        (605, "10m 05s"),
        (7500, "2h 05m"),
        (3600, "1h"),
        (90_000, "1d 01h"),
        (-5, "0s"),
    ],
)
def test_span(seconds: float, words: str) -> None:
    assert span(seconds) == words


@given(st.floats(min_value=0, max_value=99 * 86_400))
def test_a_span_fits_its_column(seconds: float) -> None:
    assert len(span(seconds)) <= 7


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "<1m"), (60, "1m"), (3599, "59m"), (7300, "2h"), (86_400, "24h"), (9 * 86_400, "9d")],
)
def test_age(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "now"),
        (0, "now"),
        (1, "within 10 s"),
        (31, "within 40 s"),
        (61, "in 2 min"),
        (230, "in 4 min"),
        (7300, "in 2h 01m"),
    ],
)
def test_countdown(seconds: float, words: str) -> None:
    assert countdown(seconds) == words


def test_a_countdown_changes_at_most_every_ten_seconds() -> None:
    texts = [countdown(seconds) for seconds in range(600, 0, -1)]

    assert sum(before != after for before, after in pairwise(texts)) <= 15


def test_silence_is_coarse_after_a_minute() -> None:
    assert [silence(12.9), silence(59), silence(119)] == ["12 s ago", "59 s ago", "1 min ago"]


@pytest.mark.parametrize(("width", "words"), [(19, "2026-06-13 14:30:00"), (14, "06-13 14:30:00"), (8, "14:30:00")])
def test_a_stamp_is_local_and_gives_up_its_date(width: int, words: str) -> None:
    assert stamp(NOW, LOOK, width) == words


def test_a_window_names_the_second_date_only_where_it_differs() -> None:
    late = datetime(2026, 6, 13, 21, 50, tzinfo=UTC)

    assert window(Window(NOW, NOW + timedelta(minutes=10)), LOOK) == f"06-13 14:30:00{DASH}14:40:00"
    assert window(Window(late, late + timedelta(minutes=20)), LOOK) == f"06-13 23:50:00{DASH}06-14 00:10:00"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (ZONE, "CEST (UTC+2)"),
        (UTC, "UTC"),
        (ZoneInfo("Asia/Kolkata"), "IST (UTC+5:30)"),
        (ZoneInfo("America/Sao_Paulo"), "UTC-3"),
        (timezone(timedelta(hours=-9, minutes=-30)), "UTC-9:30"),
    ],
)
def test_a_zone_shows_its_distance_from_utc(zone: ZoneInfo, words: str) -> None:
    assert zone_name(RenderContext(NOW, zone, UNICODE)) == words


def test_small_words() -> None:
    assert size(412_000_000_000) == "412.0 GB"
    assert size(0) == "0 B"
    assert speed(38.24, LOOK) == f"38.2{TIMES}"
    assert speed(0, LOOK) == ""
    assert [percent(0), percent(0.999), percent(1)] == ["  0%", " 99%", "100%"]
    assert [count(1, "fill"), count(3, "fill"), count(2, "running", "running")] == ["1 fill", "3 fills", "2 running"]


def test_a_look_stays_for_a_while_and_only_time_ages_it() -> None:
    before = RenderContext(NOW, ZONE, UNICODE)
    assert replace(before, now=NOW + timedelta(seconds=4)).or_still(before) is before
    assert replace(before, now=NOW - timedelta(seconds=4)).or_still(before) is before

    for other in (
        replace(before, now=NOW + timedelta(seconds=5)),
        replace(before, now=NOW - timedelta(seconds=5)),
        replace(before, is_slow=True),
        replace(before, zone=UTC),
    ):
        assert other.or_still(before) is other


@pytest.mark.parametrize(
    ("per_second", "words"),
    [
        (0, "0 b/s"),
        (999, "999 b/s"),
        (1000, "1 kb/s"),
        (9_960, "10 kb/s"),
        (1_234_567, "1.2 Mb/s"),
        (99e9, "99 Gb/s"),
        (5e15, "5000000 Gb/s"),
    ],
)
def test_bits_are_short(per_second: float, words: str) -> None:
    assert bits(per_second) == words
