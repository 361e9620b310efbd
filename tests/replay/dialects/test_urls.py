"""URLs taken apart: every login survives, and whatever is no replay URL is refused without a word of it."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from anr_tui.domain.errors import ReplayError
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.dialects.registry import replay_request
from tests.replay.dialects.builders import MINUTE, TEXT, camera, url_of


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
