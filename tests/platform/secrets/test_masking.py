"""Masking: what must go, what must stay, and that it takes linear time."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anr_tui.platform.secrets.masking import holds_secret, mask, masked_texts

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
        ("http://cam/flv?port=1&user=me&password=x&y=z", "http://cam/flv?port=1&user=***&password=***&y=***"),
        ("http://cam/?PassWord=a@b&y=z", "http://***&y=***"),
        ("GET /api?cmd=x&token=abc HTTP/1.1", "GET /api?cmd=x&token=*** HTTP/1.1"),
        ("odd+scheme-1.0://u:p@h", "odd+scheme-1.0://***@h"),
        ("rtsp://cam/x?starttime=1&endtime=2", "rtsp://cam/x?starttime=1&endtime=2"),
        ("mail joe@example.com", "mail joe@example.com"),
        # Logins outside of what RFC 3986 calls userinfo, as cameras want them.
        (
            "rtsp://cam/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp?real_stream",
            "rtsp://cam/user=***_password=***_channel=1_stream=0.sdp?real_stream",
        ),
        ("DESCRIBE /user=a_password=b_channel=1 RTSP/1.0", "DESCRIBE /user=***_password=***_channel=1 RTSP/1.0"),
        ("rtsp://cam/admin:s3cret/ch1/main", "rtsp://cam/***/ch1/main"),
        ("rtsp://cam/%61dmin%3As3cret/ch1", "rtsp://cam/***/ch1"),
        ("rtsp://cam/live?loginuse=me&loginpas=s3cret", "rtsp://cam/live?loginuse=***&loginpas=***"),
        ("http://cam/?psw=1&pw=2&sid=3&channel=4", "http://cam/?psw=***&pw=***&sid=***&channel=4"),
        ("http://cam/?authbasic=YWRtaW46cw==", "http://cam/?authbasic=***"),
        ("http://cam/YWRtaW46cw==/live", "http://cam/***/live"),
        ("http://cam/s3cretkey/live.m3u8?s3cretflag", "http://cam/***/live.m3u8?***"),
        ("http://cam/x?channel=1_password=s3cret", "http://cam/x?channel=1_password=***"),
        ("http://cam/x?channel=s3cret&unheard_of=s3cret", "http://cam/x?channel=***&unheard_of=***"),
        ("http://cam/x?p%61ssword=12", "http://cam/x?***"),
        ("http://cam/x?q=%3Fpassword%3Dx", "http://cam/x?q=***"),
        ("password=s3cret, sid=s3cret", "password=*** sid=***"),
        ("Authorization: Basic YWRtaW46cw==", "Authorization: ***"),
        # The URL in a Digest login, and the response behind it.
        ('Authorization: Digest uri="rtsp://cam/x", response="5f3a"\r\nX: y', "Authorization: ***\r\nX: y"),
        ("Proxy-Authorization: *s3cret x", "Proxy-Authorization: ***"),
        ("password=s3'/cret x", "password=*** x"),
        ("uri='/api?token=s3cret' x", "uri='/api?token=*** x"),
        ("", ""),
    ],
)
def test_known_cases(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://192.0.2.11:554/Streaming/tracks/1601?starttime=20260613T110000Z&endtime={end}",
        "rtsp://cam/cam/realmonitor?channel=1&subtype=0&starttime=2026_06_13_12_00_00&endtime=2026_06_13_12_10_00",
        "rtsp://cam/h264Preview_01_main",
        "rtsp://cam/live/ch00_0",
        "rtsp://cam/av0_1",
        "rtsp://cam/onvif-media/media.amp?profile=profile_1&streamtype=unicast",
        "http://cam:9996/get?path=site/front gate&start=2026-06-13T12:00:00Z&duration=60&format=fmp4".replace(
            " ", "%20"
        ),
        "rtsp://cam/Streaming/tracks/101/trackID=1",
        "rtsp://cam/playback?from={start}&to={end}&channel={channel}",
        "sqlite:////srv/heldar/site of ours/heldar.db?mode=ro".replace(" ", "-"),
    ],
)
def test_times_channels_and_common_words_stay(url: str) -> None:
    assert mask(url) == url
    assert mask(f"asks {url}, twice: '{url}'.") == f"asks {url}, twice: '{url}'."


def test_the_texts_of_a_url_that_are_masked_are_named() -> None:
    url = "rtsp://cam/admin:s3cret/ch1?user=me&pw=hush&rid=abc&channel=1"
    assert [tuple(each) for each in masked_texts(url)] == [
        ("admin:s3cret", False, False),
        ("me", True, True),
        ("hush", True, False),
        ("abc", False, False),
    ]


@pytest.mark.parametrize(
    ("url", "plainly"),
    [
        ("rtsp://me@cam/{start}", True),
        ("rtsp://cam/{start}?pw=1", True),
        ("rtsp://cam/user=me_channel=1", True),
        ("rtsp://cam/me:x/{start}", True),
        ("rtsp://cam/{start}?recording=ab12cd34", False),
        ("rtsp://cam/frontgate/{start}-{end}", False),
    ],
)
def test_what_is_masked_is_not_always_plainly_a_secret(url: str, plainly: bool) -> None:
    assert holds_secret(url) == plainly


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


@pytest.mark.parametrize("text", ["://x=*@cam/pass=p:/x", "password=rtsp:/'/v GET rtsp://u:p@a/1"])
def test_masking_twice_changes_nothing_that_fuzzing_has_found(text: str) -> None:
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
        "/a=",
        "(/",
        "://a=_b",
        "authorization: x",
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
