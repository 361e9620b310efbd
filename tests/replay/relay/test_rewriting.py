"""What ffmpeg may see of an answer."""

import pytest

from anr_tui.replay.relay.rewriting import channels, phrase, rtp_info, transport


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1;source=10.0.0.1", "RTP/AVP/TCP;unicast;interleaved=0-1"),
        ("RTP/AVP;interleaved = 2", "RTP/AVP/TCP;unicast;interleaved=2"),
        ("RTP/AVP;unicast;client_port=5000-5001", None),
        ("RTP/AVP/TCP;unicast", "RTP/AVP/TCP;unicast;interleaved=6-7"),
        ("rtp/avp/tcp", "RTP/AVP/TCP;unicast;interleaved=6-7"),
        ("RTP/AVP/TCP;interleaved=4 - 5", "RTP/AVP/TCP;unicast;interleaved=4-5"),
        ("RTP/AVP/TCPX;unicast", None),
        ("RTP/AVP/TCP;interleaved=", None),
        ("RTP/AVP/TCP;interleaved=1000-1001", None),
        ("RTP/AVP/TCP;interleaved=0-1000", None),
        ("", None),
    ],
)
def test_a_transport_shows_its_channels_only(value: str, ours: str | None) -> None:
    assert transport(value, "RTP/AVP/TCP;unicast;interleaved=6-7") == ours


def test_rtp_info_keeps_numbers_of_known_streams() -> None:
    urls = {"rtsp://127.0.0.1/t/0": "rtsp://cam/a/track1", "rtsp://127.0.0.1/t/1": "rtsp://cam/a/track2"}
    value = "url=track1;seq=1;rtptime=2, URL=rtsp://cam/a/track2;rtptime=3,url=x;seq=4,url=track1;evil=10.0.0.1,junk"
    assert rtp_info(value, "rtsp://cam/a", urls) == (
        "url=rtsp://127.0.0.1/t/0;seq=1;rtptime=2,url=rtsp://127.0.0.1/t/1;rtptime=3"
    )
    assert rtp_info("", "rtsp://cam/a", urls) == ""


@pytest.mark.parametrize(
    ("status", "words"), [(200, "OK"), (453, "Not Enough Bandwidth"), (551, "Option not supported")]
)
def test_phrases_are_ours(status: int, words: str) -> None:
    assert phrase(status) == words
    assert phrase(999) == "Refused"


def test_the_channels_of_a_stream_are_told() -> None:
    assert channels("RTP/AVP/TCP;unicast;interleaved=4-5") == (4, 5)
    assert channels("RTP/AVP/TCP;unicast;interleaved=4") == (4, 5)
    with pytest.raises(ValueError, match="not interleaved"):
        channels("RTP/AVP;unicast")
