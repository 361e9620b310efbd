"""Hikvision's replay URL, as the recorder writes it: the track of a stream, the channel of a recorder."""

from dataclasses import replace

import pytest

from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.hikvision import channel_template
from anr_tui.replay.dialects.registry import device_of
from tests.replay.dialects.builders import camera, url_of


def test_without_a_template_it_is_the_hikvision_url() -> None:
    span = "starttime=20260613T120000Z&endtime=20260613T120100Z"
    assert url_of(camera()) == f"rtsp://admin:pw@192.168.1.64:554/Streaming/tracks/101?{span}"
    assert url_of(camera(stream="sub")) == f"rtsp://admin:pw@192.168.1.64:554/Streaming/tracks/102?{span}"
    assert url_of(camera(username=None)) == f"rtsp://192.168.1.64:554/Streaming/tracks/101?{span}"
    assert url_of(camera(), secret=None) == f"rtsp://admin@192.168.1.64:554/Streaming/tracks/101?{span}"


@pytest.mark.parametrize("address", ["2001:db8::5", "[2001:DB8::5]"])
def test_an_ipv6_address_is_bracketed(address: str) -> None:
    assert url_of(camera(address=address)).startswith(f"rtsp://admin:pw@[{address.strip('[]')}]:554/")
    assert device_of(camera(address=address)) == "[2001:db8::5]:554"


@pytest.mark.parametrize(("stream", "track"), [("main", "301"), ("sub", "302")])
def test_a_channel_of_a_recorder_has_a_template_that_names_no_login(stream: str, track: str) -> None:
    row = camera(stream=stream, address="2001:db8::5", port=8554)
    place = f"[2001:db8::5]:8554/Streaming/tracks/{track}?starttime="
    assert channel_template(row, 3) == f"rtsp://{place}{{start}}&endtime={{end}}"
    asked = url_of(replace(row, replay_url_template=Secret(channel_template(row, 3))))
    assert asked == f"rtsp://admin:pw@{place}20260613T120000Z&endtime=20260613T120100Z"
