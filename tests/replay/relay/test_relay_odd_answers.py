"""Odd answers of cameras: what ffmpeg plays by itself, it plays through the relay."""

from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import Auth
from anr_tui.demo.camera.card import Card
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.relay import Relay
from tests.replay.odd_peer import Oddity, odd_camera
from tests.replay.relay.test_relay_with_ffmpeg import FRAMES, FetchResult, copy, simulated


def counted(step: int) -> Oddity:
    return Oddity((r"CSeq: (\d+)", lambda found: f"CSeq: {int(found[1]) + step}"))


def video(line: str) -> Oddity:
    return Oddity(body=(r"m=video 0 RTP/AVP 96", line))


ODDITIES = {
    "CSeq is always 0": Oddity((r"CSeq: \d+", "Cseq: 0")),
    "CSeq is one too low": counted(-1),
    "CSeq is one too high": counted(1),
    "no CSeq": Oddity((r"\r\nCSeq: \d+", "")),
    "CSeq with words": Oddity((r"CSeq: (\d+)", r"CSeq: \1 (ours)")),
    "a negative port": video("m=video -1 RTP/AVP 96"),
    "a port beyond all": video("m=video 123456 RTP/AVP 96"),
    "ports": video("m=video 0/2 RTP/AVP 96"),
    "double blanks": video("m=video  0  RTP/AVP  96"),
    "tabs": video("m=video\t0\tRTP/AVP\t96"),
    "a blank at the end": video("m=video 0 RTP/AVP 96 "),
    "blanks before the line": video("  m=video 0 RTP/AVP 96"),
    "a list of formats": video("m=video 0 RTP/AVP 96, 97"),
    "feedback": video("m=video 0 RTP/AVPF 96"),
    "no channels": Oddity((r";interleaved=\d+-\d+", "")),
    "blanks around channels": Oddity((r"interleaved=(\d+)-(\d+)", r"interleaved= \1-\2")),
    "one channel": Oddity((r"interleaved=(\d+)-\d+", r"interleaved=\1")),
    "no reason": Oddity((r"^RTSP/1.0 200 OK", "RTSP/1.0 200")),
    "blanks in the status": Oddity((r"^RTSP/1.0 (\d+) ", r"RTSP/1.0  \1  ")),
    "RTSP/1.1": Oddity((r"^RTSP/1.0", "RTSP/1.1")),
    "small names of headers": Oddity((r"\r\n([\w-]+):", lambda found: found[0].lower())),
    "no blanks behind colons": Oddity((r"(?m)^([\w-]+): ", r"\1:")),
    "lines that end with LF": Oddity(body=(r"\r\n", "\n")),
    "blank lines": Oddity(body=(r"\r\n", "\r\n\r\n")),
    "blanks in rtpmap": Oddity(body=(r"a=rtpmap:96 H264", "a=rtpmap:96  H264")),
    "no base": Oddity((r"\r\nContent-Base: [^\r]*", "")),
    "a timeout apart": Oddity((r"(Session: \w+)[^\r]*", r"\1 ; timeout = 30")),
    "an empty algorithm": Oddity((r"Digest ", "Digest algorithm=, ")),
    "an empty quoted algorithm": Oddity((r"Digest ", 'Digest algorithm="", ')),
    "an empty qop": Oddity((r'qop="[^"]*"', 'qop=""')),
}


@pytest.mark.parametrize("name", ODDITIES)
async def test_what_ffmpeg_plays_by_itself_it_plays_through_the_relay(
    name: str, ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, Auth.DIGEST) as camera, odd_camera(camera.port, ODDITIES[name]) as port:
        url = camera.url(window, with_login=True).replace(f":{camera.port}/", f":{port}/")
        alone = await copy(ffmpeg, url, tmp_path / "alone.mp4")
        log: list[str] = []
        async with Relay(request_of_url(url), full_speed=True, log=log.append) as relay:
            relayed = await copy(ffmpeg, relay.url, tmp_path / "relayed.mp4", on_start=relay.expect)
            report = relay.report
        results = [FetchResult(tmp_path / f"{way}.mp4", "", report, log) for way in ("alone", "relayed")]

        assert len(results[0].packets) == FRAMES, alone
        assert len(results[1].packets) == FRAMES, (relayed, log)
        if name == "no channels":
            return  # by itself, ffmpeg then takes the sound for video
        assert [data for _, data in results[0].packets] == [data for _, data in results[1].packets]


async def test_another_transport_than_tcp_is_refused(ffmpeg: str, card: Card, window: Window, tmp_path: Path) -> None:
    oddity = Oddity((r"RTP/AVP/TCP[^\r]*", "RTP/AVP;unicast;client_port=5000-5001"))
    async with simulated(card, Auth.DIGEST) as camera, odd_camera(camera.port, oddity) as port:
        url = camera.url(window, with_login=True).replace(f":{camera.port}/", f":{port}/")
        async with Relay(request_of_url(url), full_speed=True, log=lambda _: None) as relay:
            await copy(ffmpeg, relay.url, tmp_path / "relayed.mp4", on_start=relay.expect)
            report = relay.report
    assert "another transport" in report.error
