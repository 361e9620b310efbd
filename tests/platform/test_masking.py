"""Masking: what must go, what must stay, and that it takes linear time."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anr_tui.platform.masking import mask

# Anything but a blank: a password that nobody encoded.
PASSWORDS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=4, max_size=20)
HOSTS = st.sampled_from(["cam", "192.168.1.64:554", "[2001:db8::5]:554"])
SECRET_NAMES = st.sampled_from(
    ["password", "Pass", "passwd", "PWD", "token", "access_token", "auth", "apiKey", "secret"]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("rtsp://admin:12345@cam:554/x", "rtsp://***@cam:554/x"),
        ("rtsp://admin@cam/x", "rtsp://***@cam/x"),
        ("rtsp://admin:p@ss@w@cam/x", "rtsp://***@cam/x"),
        ("rtsp://admin:pa/s?s#w@cam/x", "rtsp://***@cam/x"),
        ("rtsps://u:p@[2001:db8::5]:322/x", "rtsps://***@[2001:db8::5]:322/x"),
        ("a rtsp://u:p@a/1 b RTSP://v:q@b/2, c", "a rtsp://***@a/1 b RTSP://***@b/2, c"),
        ("rtsp://u:p@a/1,rtsp://v:q@b/2", "rtsp://***@a/1,rtsp://***@b/2"),
        ("http://proxy/?url=rtsp://u:p@cam/1", "http://proxy/?url=rtsp://***@cam/1"),
        ("http://cam/flv?port=1&user=me&password=x&y=z", "http://cam/flv?port=1&user=me&password=***&y=z"),
        ("http://cam/?PassWord=a@b&y=z", "http://***&y=z"),
        ("GET /api?cmd=x&token=abc HTTP/1.1", "GET /api?cmd=x&token=*** HTTP/1.1"),
        ("odd+scheme-1.0://u:p@h", "odd+scheme-1.0://***@h"),
        ("rtsp://cam/x?starttime=1&endtime=2", "rtsp://cam/x?starttime=1&endtime=2"),
        ("mail joe@example.com", "mail joe@example.com"),
        ("", ""),
    ],
)
def test_known_cases(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(PASSWORDS, HOSTS, st.text(max_size=20), st.text(max_size=20))
def test_no_login_survives(password: str, host: str, before: str, after: str) -> None:
    login = f"us3r:{password}"
    assume("://" not in password and password not in f"rtsp://***@{host}/x")
    text = f"{before} rtsp://{login}@{host}/x {after}"
    masked = mask(text)
    assert login not in masked
    assert f" rtsp://***@{host}/x " in masked


@given(PASSWORDS, SECRET_NAMES, HOSTS)
def test_no_secret_parameter_survives(password: str, name: str, host: str) -> None:
    value = password.replace("&", "+")
    assume(value not in f"http://{host}/x?a=1&{name}=***&b=2" and "://" not in value)
    masked = mask(f"http://{host}/x?a=1&{name}={value}&b=2")
    assert value not in masked
    assert masked.endswith("&b=2")


@settings(max_examples=1000)
@given(st.lists(st.sampled_from([*"a:/@?&=;# ", "rtsp", "rtsp://", "://", "password=", "token=", "***"])).map("".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text())
def test_text_without_urls_and_queries_stays_as_it_is(text: str) -> None:
    assume("://" not in text and "=" not in text)
    assert mask(text) == text


@pytest.mark.parametrize(
    "seed",
    [
        "://",
        "rtsp://",
        "a://@",
        "?pass",
        "?password=",
        "://?password=@",
        "rtsp:/",
        "&" * 40 + "=",
        "?" + "pass" * 20,
        "@",
    ],
)
def test_hostile_text_takes_linear_time(seed: str) -> None:
    def seconds(size: int) -> float:
        text = (seed * (size // len(seed) + 1))[:size]
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    # Quadratic work would take 400 times as long for 20 times the text.
    assert seconds(400_000) < 60 * max(seconds(20_000), 0.001)
