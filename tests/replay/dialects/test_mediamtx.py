"""What MediaMTX's playback server is asked."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.camera import Camera
from anr_tui.domain.timestamps import parse_stamp
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.mediamtx import MediaMtxDialect
from tests.fill.camera_row import camera_row
from tests.replay.dialects.builders import MINUTE, NOON, SECRET

DIALECT = MediaMtxDialect()


def row(port: int = 554, **columns: str) -> Camera:
    return camera_row(port, vendor="mediamtx", **columns)


def test_it_is_asked_for_the_path_of_the_cameras_id_with_start_and_length() -> None:
    request = DIALECT.request(make_access(row(), SECRET), MINUTE)

    assert request.url == ("http://127.0.0.1:9996/get?path=gate&start=2026-06-13T12:00:00Z&duration=60&format=fmp4")


@pytest.mark.parametrize(("port", "asked"), [(554, 9996), (8554, 8554)])
def test_a_port_that_nobody_set_is_the_playback_servers(port: int, asked: int) -> None:
    """A row without a port has the one of RTSP."""
    access = make_access(row(port), None)

    assert DIALECT.request(access, MINUTE).port == asked
    assert DIALECT.device(access) == f"127.0.0.1:{asked}"


def test_an_ipv6_address_is_bracketed() -> None:
    assert DIALECT.device(make_access(row(address="2001:db8::5"), None)) == "[2001:db8::5]:9996"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_an_id_stays_one_path_whatever_signs_it_has(camera_id: str) -> None:
    request = DIALECT.request(make_access(row(id=camera_id), None), MINUTE)

    assert parse_qs(urlsplit(request.url).query)["path"] == [camera_id]


@given(st.floats(0, 100), st.floats(0.1, 5000))
def test_the_length_reaches_to_the_end_however_the_start_is_cut(start_s: float, length_s: float) -> None:
    window = Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=start_s + length_s))
    asked = parse_qs(urlsplit(DIALECT.request(make_access(row(), None), window).url).query)

    start_asked_s = (parse_stamp(asked["start"][0]) - NOON).total_seconds()
    assert 0 <= (window.start - NOON).total_seconds() - start_asked_s < 1
    assert 0 <= start_asked_s + int(asked["duration"][0]) - (window.end - NOON).total_seconds() < 1
