"""The description for ffmpeg: our URLs, the camera's behind them, and nothing else of the camera's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.replay.rtsp.sdp import MAX_MEDIA, clean_uri, resolve, rewrite

LOCAL = "rtsp://127.0.0.1:5000/token"
BASE = "rtsp://cam:554/Streaming/tracks/101"
QUERY_BASE = BASE + "?starttime=a&endtime=b"


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        (BASE, "trackID=1", BASE + "/trackID=1"),
        (BASE + "/", "trackID=1", BASE + "/trackID=1"),
        (QUERY_BASE, "trackID=1", QUERY_BASE + "/trackID=1"),
        (QUERY_BASE + "/", "trackID=1", QUERY_BASE + "/trackID=1"),
        (BASE, "?ctype=video", BASE + "/?ctype=video"),
        (BASE, "/other/track1", "rtsp://cam:554/other/track1"),
        (BASE, "*", BASE),
        (BASE, "", BASE),
        (BASE, "rtsp://10.0.0.1/x?y=z", "rtsp://10.0.0.1/x?y=z"),
        (BASE, "RTSPS://10.0.0.1/x", "RTSPS://10.0.0.1/x"),
        (BASE, "rtsp://me:p@ss@10.0.0.1/x@y", "rtsp://10.0.0.1/x@y"),
        ("rtsp://me:secret@cam/p", "track 1", "rtsp://cam/p/track%201"),
    ],
)
def test_a_control_is_resolved_as_ffmpeg_does(base: str, control: str, url: str) -> None:
    assert resolve(base, control) == url


def test_an_absolute_session_control_is_the_base_of_the_media() -> None:
    sdp = "v=0\r\na=control:rtsp://10.0.0.1/all\r\nm=video 0 RTP/AVP 96\r\na=control:t1\r\nm=audio 0 RTP/AVP 0\r\n"
    assert rewrite(sdp, BASE, LOCAL).urls == {
        f"{LOCAL}/session": "rtsp://10.0.0.1/all",
        f"{LOCAL}/0": "rtsp://10.0.0.1/all/t1",
        f"{LOCAL}/1": "rtsp://10.0.0.1/all",
    }


def test_what_a_demuxer_needs_is_kept_and_the_rest_is_not() -> None:
    kept = ["a=rtpmap:96 H265/90000", "a=fmtp:96 sprop-vps=QAEMAf", "a=framerate:25", "b=AS:5000", "a=recvonly"]
    lost = ["i=10.0.0.1", "c=IN IP4 10.0.0.1", "a=x-host:10.0.0.1", "a=tool:10.0.0.1", "k=clear:10.0.0.1"]
    sdp = "\n".join(["v=0", "o=root 1 1 IN IP4 10.0.0.1", "s=10.0.0.1", "m=video 0 RTP/AVP 96", *kept, *lost])
    lines = rewrite(sdp, BASE, LOCAL).text.split("\r\n")
    assert "10.0.0.1" not in "".join(lines)
    assert [line for line in lines if line in kept] == kept
    assert not any(line.startswith("s=") for line in lines)


def test_media_that_cannot_be_read_are_left_out() -> None:
    sdp = "m=video 0 RTP/AVP 96\nm=au\x00dio ? ?\nm=application 0 RTP/AVP 107\na=control:meta\n"
    rewritten = rewrite(sdp, BASE, LOCAL)
    assert rewritten.media_count == 2
    assert rewritten.urls[f"{LOCAL}/1"] == BASE + "/meta"


def test_endless_media_are_cut() -> None:
    assert rewrite("m=video 0 RTP/AVP 96\r\n" * 1000, BASE, LOCAL).media_count == MAX_MEDIA


@given(st.lists(st.sampled_from(["m=video 0 RTP/AVP 96", "a=control:", "rtsp://u:s3cret@h/", "*", "\r\n", " ", "é"])))
def test_every_url_is_ours_and_every_camera_url_can_stand_in_a_request(pieces: list[str]) -> None:
    rewritten = rewrite("".join(pieces), QUERY_BASE, LOCAL)
    controls = [line for line in rewritten.text.split("\r\n") if line.startswith("a=control:")]
    assert controls == [f"a=control:{local}" for local in rewritten.urls]
    for local, url in rewritten.urls.items():
        assert local.startswith(LOCAL + "/")
        assert url.isascii() and url.isprintable() and " " not in url


@given(st.text())
def test_a_clean_uri_can_stand_in_a_request_line(text: str) -> None:
    uri = clean_uri(f"rtsp://{text}")
    assert uri.isascii() and uri.isprintable() and " " not in uri
    assert "@" not in uri.removeprefix("rtsp://").split("/")[0].split("?")[0].split("#")[0]


@pytest.mark.parametrize(
    ("sdp", "video"),
    [
        ("m=audio 0 RTP/AVP 8\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=video 0 RTP/AVP 97\n", ("/1", 90_000)),
        ("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/1000\n", ("/0", 1_000)),
        ("m=video 0 RTP/AVP 26\n", ("/0", 90_000)),
        ("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/0\n", ("/0", 90_000)),
        ("m=application 0 RTP/AVP 98\n", None),
    ],
)
def test_the_first_video_stream_is_known_with_its_clock_rate(sdp: str, video: tuple[str, int] | None) -> None:
    assert rewrite(sdp, BASE, LOCAL).video == (video and (LOCAL + video[0], video[1]))
