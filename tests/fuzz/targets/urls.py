"""Replay URLs and templates as people write them: refused in words, or asked for without a login that shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.platform.secrets.masking import HIDDEN, mask
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.interface import ReplayRequest, request_of_url
from anr_tui.replay.dialects.registry import DIALECTS, device_of, has_replay, replay_request
from tests.builders import CAMERA
from tests.fuzz.targets.parts import fields

_NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
_WINDOW = Window(_NOON, _NOON + timedelta(seconds=90))
_SCHEMES = {"rtsp", "rtsps", "http", "https"}


def urls(data: bytes) -> None:
    """The first byte chooses the vendor; then a template, an address, a user and a password."""
    if not data:
        return
    template, address, user, password = fields(data[1:], 4)
    _check_url(template)
    row = replace(
        CAMERA,
        vendor=DIALECTS[data[0] % len(DIALECTS)].name,
        address=address or None,
        username=user or None,
        replay_url_template=Secret(template) if template else None,
    )
    secret = Secret(password) if password else None
    try:
        access = make_access(row, secret)
        request = replay_request(access, _WINDOW)
    except ReplayError as error:
        _check_words(error, password)
        return
    assert has_replay(row)
    assert device_of(row) == request.device
    _check_request(request)
    assert request.headers == ()


def _check_url(text: str) -> None:
    try:
        request = request_of_url(text)
    except ReplayError:
        return
    _check_request(request)
    again = request_of_url(request.revealed_url)
    assert again == request


def _check_request(request: ReplayRequest) -> None:
    assert request.scheme in _SCHEMES
    assert request.host and 1 <= request.port <= 65535
    # The name of an interface keeps its case.
    assert request.host.partition("%")[0] == request.host.partition("%")[0].lower()
    assert request.url.isascii() and request.url.isprintable() and " " not in request.url
    assert "@" not in request.url
    masked = request.masked_url
    assert mask(masked) == masked or request.secrets or request.users
    _, _, place = masked.partition("://")
    path = place.partition("/")[2]
    for secret in (each.reveal() for each in request.secrets):
        # `***` itself may hold a password of stars, or complete one.
        assert "*" in secret or secret not in path or len(secret) < 4


def _check_words(error: ReplayError, password: str) -> None:
    """The sentence quotes nothing of the login."""
    assert str(error).strip()
    assert len(password) < 12 or password not in str(error)
    assert HIDDEN not in str(error)
