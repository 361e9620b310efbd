"""The report: the camera's clock, and what counts as silence."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.replay.relay.report import RelayReport, parse_date
from tests.replay.conftest import NOON


@pytest.mark.parametrize(
    "text",
    [
        "Sat, 13 Jun 2026 12:00:00 GMT",
        "Sat, 13 Jun 2026 12:00:00 +0000",
        "Sat, 13 Jun 2026 14:00:00 +0200",
        "Sat, 13 Jun 2026 12:00:00 -0000",
        "Sat, Jun 13 2026 12:00:00 GMT",
        "13 Jun 2026 12:00:00",
    ],
)
def test_dates_as_cameras_write_them_are_read(text: str) -> None:
    assert parse_date(text) == NOON


@pytest.mark.parametrize(
    "text", ["", "soon", "Sat, 31 Feb 2026 12:00:00 GMT", "2026-06-13T12:00:00Z", "1 Jan 99999999"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.text() | st.text("0123456789 :,+-JanSatGMT", max_size=80))
def test_any_text_is_a_utc_date_or_none(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC


def test_our_own_throttle_is_not_the_cameras_silence() -> None:
    now = time.monotonic()
    assert RelayReport().quiet_since is None
    assert RelayReport(last_media_at=now - 60).quiet_since == now - 60
    assert RelayReport(last_media_at=now - 60, released_at=now - 5).quiet_since == now - 5
    assert RelayReport(last_media_at=now - 1, released_at=now - 5).quiet_since == now - 1
    held = RelayReport(last_media_at=now - 60, is_held=True).quiet_since
    assert held is not None and held >= now


def test_what_ffmpeg_takes_before_it_asks_is_not_the_cameras_silence() -> None:
    assert RelayReport(reached=True, status=200, method="DESCRIBE").quiet_since is None
    assert RelayReport(asked_at=7.0).quiet_since == 7.0
    assert RelayReport(played_at=9.0).quiet_since == 9.0
    assert RelayReport(played_at=9.0, last_media_at=11.0).quiet_since == 11.0


def test_a_date_at_the_edge_of_time_is_none() -> None:
    assert parse_date("Fri, 31 Dec 9999 23:59:59 -1200") is None
    assert parse_date("Fri, 31 Dec 9999 23:59:59 GMT") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
