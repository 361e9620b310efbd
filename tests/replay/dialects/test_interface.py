"""A question to a camera: where it goes, and what of it may be seen."""

from pydantic import SecretStr

from anr_tui.replay.dialects.interface import request_of_url


def test_a_url_is_taken_apart_and_shows_no_secret() -> None:
    url = "RTSPS://me:s3cret@Cam/p?a=é&password=hush#frag"
    request = request_of_url(url)
    assert (request.scheme, request.host, request.port, request.login.username) == ("rtsps", "cam", 322, "me")
    assert request.login.password == SecretStr("s3cret")
    assert request.url == "rtsps://Cam/p?a=%C3%A9&password=hush"
    assert request.revealed_url == url
    assert request.masked_url == "RTSPS://***@Cam/p?a=é&password=***"
    assert "s3cret" not in repr(request) and "hush" not in repr(request)
