"""Replay URLs: the recorder's rules, refusals that name the camera, and no secret in any of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.hikvision import channel_template
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.dialects.registry import device_of, has_replay, replay_request

NOON = datetime(2026, 6, 13, 12, 0, 0, tzinfo=UTC)
MINUTE = Window(NOON, NOON + timedelta(seconds=60))
SECRET = SecretStr("pw")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def camera(
    *,
    address: str | None = "192.168.1.64",
    template: str | None = None,
    username: str | None = "admin",
    stream: str = "main",
    port: int = 554,
) -> Camera:
    return Camera(
        id="gate",
        name="Gate",
        vendor="hikvision",
        address=address,
        rtsp_port=port,
        username=username,
        password=None,
        record_stream=stream,
        record_audio=False,
        retention_hours=24,
        segment_seconds=60,
        anr_enabled=True,
        replay_url_template=SecretStr(template) if template is not None else None,
        state="recording",
    )


def url_of(row: Camera, window: Window = MINUTE, secret: SecretStr | None = SECRET) -> str:
    return replay_request(make_access(row, secret), window).revealed_url


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


def test_a_template_is_filled_in() -> None:
    row = camera(template="rtsp://me:x%40y@Cam:8554/p?from={start}&to={end}&again={start}")
    assert url_of(row) == (
        "rtsp://me:x%40y@Cam:8554/p?from=20260613T120000Z&to=20260613T120100Z&again=20260613T120000Z"
    )
    assert device_of(row) == "cam:8554"


def test_a_template_without_a_login_is_asked_with_the_rows() -> None:
    row = camera(template="rtsp://cam:8554/p?from={start}&to={end}", username="me@site")
    assert url_of(row, secret=SecretStr("x/{start}")) == (
        "rtsp://me%40site:x%2F%7Bstart%7D@cam:8554/p?from=20260613T120000Z&to=20260613T120100Z"
    )
    assert url_of(camera(template="rtsp://cam/p?from={start}", username=None)).startswith("rtsp://cam/")
    assert url_of(camera(template="rtsp://@cam/p?from={start}")).startswith("rtsp://@cam/")


@pytest.mark.parametrize(("stream", "track"), [("main", "301"), ("sub", "302")])
def test_a_channel_of_a_recorder_has_a_template_that_names_no_login(stream: str, track: str) -> None:
    row = camera(stream=stream, address="2001:db8::5", port=8554)
    place = f"[2001:db8::5]:8554/Streaming/tracks/{track}?starttime="
    assert channel_template(row, 3) == f"rtsp://{place}{{start}}&endtime={{end}}"
    asked = url_of(replace(row, replay_url_template=SecretStr(channel_template(row, 3))))
    assert asked == f"rtsp://admin:pw@{place}20260613T120000Z&endtime=20260613T120100Z"


def test_the_window_is_widened_to_whole_seconds_in_utc() -> None:
    window = Window(
        datetime.fromisoformat("2026-06-13T14:00:00.900+02:00").astimezone(UTC),
        NOON + timedelta(seconds=9, microseconds=1),
    )
    assert url_of(camera(), window).endswith("?starttime=20260613T120000Z&endtime=20260613T120010Z")


@given(TEXT, TEXT)
def test_any_login_survives_the_way_through_the_url(username: str, password: str) -> None:
    url = url_of(camera(username=username), secret=SecretStr(password))
    login = url.removeprefix("rtsp://").rpartition("@")[0]
    assert set(login) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%:")
    assert tuple(map(unquote, login.split(":"))) == (username, password)
    for request in (
        request_of_url(url),
        replay_request(make_access(camera(username=username), SecretStr(password)), MINUTE),
    ):
        assert (request.login.username, request.login.password) == (username, SecretStr(password))
        assert request.url.startswith("rtsp://192.168.1.64:554/Streaming/")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (camera(address=None), "no address and no replay URL template"),
        (camera(address=""), "no address and no replay URL template"),
        (camera(address="cam/../x"), "neither a host name nor an IP address"),
        (camera(address="cam:554"), "neither a host name nor an IP address"),
        (camera(address="u:s3cret@cam"), "neither a host name nor an IP address"),
        (camera(address="ca m"), "neither a host name nor an IP address"),
        (camera(port=0), "port"),
        (camera(port=70000), "port"),
        (camera(template="rtsp://u:s3cret@cam/live"), "no {start}"),
        (camera(template="ftp://u:s3cret@cam/{start}"), "must begin with"),
        (camera(template="concat:rtsp://u:s3cret@cam/{start}"), "must begin with"),
        (camera(template="-i /etc/s3cret {start}"), "blank or a control character"),
        (camera(template="rtsp://u:s3cret@cam/{start}\r\nScale: 4"), "blank or a control character"),
        (camera(template="rtsp://u:s3cret@/{start}"), "no host"),
        (camera(template="rtsp://u:s3c/ret@cam/{start}"), "@ after its host"),
        (camera(template="rtsp://u:s3cret@cam:99999/{start}"), "between 1 and 65535"),
        (camera(template="rtsp://u:s3cret@cam:x/{start}"), "cannot be read"),
        (camera(template="rtsp://u:s3cret@[::zz]/{start}"), "neither a host name nor an IP address"),
        (camera(template="rtsp://u:s3cret%ff@cam/{start}"), "UTF-8"),
        (camera(template="rtsp://u:s3cret@cam/{start}" + "x" * 5000), "longer than"),
    ],
    ids=range(20),
)
def test_a_refusal_names_the_camera_and_no_secret(row: Camera, words: str) -> None:
    with pytest.raises(ReplayError) as caught:
        url_of(row)
    assert "gate" in str(caught.value)
    assert words in str(caught.value)
    assert "s3c" not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_device_needs_an_address() -> None:
    assert device_of(camera(address="CAM.local", port=8554)) == "cam.local:8554"
    with pytest.raises(ReplayError, match="gate"):
        device_of(camera(address=None))
    with pytest.raises(ReplayError, match="gate"):
        device_of(camera(template="nonsense"))


def test_has_replay() -> None:
    assert has_replay(camera())
    assert has_replay(camera(address=None, template="rtsp://cam/{start}"))
    assert not has_replay(camera(address=None))
    assert not has_replay(camera(address="", template=""))


def test_a_url_is_taken_apart_and_shows_no_secret() -> None:
    url = "RTSPS://me:s3cret@Cam/p?a=é&password=hush#frag"
    request = request_of_url(url)
    assert (request.scheme, request.host, request.port, request.login.username) == ("rtsps", "cam", 322, "me")
    assert request.login.password == SecretStr("s3cret")
    assert request.url == "rtsps://Cam/p?a=%C3%A9&password=hush"
    assert request.revealed_url == url
    assert request.masked_url == "RTSPS://***@Cam/p?a=é&password=***"
    assert "s3cret" not in repr(request) and "hush" not in repr(request)


def test_a_templates_own_secrets_are_taken_out_once_and_the_camera_still_gets_them() -> None:
    template = "rtsp://me:x%40y@cam/p?user=me&pwd=hu%2Fsh&from={start}"
    access = make_access(camera(template=template), SECRET)
    request = replay_request(access, MINUTE)
    assert (access.login.username, access.password) == ("me", SecretStr("x@y"))
    assert access.template == SecretStr("rtsp://cam/p?user=me&pwd=hu%2Fsh&from={start}")
    assert {secret.get_secret_value() for secret in access.secrets} == {"x@y", "hu%2Fsh", "hu/sh"}
    assert request.secrets == access.secrets
    assert request.url == "rtsp://cam/p?user=me&pwd=hu%2Fsh&from=20260613T120000Z"
    assert request.revealed_url == template.replace("{start}", "20260613T120000Z")
    assert "hu" not in request.masked_url + repr(access) + repr(request)


def test_a_camera_is_asked_by_its_own_clock() -> None:
    ahead = make_access(camera(), SECRET).with_clock_offset(-90)
    assert replay_request(ahead, MINUTE).url.endswith("?starttime=20260613T115830Z&endtime=20260613T115930Z")


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    for url in (text, f"rtsp://{text}", f"rtsp://u:{text}@cam/x"):
        try:
            request = request_of_url(url)
        except ReplayError:
            continue
        assert request.host and 1 <= request.port <= 65535
        assert request.url.isascii() and request.url.isprintable() and " " not in request.url
        assert "@" not in request.url
