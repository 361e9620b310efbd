"""The relay between a scripted camera and a scripted ffmpeg: every rule on real sockets."""

import asyncio
import gc
import os
import re
import socket
import ssl
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.domain.errors import ReplayError
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay import camera_session
from anr_tui.replay.relay.relay import Relay
from anr_tui.replay.rtsp.parser import Headers, Request, Response
from tests.replay.conftest import NOON
from tests.replay.peer import SDP, Answer, Player, ScriptedCamera, connected, frame, plain_answer, relay_to, transport
from tests.steady_clock import on_steady_clock

CAMERA_URL = re.compile(r"rtsp://127\.0\.0\.1:\d+/Streaming/tracks/101\?starttime=a&endtime=b(/trackID=[12])?")


def refusing(**statuses: int) -> Answer:
    """A camera that answers these methods with these statuses."""

    async def answer(_: ScriptedCamera, request: Request) -> Response:
        return plain_answer(request, statuses.get(request.method, 200))

    return answer


def replying(method: str, *lines: tuple[str, str], status: int = 200, body: str = SDP) -> Answer:
    """A camera whose answer to one method has these header lines and, for DESCRIBE, this body."""

    async def answer(_: ScriptedCamera, request: Request) -> Response:
        if request.method != method:
            return plain_answer(request)
        headers = Headers((("CSeq", request.headers.get("CSeq")), ("Session", "4711"), *lines))
        return Response(status, "Fine", headers, body.encode() if method == "DESCRIBE" else b"")

    return answer


async def test_requests_reach_the_camera_with_its_urls_and_without_foreign_headers() -> None:
    log: list[str] = []
    async with ScriptedCamera() as camera, relay_to(camera, log) as relay, connected(relay) as player:
        await player.set_up(tracks=2)
        assert (await player.play()).status == 200
        assert (await player.ask("TEARDOWN", "/session", ("Session", "4711"), ("Scale", "4"))).status == 200
    assert camera.methods == ["OPTIONS", "DESCRIBE", "SETUP", "SETUP", "PLAY", "TEARDOWN"]
    for request in camera.requests:
        assert CAMERA_URL.fullmatch(request.uri)
        assert not request.headers.all("Scale")
    assert camera.requests[2].uri.endswith("/trackID=1")
    assert camera.requests[3].uri.endswith("/trackID=2")
    assert [request.headers.get("CSeq") for request in camera.requests] == ["1", "2", "3", "4", "5", "6"]
    assert all("s3cret" not in line for line in log)


async def test_nothing_of_the_camera_reaches_ffmpeg() -> None:
    hostile = SDP.replace("s=Gate", "i=at 10.9.8.7\r\nu=rtsp://admin:s3cret@10.9.8.7/\r\nc=IN IP4 10.9.8.7\r\ns=Gate")
    answer = replying(
        "DESCRIBE",
        ("Content-Base", "rtsp://admin:s3cret@10.9.8.7:554/a/"),
        ("Content-Location", "rtsp://10.9.8.7/b"),
        ("Server", "10.9.8.7"),
        body=hostile,
    )
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        described = (await player.ask("DESCRIBE")).to_bytes().decode()
        set_up = await player.ask("SETUP", "/0", transport(0))
    assert "10.9.8.7" not in described + set_up.to_bytes().decode()
    assert "s3cret" not in described
    assert f"a=control:{relay.url}/0" in described
    assert set_up.headers.get("Transport") == "RTP/AVP/TCP;unicast;interleaved=0-1"
    assert camera.requests[-2].uri == "rtsp://10.9.8.7:554/a/trackID=1"


async def test_rtp_info_names_our_urls_and_leaves_out_the_rest() -> None:
    base = "rtsp://10.9.8.7/a/"
    info = f"url={base}trackID=1;seq=7;rtptime=99,url=trackID=2;seq=8,url=rtsp://else/where;seq=9"

    async def answer(_: ScriptedCamera, request: Request) -> Response:
        lines = {"DESCRIBE": ("Content-Base", base), "PLAY": ("RTP-Info", info)}
        return plain_answer(request, 200, *[lines[request.method]] if request.method in lines else [])

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        played = await player.play()
    assert played.headers.get("RTP-Info") == f"url={relay.url}/0;seq=7;rtptime=99,url={relay.url}/1;seq=8"


async def test_a_wrong_token_is_turned_away_and_does_not_use_up_the_one() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay:
        async with connected(relay) as stranger:
            stranger.url = relay.url[:-1]
            assert (await stranger.ask("OPTIONS")).status == 404
            assert await stranger.connection.next_item() is None
        assert camera.requests == []
        async with connected(relay) as player:
            assert (await player.ask("OPTIONS")).status == 200
            port = int(relay.url.split(":")[2].split("/")[0])
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)


async def test_full_speed_is_asked_for_with_both_headers() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        assert relay.report.full_speed is True
    assert camera.requests[2].headers.get("Require") == "onvif-replay"
    assert camera.requests[3].headers.get("Require") == "onvif-replay"
    assert camera.requests[3].headers.get("Rate-Control") == "no"


async def test_plain_speed_adds_nothing() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, [], full_speed=False) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        assert relay.report.full_speed is False
    assert not any(request.headers.all("Require") for request in camera.requests)
    assert not any(request.headers.all("Rate-Control") for request in camera.requests)


@pytest.mark.parametrize("status", [400, 500, 501, 551])
async def test_a_refused_require_is_left_out_from_then_on(status: int) -> None:
    async def answer(_: ScriptedCamera, request: Request) -> Response:
        return plain_answer(request, status if request.headers.all("Require") else 200)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up(tracks=2)
        await player.play()
        assert relay.report.full_speed is True
        assert relay.report.status == 200
    carried = [request.method for request in camera.requests if request.headers.all("Require")]
    assert carried == ["SETUP"]
    assert camera.methods[:6] == ["OPTIONS", "DESCRIBE", "SETUP", "SETUP", "SETUP", "PLAY"]
    assert camera.requests[5].headers.get("Rate-Control") == "no"


async def test_a_camera_that_refuses_rate_control_plays_at_1x() -> None:
    async def answer(_: ScriptedCamera, request: Request) -> Response:
        return plain_answer(request, 456 if request.headers.all("Rate-Control") else 200)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        assert (await player.play()).status == 200
        assert relay.report.full_speed is False
    assert camera.methods == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PLAY", "TEARDOWN"]
    assert not camera.requests[4].headers.all("Require")


@pytest.mark.parametrize("status", [401, 403, 404, 453, 454, 457, 461, 503])
async def test_a_refusal_that_is_not_about_headers_is_not_asked_again(status: int) -> None:
    answer = refusing(SETUP=status)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        refused = await player.ask("SETUP", "/0", transport(0))
        assert refused.status == status
        assert (relay.report.status, relay.report.method) == (status, "SETUP")
        assert str(status) in relay.report.error
        assert relay.report.full_speed is None
    assert camera.methods == ["DESCRIBE", "SETUP"]


async def test_a_refusal_stays_reported_after_later_answers() -> None:
    async with ScriptedCamera(refusing(SETUP=453)) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        await player.ask("SETUP", "/0", transport(0))
        await player.ask("OPTIONS")
        assert (relay.report.status, relay.report.method) == (453, "SETUP")


async def test_a_refused_farewell_or_keep_alive_is_no_error() -> None:
    answer = refusing(TEARDOWN=454, GET_PARAMETER=501)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        assert (await player.ask("GET_PARAMETER", "/session")).status == 501
        assert (await player.ask("TEARDOWN", "/session")).status == 454
        assert (relay.report.status, relay.report.method, relay.report.error) == (200, "PLAY", "")


async def test_a_password_is_sent_once_where_the_camera_refuses_it() -> None:
    log: list[str] = []
    challenge = ("WWW-Authenticate", 'Digest realm="cam", nonce="n1"')

    async def answer(_: ScriptedCamera, request: Request) -> Response:
        return plain_answer(request, 401, challenge)

    async with ScriptedCamera(answer) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        for method in ("OPTIONS", "DESCRIBE", "DESCRIBE"):
            refused = await player.ask(method)
            assert refused.status == 401
            assert not refused.headers.all("WWW-Authenticate")
        assert "refused the login" in relay.report.error
    assert sum(bool(request.headers.all("Authorization")) for request in camera.requests) == 1
    assert camera.methods == ["OPTIONS", "OPTIONS"]


async def test_no_password_means_no_try() -> None:
    answer = replying("OPTIONS", ("WWW-Authenticate", "Basic realm=x"), status=401)
    async with ScriptedCamera(answer) as camera, relay_to(camera, [], login="") as relay, connected(relay) as player:
        assert (await player.ask("OPTIONS")).status == 401
        assert "asks for a login" in relay.report.error
    assert camera.methods == ["OPTIONS"]


async def test_a_redirect_is_neither_followed_nor_passed_on() -> None:
    answer = replying("DESCRIBE", ("Location", "rtsp://10.1.1.1/evil"), status=302)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        refused = await player.ask("DESCRIBE")
        assert refused.status == 502
        assert not refused.headers.all("Location")
        assert relay.report.status == 302
        assert "redirected" in relay.report.error
    assert camera.methods == ["DESCRIBE"]


async def test_another_transport_than_tcp_is_refused_on_both_sides() -> None:
    answer = replying("SETUP", ("Transport", "RTP/AVP;unicast;client_port=5000-5001"))
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        asked_udp = await player.ask("SETUP", "/0", ("Transport", "RTP/AVP;unicast;client_port=5000-5001"))
        assert (asked_udp.status, camera.methods) == (461, ["DESCRIBE"])
        assert (await player.ask("SETUP", "/0", transport(0))).status == 461
        assert (relay.report.status, relay.report.method) == (461, "SETUP")
        assert "another transport" in relay.report.error


async def test_media_that_overtakes_the_answer_to_play_comes_after_it() -> None:
    first, second = frame(0, b"key frame"), frame(0, b"next")

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method != "PLAY":
            return plain_answer(request)
        await camera.send(first + plain_answer(request).to_bytes() + second)
        await camera.close_line()
        return None

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        assert player.media == b""
        assert await player.rest() == first + second
        assert relay.report.closed_by == "camera"
        assert relay.report.media_bytes == len(b"key frame" + b"next")
        assert relay.report.last_media_at is not None


async def test_media_flows_both_ways_with_keep_alives_in_between() -> None:
    media = [frame(0, bytes([number]) * 1000) for number in range(50)]
    report = frame(1, b"receiver report")
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        for sent in media:
            await camera.send(sent[:100])
            await player.post("GET_PARAMETER", "/session", ("Session", "4711"))
            await player.connection.send(report)
            await camera.send(sent[100:])
            assert (await player.answer()).status == 200
        await camera.until(lambda camera: len(camera.received) == 50 * len(report))
        await camera.close_line()
        assert await player.rest() == b"".join(media)
    assert camera.received == report * 50
    assert camera.methods.count("GET_PARAMETER") == 50


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.post("OPTIONS")
        await player.post("DESCRIBE")
        await player.post("OPTIONS")
        answers = [await player.answer() for _ in range(3)]
    assert [answer.headers.get("CSeq") for answer in answers] == ["1", "2", "3"]
    assert camera.methods == ["OPTIONS", "DESCRIBE", "OPTIONS"]


async def test_requests_of_the_camera_are_answered_by_the_relay() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        for number, method in enumerate(("OPTIONS", "SET_PARAMETER", "ANNOUNCE")):
            headers = Headers((("CSeq", str(100 + number)),))
            await camera.send(frame(0, b"media") + Request(method, "*", headers).to_bytes())
        assert await player.rest() == frame(0, b"media") * 3
        assert relay.report.announced_end
        assert relay.report.closed_by == "camera"
        await camera.until(lambda camera: len(camera.responses) == 3)
    assert [response.status for response in camera.responses] == [200, 200, 200]
    assert [response.headers.get("CSeq") for response in camera.responses] == ["100", "101", "102"]
    assert camera.methods[-1] == "TEARDOWN"


async def test_an_ffmpeg_that_vanishes_frees_the_cameras_session() -> None:
    log: list[str] = []
    async with ScriptedCamera() as camera, relay_to(camera, log) as relay:
        async with connected(relay) as player:
            await player.set_up()
            await player.play()
            player.connection.abort()
        await camera.is_closed.wait()
        assert camera.methods[-1] == "TEARDOWN"
        assert camera.requests[-1].headers.get("Session") == "4711"
        assert relay.report.closed_by == "ffmpeg"
        assert relay.report.error == ""


async def test_leaving_the_block_in_mid_replay_frees_the_cameras_session() -> None:
    async with ScriptedCamera() as camera:
        async with relay_to(camera, []) as relay, connected(relay) as player:
            await player.set_up()
            await player.play()
            await relay.__aexit__(None, None, None)
            await camera.is_closed.wait()
        assert camera.methods[-1] == "TEARDOWN"


@on_steady_clock
async def test_a_silent_camera_is_a_clear_error_in_bounded_time() -> None:
    async def answer(_: ScriptedCamera, request: Request) -> Response | None:
        return None if request.method == "DESCRIBE" else plain_answer(request)

    async with (
        ScriptedCamera(answer) as camera,
        relay_to(camera, [], timeout_s=0.2) as relay,
        connected(relay) as player,
    ):
        await player.ask("OPTIONS")
        assert (await player.ask("DESCRIBE")).status == 502
        assert relay.report.reached
        assert relay.report.error == "The camera accepted the connection but did not answer DESCRIBE."


@on_steady_clock
async def test_a_camera_that_only_talks_about_other_things_is_silent_too() -> None:
    async def answer(camera: ScriptedCamera, request: Request) -> None:
        interim = Response(100, "Continue", Headers((("CSeq", request.headers.get("CSeq")),)))
        await camera.send((interim.to_bytes() + Request("OPTIONS", "*").to_bytes()) * 100)

    log: list[str] = []
    async with (
        ScriptedCamera(answer) as camera,
        relay_to(camera, log, timeout_s=0.2) as relay,
        connected(relay) as player,
    ):
        assert (await player.ask("DESCRIBE")).status == 502
        assert relay.report.error == "The camera accepted the connection but did not answer DESCRIBE."
        assert len(camera.responses) == 100
    assert len(log) < 30


async def test_a_camera_that_hangs_up_before_it_answers() -> None:
    async def answer(camera: ScriptedCamera, _: Request) -> None:
        await camera.close_line()

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        assert (await player.ask("OPTIONS")).status == 502
        assert await player.rest() == b""
        assert relay.report.error == "The camera closed the connection before it answered OPTIONS."
        assert relay.report.closed_by == "camera"


async def test_an_unreachable_camera_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        target = request_of_url(f"rtsp://u:p@127.0.0.1:{taken.getsockname()[1]}/")
        log: list[str] = []
        async with Relay(target, full_speed=True, log=log.append) as relay, connected(relay) as player:
            assert (await player.ask("OPTIONS")).status == 502
            assert not relay.report.reached
            assert relay.report.error.endswith("Connection refused.")


@pytest.mark.parametrize(
    ("junk", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak RTSP"),
        (b"RTSP/1.0 200 OK\r\nX: " + b"x" * 1_000_000, "header line"),
        (b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 100_000, "header of more"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "body"),
    ],
    ids=["another protocol", "one endless line", "endless lines", "endless body"],
)
async def test_a_hostile_answer_is_a_clear_error(junk: bytes, words: str) -> None:
    async def answer(camera: ScriptedCamera, _: Request) -> None:
        await camera.send(junk)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        assert (await player.ask("OPTIONS")).status == 502
        assert words in relay.report.error


async def test_what_came_before_garbage_and_what_comes_after_it_reaches_ffmpeg() -> None:
    media = frame(0, b"before"), frame(0, b"after"), frame(2, b"last")
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up(tracks=2)
        await player.play()
        await camera.send(frame(2, b"audio") + media[0] + b"\x07garbage $\x09\x00 " + media[1] + media[2])
        await camera.close_line()
        assert await player.rest() == frame(2, b"audio") + b"".join(media)
        assert relay.report.error == ""


async def test_endless_garbage_ends_with_an_error_after_what_came_before() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        await camera.send(frame(0, b"before"))
        await camera.send(b"\x00" * 300_000)
        assert await player.rest() == frame(0, b"before")
        assert "no RTSP" in relay.report.error


async def test_half_a_frame_at_the_end_is_left_out() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        await camera.send(frame(0, b"whole") + frame(0, b"half a frame")[:-3])
        await camera.close_line()
        assert await player.rest() == frame(0, b"whole")


async def test_a_slow_ffmpeg_slows_the_camera_down() -> None:
    """GIVEN an ffmpeg that does not read WHEN the camera sends without end THEN the camera has to wait."""
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        piece = frame(0, b"x" * 60_000)

        async def flood() -> None:
            while True:
                await camera.send(piece)

        flooding = asyncio.create_task(flood())
        seen = -1
        while seen != relay.report.media_bytes:
            seen = relay.report.media_bytes
            await asyncio.wait({flooding}, timeout=0.3)
        assert not flooding.done()
        assert seen < 64 * 1024 * 1024
        flooding.cancel()


async def test_an_unanswered_keep_alive_holds_up_neither_media_nor_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_session, "_KEEP_ALIVE_TIMEOUT_S", 0.05)

    async def answer(_: ScriptedCamera, request: Request) -> Response | None:
        return None if request.method == "GET_PARAMETER" else plain_answer(request)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        for _ in range(2):
            await camera.send(frame(0, b"media"))
            assert (await player.ask("GET_PARAMETER", "/session", ("Session", "4711"))).status == 200
        await camera.close_line()
        assert await player.rest() == frame(0, b"media") * 2
        assert relay.report.error == ""
    assert camera.methods.count("GET_PARAMETER") == 2


async def test_a_late_answer_is_not_taken_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_session, "_KEEP_ALIVE_TIMEOUT_S", 0.05)
    late: list[Response] = []

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method == "GET_PARAMETER":
            late.append(plain_answer(request, 454))
            return None
        if late:
            await camera.send(late.pop().to_bytes())
        return plain_answer(request)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        await player.ask("GET_PARAMETER", "/session", ("Session", "4711"))
        assert (await player.ask("TEARDOWN", "/session", ("Session", "4711"))).status == 200


async def test_a_camera_with_a_certificate_of_its_own_is_reached(tmp_path: Path) -> None:
    async with (
        ScriptedCamera(context=self_signed(tmp_path)) as camera,
        relay_to(camera, [], scheme="rtsps") as relay,
        connected(relay) as player,
    ):
        await player.set_up()
        await player.play()
        await camera.send(frame(0, b"media"))
        await camera.close_line()
        assert await player.rest() == frame(0, b"media")
    assert camera.requests[0].uri.startswith("rtsps://127.0.0.1:")


async def test_another_certificate_than_at_first_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    trust, answered = DeviceTrust(), []
    for directory in (tmp_path / "camera", tmp_path / "impostor"):
        directory.mkdir()
        async with ScriptedCamera(context=self_signed(directory)) as camera:
            url = f"rtsps://admin:s3cret@127.0.0.1:{camera.port}/x"
            request = replace(request_of_url(url), trust=trust)
            async with Relay(request, full_speed=True, log=print) as relay, connected(relay) as player:
                answered.append(((await player.ask("OPTIONS")).status, len(camera.requests), relay.report.error))
    assert answered == [(200, 1, ""), (502, 0, trust.breach)]
    assert "another TLS certificate" in trust.breach


async def test_a_certificate_that_no_authority_signed_is_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    async with ScriptedCamera(context=self_signed(tmp_path)) as camera:
        url = f"rtsps://admin:s3cret@127.0.0.1:{camera.port}/x"
        request = replace(request_of_url(url), trust=DeviceTrust("ca"))
        async with Relay(request, full_speed=True, log=print) as relay, connected(relay) as player:
            assert (await player.ask("OPTIONS")).status == 502
            assert "TLS" in relay.report.error and camera.requests == []


async def test_a_camera_without_tls_is_a_clear_error() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, [], scheme="rtsps") as relay, connected(relay) as player:
        assert (await player.ask("OPTIONS")).status == 502
        assert relay.report.error.startswith(f"Cannot connect to the camera at 127.0.0.1:{camera.port}: ")
        assert not relay.report.reached


def self_signed(directory: Path) -> ssl.SSLContext:
    """A server's context as a camera has it: nobody vouches for its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOON).not_valid_after(NOON + timedelta(seconds=1))
    plain = serialization.NoEncryption()
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem += key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = directory / "camera.pem"
    path.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_a_password_that_the_camera_echoes_is_masked() -> None:
    async def answer(_: ScriptedCamera, request: Request) -> Response:
        headers = Headers((("CSeq", request.headers.get("CSeq")),))
        return Response(403, "s3cret is wrong, rtsp://admin:s3cret@cam/", headers)

    log: list[str] = []
    async with ScriptedCamera(answer) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        refused = await player.ask("OPTIONS")
        assert "s3cret" not in "".join(log) + repr(relay.report) + refused.reason
        assert relay.report.status_reason == "*** is wrong, rtsp://***@cam/"


async def test_a_cancelled_fill_frees_the_cameras_session() -> None:
    """GIVEN a replay WHEN the task that holds the relay is cancelled THEN the camera still gets its TEARDOWN."""
    is_playing = asyncio.Event()

    async def fill(camera: ScriptedCamera) -> None:
        async with relay_to(camera, []) as relay, connected(relay) as player:
            await player.set_up()
            await player.play()
            is_playing.set()
            await asyncio.Event().wait()

    async with ScriptedCamera() as camera:
        task = asyncio.create_task(fill(camera))
        await is_playing.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await camera.is_closed.wait()
        assert task.cancelled()
        assert camera.methods[-1] == "TEARDOWN"


async def test_ending_the_stream_lets_ffmpeg_finish_and_frees_the_session() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay:
        async with connected(relay) as player:
            await player.set_up()
            await player.play()
            await camera.send(frame(0, b"media"))
            player.media += (await player.media_item()).frames
            relay.end_stream()
            assert await player.rest() == frame(0, b"media")
        await camera.is_closed.wait()
        assert camera.methods[-1] == "TEARDOWN"


STEPS = [
    "ask OPTIONS",
    "ask DESCRIBE",
    "set up",
    "play",
    "media",
    "announce",
    "garbage",
    "half",
    "close",
    "abort",
    "leave",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=6), st.booleans())
def test_nothing_is_left_behind_whatever_happens(steps: list[str], starts_playing: bool) -> None:
    """GIVEN any course of a replay WHEN its block is left THEN no task and no socket is left."""
    before = open_files()
    asyncio.run(course([*["set up", "play"] * starts_playing, *steps]))
    assert open_files() == before


def open_files() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


async def course(steps: list[str]) -> None:
    async with ScriptedCamera() as camera:
        async with AsyncExitStack() as stack:
            relay = await stack.enter_async_context(relay_to(camera, []))
            player = await stack.enter_async_context(connected(relay))
            for step in steps:
                try:
                    await take(step, camera, player)
                except (AssertionError, OSError):
                    break  # one side is gone: nothing more can be asked
                if step == "leave":
                    break
        left = {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()} - camera.tasks}
        assert left == set()


async def take(step: str, camera: ScriptedCamera, player: Player) -> None:
    """One step of a course."""
    if step.startswith("ask"):
        await player.ask(step.split()[1])
    elif step == "set up":
        await player.set_up()
    elif step == "play":
        await player.play()
    elif step == "abort":
        player.connection.abort()
    elif camera.line is not None and step != "leave":
        announce = Request("ANNOUNCE", "*", Headers((("CSeq", "1"),))).to_bytes()
        sent = {
            "media": frame(0, b"media"),
            "announce": announce,
            "garbage": b"\xff" * 1000,
            "half": frame(0, b"half")[:-2],
        }
        if step in sent:
            await camera.send(sent[step])
        if step in {"half", "close"}:
            await camera.close_line()


def test_the_relay_speaks_rtsp_only() -> None:
    with pytest.raises(ReplayError, match="speaks RTSP"):
        Relay(request_of_url("http://cam/x"), full_speed=True, log=print)


async def test_a_request_for_an_unknown_url_never_reaches_the_camera() -> None:
    async with ScriptedCamera() as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("OPTIONS")
        assert (await player.ask("DESCRIBE", "/7")).status == 404
    assert camera.methods == ["OPTIONS"]


HOUR_RANGE = "clock=20260613T120000Z-20260613T130000Z"


@pytest.mark.parametrize(
    ("described", "played", "start_hour"),
    [
        (HOUR_RANGE, "npt=0.000-", 12),
        ("npt=0-600", HOUR_RANGE.replace("T12", "T11"), 11),
        (HOUR_RANGE, HOUR_RANGE.replace("T12", "T11"), 11),
        ("npt=0-600", "npt=0.000-", None),
    ],
    ids=["by its description", "by its answer", "by both", "by neither"],
)
async def test_what_a_camera_says_that_it_will_play_is_reported(
    described: str, played: str, start_hour: int | None
) -> None:
    async def answer(_: ScriptedCamera, request: Request) -> Response:
        response = plain_answer(request, 200, *[("Range", played)] if request.method == "PLAY" else [])
        body = response.body.replace(b"a=control:*", f"a=control:*\r\na=range:{described}".encode(), 1)
        return replace(response, body=body)

    log: list[str] = []
    async with ScriptedCamera(answer) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        told = relay.report.told
    assert (told.start.hour if told and told.start else None) == start_hour
    assert any("says that it plays from 2026-06-13" in line for line in log) is (start_hour is not None)
