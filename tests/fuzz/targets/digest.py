"""Challenges: whatever a camera asks for, the password stays ours, and it is sent no more often than it may be."""

import base64
import re

from anr_tui.domain.secret import Secret
from anr_tui.replay.rtsp.auth import Challenge, Login, parse_challenges

_USER, _PASSWORD = "operator", "Gq8vTnZ3x\xfc"
_BASIC = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
_URI = "rtsp://192.0.2.11:554/Streaming/tracks/101?starttime=20260613T120000Z"
_MOST_LOGINS = 2
_LONGEST_READ = 8192
_UNSAFE = re.compile(r"[\r\n\0]")


def digest(data: bytes) -> None:
    """Each line is the challenge of one more 401, its values separated by zeros; HTTP and RTSP read it alike."""
    # Neither a parsed header of RTSP nor one of HTTP holds control characters.
    text = re.sub(r"[\x01-\x09\x0b-\x1f\x7f-\x9f]", " ", data.decode("latin-1"))
    login = Login(_USER, Secret(_PASSWORD))
    tries = 0
    for answer in text.split("\n")[:8]:
        values = answer.split("\0")
        _check_challenges(values)
        if not login.challenged(values, tries=tries):
            break
        authorization = login.authorization("DESCRIBE", _URI)
        assert authorization is not None and login.challenge is not None
        _check_authorization(authorization, login.challenge)
        tries += 1
    assert tries <= _MOST_LOGINS
    assert not login.is_refused or login.authorization("DESCRIBE", _URI) is None


def _check_challenges(values: list[str]) -> None:
    challenges = parse_challenges(values)
    assert sum(len(each.parameters) + 1 for each in challenges) <= sum(map(len, values))
    for challenge in challenges:
        assert 0 <= challenge.strength <= 3
        assert challenge.scheme == challenge.scheme.lower()
        assert all(name == name.lower() for name in challenge.parameters)


def _check_authorization(authorization: str, challenge: Challenge) -> None:
    authorization.encode("latin-1")
    assert not _UNSAFE.search(authorization)
    assert _PASSWORD not in authorization
    assert _PASSWORD.encode().decode("latin-1") not in authorization
    if challenge.scheme == "basic":
        assert authorization == f"Basic {_BASIC}"
        return
    assert _BASIC not in authorization
    if len(authorization) > _LONGEST_READ:
        return
    (answer,) = parse_challenges([authorization])
    assert answer.scheme == "digest"
    assert answer.parameters["username"] == _USER
    assert answer.parameters["uri"] == _URI
    assert answer.parameters["nonce"] == challenge.parameters["nonce"]
    assert answer.parameters["realm"] == challenge.parameters.get("realm", "")
    assert answer.parameters.get("opaque") == challenge.parameters.get("opaque")
    assert len(answer.parameters["response"]) in (32, 64)
