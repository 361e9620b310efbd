"""A question to a camera: where it goes, and what of it may be seen."""

from dataclasses import replace

import pytest

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import Transport, request_of_url, request_to
from tests.replay.dialects.builders import SECRET, camera


def test_a_url_is_taken_apart_and_shows_no_secret() -> None:
    url = "RTSPS://me:s3cret@Cam/p?a=é&password=hush#frag"
    request = request_of_url(url)
    assert (request.scheme, request.host, request.port, request.login.username) == ("rtsps", "cam", 322, "me")
    assert request.login.password == Secret("s3cret")
    assert request.url == "rtsps://Cam/p?a=%C3%A9&password=hush"
    assert request.revealed_url == url
    assert request.masked_url == "RTSPS://***@Cam/p?a=***&password=***#***"
    assert "s3cret" not in repr(request) and "hush" not in repr(request)


@pytest.mark.parametrize(
    ("scheme", "transport"),
    [("rtsp", Transport.RTSP), ("rtsps", Transport.RTSP), ("http", Transport.HTTP), ("https", Transport.HTTP)],
)
def test_the_scheme_says_how_footage_comes(scheme: str, transport: Transport) -> None:
    assert request_of_url(f"{scheme}://cam/x").transport is transport


def test_a_login_that_stands_in_a_cameras_address_is_refused() -> None:
    """It would go over the wire, and into logs, as part of the address."""
    with pytest.raises(ReplayError) as caught:
        request_to(make_access(camera(), SECRET), "rtsp://me:s3cret@cam/x")

    assert "s3cret" not in str(caught.value)


def test_a_url_without_a_login_shows_no_sign_of_one() -> None:
    request = request_of_url("rtsp://cam/x")

    assert request.masked_url == request.revealed_url == "rtsp://cam/x"


def test_the_rows_own_login_is_masked_wherever_it_stands() -> None:
    """The password of 7 would pass as the number of a channel, and the user as a common word."""
    access = make_access(
        replace(camera(template="rtsp://cam/live/7?channel=7&from={start}"), username="live"), Secret("7")
    )

    assert request_to(access, "rtsp://cam/live/7?channel=7").masked_url == "rtsp://***@cam/***/***?channel=***"
    assert access.hide("live 7, bGl2ZTo3") == "*** ***, ***"
    assert access.hide_secrets("alive and live") == "alive and live"
