"""A real ffmpeg and a raw client fetch footage from the simulated camera."""

import asyncio
import math
import socket
import time
from pathlib import Path

import av
import pytest

from anr_tui.demo.camera.camera import Auth, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage, read_picture_time
from anr_tui.domain.window import Window
from tests.demo.camera.client import Client, connected, track_url
from tests.demo.conftest import NOON, span
from tests.steady_clock import on_steady_clock

FAST = Pace(math.inf)


async def fetch(ffmpeg: str, url: str, target: Path, *options: str) -> str:
    """Fetch with ffmpeg as a fill does; gives what ffmpeg said."""
    command = [ffmpeg, "-hide_banner", "-loglevel", "warning", "-rtsp_transport", "tcp", "-i", url]
    command += [*(options or ("-c", "copy")), "-f", "mp4", str(target)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    return said.decode()


def shown(path: Path) -> list[str]:
    """The wall-clock times in the pictures of a file, as seconds after noon."""
    with av.open(str(path)) as container:
        times = [read_picture_time(frame) for frame in container.decode(video=0)]
    return [f"{(moment - NOON).total_seconds():.1f}" for moment in times]


def ticks(window: Window) -> list[str]:
    start_s = (window.start - NOON).total_seconds()
    return [f"{start_s + index / 5:.1f}" for index in range(round(window.seconds * 5))]


@pytest.mark.parametrize("auth", [Auth.NONE, Auth.BASIC, Auth.DIGEST])
@pytest.mark.parametrize("relative_controls", [False, True])
async def test_ffmpeg_gets_the_window(
    card: Card, ffmpeg: str, tmp_path: Path, auth: Auth, relative_controls: bool
) -> None:
    camera = SimulatedCamera(card, password="p@ss:w/ord", auth=auth, pace=FAST, relative_controls=relative_controls)
    async with camera:
        said = await fetch(ffmpeg, camera.url(span(5, 15), with_login=True), tmp_path / "got.mp4")
        await camera.idle()
    assert shown(tmp_path / "got.mp4") == ticks(span(5, 15)), said
    asked = [request.method for request in camera.requests]
    assert asked[-1] == "TEARDOWN"
    assert (camera.sessions.current, camera.sessions.peak, camera.sessions.total) == (0, 1, 1)


async def test_a_wrong_password_is_refused(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    async with SimulatedCamera(card, password="right") as camera:
        url = camera.url(span(0, 2), with_login=True).replace("right", "wrong")
        said = await fetch(ffmpeg, url, tmp_path / "got.mp4")
    assert "401 Unauthorized" in said


@on_steady_clock
async def test_real_time_takes_real_time(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    began = time.monotonic()
    async with SimulatedCamera(card, auth=Auth.NONE) as camera:
        await fetch(ffmpeg, camera.url(span(6, 9)), tmp_path / "got.mp4")
    assert 2.7 <= time.monotonic() - began < 8
    assert shown(tmp_path / "got.mp4") == ticks(span(6, 9))


@pytest.mark.parametrize("audio", ["pcma", "aac"])
async def test_sound_arrives_with_the_picture(
    request: pytest.FixtureRequest, ffmpeg: str, tmp_path: Path, audio: str
) -> None:
    card: Card = request.getfixturevalue(f"{audio}_card")
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera:
        options = ("-c:v", "copy", "-c:a", "aac" if audio == "pcma" else "copy")
        await fetch(ffmpeg, camera.url(span(4, 14)), tmp_path / "got.mp4", *options)
    assert shown(tmp_path / "got.mp4") == ticks(span(4, 14))
    with av.open(str(tmp_path / "got.mp4")) as container:
        sound = container.streams.audio[0]
        assert float(sound.duration * sound.time_base) == pytest.approx(10, abs=0.3)


async def test_hevc_is_described_and_sent(ffmpeg: str, tmp_path: Path) -> None:
    make_footage(tmp_path / "20260613_120000.mp4", span(0, 4), ffmpeg=ffmpeg, codec="hevc")
    async with SimulatedCamera(Card(tmp_path), auth=Auth.NONE, pace=FAST) as camera:
        await fetch(ffmpeg, camera.url(span(1, 4)), tmp_path / "got.part")
    assert shown(tmp_path / "got.part") == ticks(span(1, 4))


@on_steady_clock
async def test_rate_control_off_is_honoured_where_the_camera_takes_it(card: Card) -> None:
    camera = SimulatedCamera(card, auth=Auth.NONE, pace=Pace(honours_rate_control=True))
    async with camera, connected(camera) as client:
        began = time.monotonic()
        reply = await client.play(camera, span(0, 20), Rate_Control="no", Require="onvif-replay")
        frames = await client.frames()
        assert time.monotonic() - began < 10
    assert reply.status == 200
    assert frames[-1].is_goodbye
    first = next(frame for frame in frames if frame.channel == 0)
    assert first.packet[0] == 0x90
    assert first.packet[12:14] == b"\xab\xac"


@on_steady_clock
async def test_rate_control_off_is_ignored_elsewhere(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE) as camera, connected(camera) as client:
        began = time.monotonic()
        await client.play(camera, span(0, 20), Rate_Control="no")
        await camera.played(0.6)
        assert time.monotonic() - began >= 0.6


@pytest.mark.parametrize("pace", [Pace(4.0), Pace(4.0, burst_s=1.0)])
@on_steady_clock
async def test_a_fixed_factor_paces_footage_in_bursts_or_evenly(card: Card, pace: Pace) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=pace) as camera, connected(camera) as client:
        began = time.monotonic()
        await client.play(camera, span(0, 20))
        await camera.played(1.8 if pace.burst_s else 2.0)
        took_s = time.monotonic() - began
    assert (0.25 if pace.burst_s else 0.5) <= took_s < 2.0


async def test_a_client_that_does_not_read_holds_the_camera_back(tmp_path: Path, ffmpeg: str) -> None:
    # More bytes than the kernel keeps for a sender whose reader takes next to nothing.
    make_footage(tmp_path / "20260613_120000.mp4", span(0, 120), ffmpeg=ffmpeg, fps=20, gop_s=0.05)
    async with SimulatedCamera(Card(tmp_path), auth=Auth.NONE, pace=FAST) as camera:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((camera.host, camera.port))
        reader, writer = await asyncio.open_connection(sock=slow, limit=1024)
        client = Client(reader, writer)
        await client.play(camera, span(0, 120))
        await camera.played(1)
        for _ in range(20):
            async with connected(camera) as other:
                assert (await other.ask("OPTIONS", "*")).status == 200
        assert camera.played_s < 119
        writer.close()
        await writer.wait_closed()


async def test_requests_around_a_replay_are_answered_as_cameras_do(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera, connected(camera) as client:
        url = camera.url(span(0, 5))
        assert "DESCRIBE" in (await client.ask("OPTIONS", url)).headers["public"]
        described = await client.ask("DESCRIBE", url)
        assert described.headers["content-base"] == f"rtsp://127.0.0.1:{camera.port}/Streaming/tracks/101/"
        assert f"a=control:{track_url(url, 1)}\r\n" in described.body
        assert "sprop-parameter-sets=" in described.body
        assert (await client.ask("SETUP", track_url(url, 1), Transport="RTP/AVP;unicast")).status == 461
        setup = await client.ask("SETUP", track_url(url, 1), Transport="RTP/AVP/TCP;interleaved=4-5")
        assert setup.headers["transport"] == "RTP/AVP/TCP;unicast;interleaved=4-5"
        session, _, rest = setup.headers["session"].partition(";")
        assert rest == "timeout=60"
        assert (await client.ask("PLAY", url, Session="other")).status == 454
        assert (await client.ask("PLAY", url, Session=session, Range="npt=9-")).status == 457
        assert (await client.ask("RECORD", url)).status == 501
        assert (await client.ask("GET_PARAMETER", url, Session=session)).status == 200
        assert (await client.ask("TEARDOWN", url, Session=session)).status == 200
        assert camera.sessions.current == 0


async def test_play_says_where_each_stream_starts(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera, connected(camera) as client:
        reply = await client.play(camera, span(0, 2))
        frames = [frame for frame in await client.frames() if frame.channel == 0]
    assert reply.headers["range"] == "npt=0.000-"
    first = frames[0]
    sequence = int.from_bytes(first.packet[2:4], "big")
    assert reply.headers["rtp-info"].endswith(f";seq={sequence};rtptime={first.timestamp}")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("starttime=20260613t120005z&endtime=20260613t120010z", 200),
        ("starttime=20260613T120005Z", 200),
        ("", 200),
        ("starttime=20260613T120010Z&endtime=20260613T120005Z", 400),
        ("starttime=yesterday", 400),
        ("starttime=20260613T120021Z&endtime=20260613T120029Z", 404),
        ("starttime=20260613T130000Z", 404),
    ],
)
async def test_urls_are_read_as_cameras_read_them(card: Card, query: str, status: int) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE) as camera, connected(camera) as client:
        url = f"rtsp://camera/ISAPI/Streaming/tracks/102?{query}"
        assert (await client.ask("DESCRIBE", url)).status == status
        assert (await client.ask("DESCRIBE", "rtsp://camera/live")).status == 404


async def test_a_hole_makes_time_stamps_jump(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera, connected(camera) as client:
        await client.play(camera, span(18, 32))
        stamps = [frame.timestamp for frame in await client.frames() if frame.channel == 0]
    elapsed_s = sorted({(stamp - stamps[0]) % 2**32 / 90_000 for stamp in stamps})
    assert elapsed_s == pytest.approx([*(i / 5 for i in range(10)), *(12 + i / 5 for i in range(10))])


async def test_a_plain_connect_and_a_stranger_do_no_harm(card: Card) -> None:
    async with SimulatedCamera(card) as camera:
        async with connected(camera):
            await camera.until(lambda camera: camera.connections == 1)
        await camera.idle()
        async with connected(camera) as client:
            client.writer.write(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
            assert await client.reader.read() == b""
        async with connected(camera) as client:
            assert (await client.ask("DESCRIBE", camera.url(span(0, 5)))).status == 401


async def test_leaving_the_camera_closes_what_is_open(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE) as camera:
        async with connected(camera) as client:
            await client.play(camera, span(0, 20))
            await camera.played(0.2)
            await camera.__aexit__()
            assert camera.sessions.current == 0
            with pytest.raises(OSError):
                await asyncio.open_connection(camera.host, camera.port)
        camera.faults = Faults()


async def test_a_client_that_never_closes_loses_its_connection_in_the_end(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.demo.camera.session._CLIENT_CLOSES_WITHIN_S", 0.1)
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera, connected(camera) as client:
        await client.play(camera, span(0, 2))
        await client.frames()
        await camera.idle()


async def test_footage_that_is_held_stops_there_until_it_is_released(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera, connected(camera) as client:
        camera.hold(after_s=2)
        await client.play(camera, span(0, 5))
        await camera.played(2)
        for _ in range(20):  # footage at this pace takes one turn of the loop a picture
            await asyncio.sleep(0)
        assert camera.played_s == 2
        assert (await client.ask("GET_PARAMETER", camera.url(span(0, 5)))).status == 200
        camera.hold(after_s=3)
        await camera.played(3)
        camera.release()
        await camera.played(4.8)
        assert (await client.frames())[-1].is_goodbye


async def test_all_that_it_sends_is_counted(card: Card) -> None:
    async with SimulatedCamera(card, auth=Auth.NONE, pace=FAST) as camera:
        assert camera.bytes_sent == 0
        async with connected(camera) as client:
            await client.play(camera, span(0, 2))
            answered = camera.bytes_sent
            assert answered > 0
            frames = await client.frames()
            media = sum(4 + len(frame.packet) for frame in frames)
            assert media <= camera.bytes_sent <= answered + media
