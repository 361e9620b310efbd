"""URLs taken apart: every login survives, and whatever is no replay URL is refused without a word of it."""

from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.dialects.urls import Credentials, bracketed, checked_host, host_and_port, split_url, with_login
from tests.replay.dialects.builders import MINUTE, TEXT, camera, url_of


@given(TEXT, TEXT)
def test_any_login_survives_the_way_through_the_url(username: str, password: str) -> None:
    url = url_of(camera(username=username), secret=Secret(password))
    login = url.removeprefix("rtsp://").rpartition("@")[0]
    assert set(login) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%:")
    assert tuple(map(unquote, login.split(":"))) == (username, password)
    for request in (
        request_of_url(url),
        replay_request(make_access(camera(username=username), Secret(password)), MINUTE),
    ):
        assert (request.login.username, request.login.password) == (username, Secret(password))
        assert request.url.startswith("rtsp://192.168.1.64:554/Streaming/")


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


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("rtsp://cam/x", 554),
        ("RTSPS://cam/x", 322),
        ("http://cam", 80),
        ("https://cam/", 443),
        ("http://cam:8080", 8080),
    ],
)
def test_a_url_without_a_port_has_that_of_its_scheme(url: str, port: int) -> None:
    assert split_url(url).port == port


@given(TEXT, TEXT)
def test_a_login_is_taken_out_whole_and_can_be_put_back(username: str, password: str) -> None:
    login = Credentials.of(username, Secret(password))
    written = login.written.reveal()
    parts = split_url(f"rtsp://{written}cam/x?y=1")

    assert parts.login == login
    assert parts.written == "rtsp://cam/x?y=1"
    assert with_login(parts.written, written) == f"rtsp://{written}cam/x?y=1"


def test_a_password_without_a_user_is_no_login() -> None:
    assert Credentials.of("", Secret("pw")) == Credentials.of(None, None)


@given(st.ip_addresses())
def test_any_ip_address_is_a_host_with_and_without_brackets(address: IPv4Address | IPv6Address) -> None:
    host = checked_host(str(address))

    assert split_url(f"rtsp://{host_and_port(host, 8554)}/").host == host
    assert checked_host(bracketed(host)) == host


@pytest.mark.parametrize(
    "address",
    ["", "a b", "cam/x", "u@cam", "-cam", "cam:554", "[cam]", "1:2", "c\u00e4m", "fe80::1%\u00e9th0", "fe80::1%\u20ac"],
)
def test_what_names_no_host_is_refused_without_a_word_of_it(address: str) -> None:
    with pytest.raises(ReplayError) as caught:
        checked_host(address)

    assert not address or repr(address) not in str(caught.value)
