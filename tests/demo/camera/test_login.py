"""How a simulated camera checks a login: a client's right one passes, and a nonce wears out."""

import base64

import pytest

from anr_tui.demo.camera.login import Auth, Credentials, Gate, Verdict
from anr_tui.domain.secret import Secret
from anr_tui.replay.rtsp.auth import Login

URI = "rtsp://cam/Streaming/tracks/101"
ACCOUNT = Credentials("operator", "pw")


def asked(gate: Gate, password: str) -> str:
    """What a client sends that was asked for its login."""
    client = Login(ACCOUNT.username, Secret(password))
    assert client.challenged([gate.challenge()], tries=0)
    return client.authorization("DESCRIBE", URI) or ""


@pytest.mark.parametrize("auth", [auth for auth in Auth if auth is not Auth.NONE])
@pytest.mark.parametrize(("password", "verdict"), [("pw", Verdict.ADMITTED), ("wrong", Verdict.REFUSED)])
def test_only_the_right_password_passes(auth: Auth, password: str, verdict: Verdict) -> None:
    gate = Gate(auth, ACCOUNT)

    assert gate.judge("DESCRIBE", URI, asked(gate, password), None) is verdict


@pytest.mark.parametrize("auth", Auth)
def test_who_gives_no_login_passes_only_where_none_is_asked_for(auth: Auth) -> None:
    verdict = Verdict.ADMITTED if auth is Auth.NONE else Verdict.REFUSED

    assert Gate(auth, ACCOUNT).judge("DESCRIBE", URI, "", None) is verdict


@pytest.mark.parametrize("auth", [Auth.DIGEST, Auth.DIGEST_SHA256])
def test_an_answer_is_good_for_its_own_question_only(auth: Auth) -> None:
    gate = Gate(auth, ACCOUNT)
    answer = asked(gate, "pw")

    assert gate.judge("PLAY", URI, answer, None) is Verdict.REFUSED
    assert gate.judge("DESCRIBE", f"{URI}/other", answer, None) is Verdict.REFUSED


def test_a_nonce_is_good_for_so_many_requests() -> None:
    gate = Gate(Auth.DIGEST, ACCOUNT)
    answer = asked(gate, "pw")

    verdicts = [gate.judge("DESCRIBE", URI, answer, 2) for _ in range(3)]
    assert verdicts == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.STALE]


def test_a_nonce_of_another_camera_is_stale() -> None:
    assert Gate(Auth.DIGEST, ACCOUNT).judge("DESCRIBE", URI, asked(Gate(Auth.DIGEST, ACCOUNT), "pw"), None) is (
        Verdict.STALE
    )


def test_a_digest_is_not_taken_where_basic_is_asked_for() -> None:
    login = base64.b64encode(b"operator:pw").decode()

    assert Gate(Auth.BASIC, ACCOUNT).judge("DESCRIBE", URI, f"Basic {login}", None) is Verdict.ADMITTED
    assert Gate(Auth.DIGEST, ACCOUNT).judge("DESCRIBE", URI, f"Basic {login}", None) is Verdict.REFUSED
