"""Logins: the RFC's own examples, the choice among challenges, and never a second try with a refused password."""

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.rtsp.auth import Login, parse_challenges

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"


def login(username: str = "Mufasa", password: str = "Circle of Life") -> Login:  # noqa: S107 - the example of the RFC
    return Login(username, Secret(password))


def parts(value: str) -> dict[str, str]:
    return {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)}


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, expected: str) -> None:
    client = login()
    client._cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    header = f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="{NONCE}"'
    assert client.challenged([header + ', opaque="FQhe"'], tries=0)
    sent = parts(client.authorization("GET", "/dir/index.html") or "")
    assert sent["response"] == expected
    assert (sent["qop"], sent["nc"], sent["opaque"], sent["algorithm"]) == ("auth", "00000001", "FQhe", algorithm)
    assert parts(client.authorization("GET", "/dir/index.html") or "")["nc"] == "00000002"


def test_the_old_digest_of_rfc_2069_has_no_qop() -> None:
    client = login("admin", "12345")
    assert client.challenged(['Digest realm="IP Camera", nonce="abc"'], tries=0)
    sent = parts(client.authorization("DESCRIBE", "rtsp://cam/1") or "")
    first = hashlib.md5(b"admin:IP Camera:12345").hexdigest()  # noqa: S324 - the protocol's own hash
    second = hashlib.md5(b"DESCRIBE:rtsp://cam/1").hexdigest()  # noqa: S324 - the protocol's own hash
    assert sent["response"] == hashlib.md5(f"{first}:abc:{second}".encode()).hexdigest()  # noqa: S324 - as above
    assert "qop" not in sent and "cnonce" not in sent and "algorithm" not in sent


def test_a_session_digest_binds_the_nonces() -> None:
    client = login("u", "p")
    assert client.challenged(['Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop=auth'], tries=0)
    sent = parts(client.authorization("PLAY", "/") or "")

    def sha(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    first = sha(f"{sha('u:r:p')}:n:{sent['cnonce']}")
    assert sent["response"] == sha(f"{first}:n:00000001:{sent['cnonce']}:auth:{sha('PLAY:/')}")


def test_basic() -> None:
    client = login("admin", "pässword")
    assert client.authorization("OPTIONS", "*") is None
    assert client.challenged(['Basic realm="x"'], tries=0)
    scheme, _, sent = (client.authorization("OPTIONS", "*") or "").partition(" ")
    assert (scheme, base64.b64decode(sent).decode()) == ("Basic", "admin:pässword")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (['Basic realm="a"', 'Digest realm="b", nonce="1"'], "Digest MD5"),
        (['Basic realm="a", Digest realm="b", nonce="1"'], "Digest MD5"),
        (
            ['Digest realm="b", nonce="1"', 'digest realm="b", nonce="2", algorithm=sha-256, qop="auth"'],
            "Digest SHA-256",
        ),
        (['Digest realm="b", nonce="1", algorithm=SHA-512', "Basic realm=x"], "Basic"),
        (['Digest realm="b", nonce="1", qop="auth-int"', "Basic realm=x"], "Basic"),
        (["Negotiate abc==", "Basic"], "Basic"),
    ],
)
def test_the_strongest_challenge_is_answered(headers: list[str], words: str) -> None:
    client = login()
    assert client.challenged(headers, tries=0)
    assert client.challenge is not None and client.challenge.words == words


@pytest.mark.parametrize(
    "headers", [[], [""], ["Negotiate"], ['Digest realm="x"'], ['Digest nonce="1", qop="auth-int"']]
)
def test_no_answerable_challenge_means_no_try(headers: list[str]) -> None:
    assert not login().challenged(headers, tries=0)


def test_no_password_means_no_try() -> None:
    assert not Login("admin", None).challenged(["Basic realm=x"], tries=0)


def test_a_refused_password_is_never_sent_again() -> None:
    client = login()
    assert client.challenged(['Digest realm="r", nonce="1"'], tries=0)
    assert client.authorization("DESCRIBE", "/")
    assert not client.challenged(['Digest realm="r", nonce="2"'], tries=1)
    assert client.is_refused
    assert client.authorization("DESCRIBE", "/") is None
    assert not client.challenged(['Digest realm="r", nonce="3"'], tries=0)


def test_a_stale_nonce_is_replaced_once() -> None:
    client = login()
    client.challenged(['Digest realm="r", nonce="1"'], tries=0)
    assert client.challenged(['Digest realm="r", nonce="2", stale=TRUE'], tries=1)
    assert parts(client.authorization("DESCRIBE", "/") or "")["nonce"] == "2"
    assert not client.challenged(['Digest realm="r", nonce="3", stale=TRUE'], tries=2)
    assert client.is_refused


def test_a_new_nonce_without_stale_is_taken_where_the_password_was_right_before() -> None:
    client = login()
    client.challenged(['Digest realm="r", nonce="1"'], tries=0)
    client.accepted()
    assert client.challenged(['Digest realm="r", nonce="2"'], tries=1)
    assert not client.challenged(['Digest realm="r", nonce="3"'], tries=2)


def test_a_nonce_of_an_earlier_connection_that_is_refused_is_replaced_once() -> None:
    client = login("admin", "12345")
    assert client.challenged(['Digest realm="r", nonce="a"'], tries=0)
    client.reconnected()
    assert client.challenged(['Digest realm="r", nonce="b"'], tries=1)
    assert 'nonce="b"' in (client.authorization("DESCRIBE", "/") or "")
    assert not client.challenged(['Digest realm="r", nonce="c"'], tries=2)
    assert client.is_refused


@pytest.mark.parametrize(
    "challenge", ['Digest realm="r", nonce="a"', 'Basic realm="r"'], ids=["same nonce", "no nonce at all"]
)
def test_what_a_new_connection_refuses_without_a_new_nonce_is_the_password(challenge: str) -> None:
    client = login("admin", "12345")
    assert client.challenged([challenge], tries=0)
    client.reconnected()
    assert not client.challenged([challenge], tries=1)
    assert client.is_refused


@pytest.mark.parametrize("algorithm", ["algorithm=", 'algorithm=""', "algorithm=md5"])
def test_an_algorithm_without_a_name_is_md5(algorithm: str) -> None:
    client = login("admin", "12345")
    assert client.challenged([f'Digest realm="r", {algorithm}, nonce="a"'], tries=0)
    named, plain = client.authorization("DESCRIBE", "/") or "", login("admin", "12345")
    plain.challenged(['Digest realm="r", nonce="a"'], tries=0)
    assert parts(named)["response"] == parts(plain.authorization("DESCRIBE", "/") or "")["response"]
    assert "algorithm=," not in named and not named.endswith("algorithm=")


def test_quotes_and_bytes_of_the_camera_go_back_as_they_came() -> None:
    client = login('a"b\\c')
    assert client.challenged(['Digest realm="\\"x\\\\y\xe9\\"", nonce="n"'], tries=0)
    sent = client.authorization("PLAY", "/") or ""
    assert 'username="a\\"b\\\\c"' in sent
    assert 'realm="\\"x\\\\y\xe9\\""' in sent


@given(st.lists(st.text(st.characters(max_codepoint=255)), max_size=3), st.text(), st.text())
def test_any_challenge_is_answered_or_not_and_shows_no_password(
    headers: list[str], username: str, password: str
) -> None:
    client = Login(username, Secret("s3cret" + password))
    if client.challenged([*headers, *(f"Digest nonce=1, realm={header}" for header in headers)], tries=0):
        assert (client.authorization("PLAY", "/") or "").encode("latin-1")
    assert "s3cret" not in repr(client)


@given(st.text(st.sampled_from('Digest realm="\\,= ')))
def test_challenges_are_parsed_whatever_they_are(text: str) -> None:
    assert len(parse_challenges([text])) <= len(text)


def test_basic_is_refused_where_digest_was_taken_before_and_no_password_is_sent() -> None:
    """Somebody between us and the camera asks for Basic, which carries the password openly."""
    trust = DeviceTrust()
    first = Login("admin", Secret("s3cret"), trust=trust)
    assert first.challenged(['Digest realm="x", nonce="1"'], tries=0)
    first.accepted()

    second = Login("admin", Secret("s3cret"), trust=trust)
    assert not second.challenged(["Basic realm=x"], tries=0)
    assert second.authorization("DESCRIBE", "rtsp://cam/") is None
    assert not second.is_refused and "Basic" in trust.breach
    assert second.challenged(["Basic realm=x", 'Digest realm="x", nonce="2", algorithm=SHA-256'], tries=0)


def test_a_login_that_was_only_asked_for_is_not_taken_for_the_usual_one() -> None:
    """Else an impostor that asks for SHA-256 once would lock the camera out."""
    trust = DeviceTrust()
    assert Login("admin", Secret("x"), trust=trust).challenged(
        ['Digest realm="x", nonce="1", algorithm=SHA-256'], tries=0
    )
    assert Login("admin", Secret("x"), trust=trust).challenged(["Basic realm=x"], tries=0)
