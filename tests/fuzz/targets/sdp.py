"""A camera's description and the headers of its answers: what ffmpeg is shown of them names no other host."""

import re

from anr_tui.replay.relay import rewriting
from anr_tui.replay.rtsp.play_range import described_range
from anr_tui.replay.rtsp.sdp import MAX_MEDIA, Rewritten, clean_uri, rewrite

_LOCAL = "rtsp://127.0.0.1:40001/5f3a"
_ASKED = "RTP/AVP/TCP;unicast;interleaved=2-3"
_LINE = re.compile(r"[A-Za-z]=.*")
_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@")


def sdp(data: bytes) -> None:
    """The first three lines are the URL that was asked, a Transport and an RTP-Info header; the others are the SDP."""
    base, transport, info, *lines = [*data.decode("latin-1").split("\n", 3), "", "", ""]
    description = lines[0]
    told = described_range(description)
    assert told is None or told.is_live or (told.start and (told.end is None or told.start < told.end))
    rewritten = rewrite(description, clean_uri(base), _LOCAL)
    _check_description(rewritten)
    again = rewrite(rewritten.text, _LOCAL, _LOCAL)
    assert (again.media_count, again.video) == (rewritten.media_count, rewritten.video)
    _check_headers(transport, info, base, rewritten)


def _check_description(rewritten: Rewritten) -> None:
    assert 0 <= rewritten.media_count <= MAX_MEDIA
    assert rewritten.video is None or (rewritten.video[0] in rewritten.urls and rewritten.video[1] > 0)
    lines = rewritten.text.split("\r\n")
    assert lines.pop() == ""
    assert all(map(_LINE.fullmatch, lines)), "a line break came through"
    controls = [line.removeprefix("a=control:") for line in lines if line.startswith("a=control:")]
    assert controls == list(rewritten.urls)
    assert len([line for line in lines if line.startswith("m=")]) == rewritten.media_count
    assert [line for line in lines if line.lower().startswith(("c=", "o="))] == lines[1:3]
    for url in rewritten.urls.values():
        _check_uri(url)


def _check_uri(uri: str) -> None:
    """It fits into a request line, and holds no login."""
    assert uri.isascii() and " " not in uri and uri.isprintable()
    assert not _LOGIN.match(uri)


def _check_headers(transport: str, info: str, base: str, rewritten: Rewritten) -> None:
    shown = rewriting.transport(transport, _ASKED)
    if shown is not None:
        rtp, rtcp = rewriting.channels(shown)
        assert min(rtp, rtcp) >= 0
        assert shown == rewriting.transport(shown, _ASKED)
    infos = rewriting.rtp_info(info, clean_uri(base), rewritten.urls)
    assert all(entry.split(";")[0].removeprefix("url=") in rewritten.urls for entry in infos.split(",") if entry)
