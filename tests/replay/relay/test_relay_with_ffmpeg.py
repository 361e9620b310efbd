"""A real ffmpeg through the relay, from a simulated camera."""

import asyncio
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import av
import pytest

from anr_tui.demo.camera.camera import Auth, End, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.camera_session import CameraSession
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.replay.relay.relay import Relay, RelayReport

PASSWORD = "p@ss/word?#:1"
FRAMES = 50
# What RTSP over interleaved TCP needs, and nothing else.
WHITELIST = "tcp"


@dataclass(frozen=True)
class FetchResult:
    """What one ffmpeg brought home."""

    path: Path
    stderr: str
    report: RelayReport
    log: list[str]

    @property
    def packets(self) -> list[tuple[int, bytes]]:
        """Time stamp and bytes of each video packet."""
        with av.open(str(self.path)) as container:
            found = container.demux(video=0)
            return [(packet.pts or 0, bytes(packet)) for packet in found if packet.size]


async def fetch(ffmpeg: str, camera: SimulatedCamera, window: Window, path: Path) -> FetchResult:
    """Run ffmpeg through a relay to `camera` until it ends by itself."""
    log: list[str] = []
    target = request_of_url(camera.url(window, with_login=True))
    async with Relay(target, full_speed=True, log=log.append) as relay:
        stderr = await copy(ffmpeg, relay.url, path, on_start=relay.expect)
    return FetchResult(path, stderr, relay.report, log)


async def copy(
    ffmpeg: str,
    url: str,
    path: Path,
    *,
    timeout_us: int = 5_000_000,
    on_start: Callable[[int], None] = lambda _: None,
) -> str:
    """Let ffmpeg copy the picture to `path`; gives what it said. `on_start` is called with its process id."""
    command = [ffmpeg, "-hide_banner", "-nostdin", "-protocol_whitelist", WHITELIST, "-rtsp_transport", "tcp"]
    command += ["-timeout", str(timeout_us), "-i", url, "-map", "0:v:0", "-c", "copy", "-f", "mp4", "-y", str(path)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    on_start(process.pid)
    _, stderr = await process.communicate()
    return stderr.decode()


def simulated(
    card: Card,
    auth: Auth = Auth.DIGEST,
    *,
    faults: Faults | None = None,
    relative: bool = False,
    password: str = PASSWORD,
) -> SimulatedCamera:
    """A camera that sends as fast as the line takes."""
    return SimulatedCamera(
        card,
        password=password,
        auth=auth,
        pace=Pace(math.inf),
        faults=faults or Faults(),
        relative_controls=relative,
    )


@pytest.mark.parametrize("auth", list(Auth))
async def test_every_packet_arrives_whatever_the_login(
    auth: Auth, ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, auth) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        await camera.idle()
    assert len(fetched.packets) == FRAMES, fetched.stderr
    assert fetched.report.full_speed is True
    assert (fetched.report.status, fetched.report.method, fetched.report.error) == (200, "PLAY", "")
    for text in (fetched.stderr, *fetched.log[1:], repr(fetched.report)):
        assert PASSWORD not in text and "p%40ss" not in text
        assert f":{camera.port}" not in text


async def test_the_relay_changes_no_packet(ffmpeg: str, card: Card, window: Window, tmp_path: Path) -> None:
    async with simulated(card, Auth.NONE) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        await copy(ffmpeg, camera.url(window), tmp_path / "direct.mp4")
    direct = FetchResult(tmp_path / "direct.mp4", "", fetched.report, [])
    assert fetched.packets == direct.packets != []


@pytest.mark.parametrize(
    "faults",
    [
        Faults(end=End.ANNOUNCE),
        Faults(end=End.CLOSE),
        Faults(refuses_require=True),
        Faults(nonce_requests=1),
        Faults(content_base_host="10.9.8.7:554"),
        Faults(garbage_after_s=4),
    ],
    ids=["announce", "close", "no require", "stale nonces", "another host", "garbage"],
)
@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
async def test_every_packet_arrives_from_odd_cameras(
    faults: Faults, relative: bool, ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, faults=faults, relative=relative) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        await camera.idle()
    assert len(fetched.packets) == FRAMES, fetched.stderr
    assert fetched.report.announced_end is (faults.end is End.ANNOUNCE)
    assert fetched.report.error == ""
    assert "10.9.8.7" not in fetched.stderr


async def test_what_arrived_before_the_camera_broke_off_is_kept(
    ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, faults=Faults(half_packet_after_s=4)) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
    assert len(fetched.packets) == FRAMES * 4 // 10
    assert fetched.report.closed_by == "camera"


@pytest.mark.parametrize(
    ("faults", "status", "words"),
    [
        (Faults(refuses_login=True), 401, "refused the login"),
        (Faults(busy_requests=9), 453, "453"),
        (Faults(describe_status=404), 404, "404"),
        (Faults(redirect_to="rtsp://10.9.8.7/x"), 302, "redirected"),
        (Faults(header_bytes=1 << 20), 200, "header line"),
        (Faults(refuses_connections=True), None, "Connection refused"),
    ],
    ids=["login", "busy", "no footage", "redirect", "header", "nobody there"],
)
async def test_a_refusal_reaches_the_report_and_ffmpeg_ends(
    faults: Faults, status: int | None, words: str, ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, faults=faults) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        assert fetched.report.status == status
        assert words in fetched.report.error
        assert sum("authorization" in request.headers for request in camera.requests) <= 1
    assert not fetched.path.exists()


async def test_the_end_and_the_times_of_footage_with_a_hole_are_told(
    ffmpeg: str, window: Window, tmp_path: Path
) -> None:
    """GIVEN a card with a hole WHEN its time stamps run on over it THEN the report says where it is."""
    hole = timedelta(seconds=5)
    (tmp_path / "card").mkdir()
    for part in (Window(window.start, window.start + hole), Window(window.start + 2 * hole, window.end + hole)):
        path = tmp_path / "card" / f"{format_file_stem(part.start)}.mp4"
        make_footage(path, part, ffmpeg=ffmpeg, size=(160, 90), label="gate")
    asked = Window(window.start, window.end + hole)
    async with simulated(Card(tmp_path / "card"), faults=Faults(skips_holes=True)) as camera:
        fetched = await fetch(ffmpeg, camera, asked, tmp_path / "out.mp4")
        await camera.idle()
    assert fetched.report.said_bye
    assert [(round(media_s, 2), at.replace(microsecond=0)) for media_s, at in fetched.report.replay_times] == [
        (0.0, window.start),
        (5.0, window.start + 2 * hole),
    ]


async def test_footage_of_a_camera_without_absolute_times_has_none(
    ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, faults=Faults(refuses_require=True, end=End.CLOSE)) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        await camera.idle()
    assert fetched.report.replay_times == ()
    assert not fetched.report.said_bye


async def test_ffmpeg_outlasts_a_halt_and_misses_no_packet(
    ffmpeg: str, card: Card, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a relay that is halted for longer than ffmpeg waits WHEN it goes on THEN every packet arrives."""
    monkeypatch.setattr(CameraSession, "keep_alive_s", 0.2)
    limit = RateLimit(100_000)
    async with simulated(card) as camera:
        target = request_of_url(camera.url(window, with_login=True))
        async with Relay(target, full_speed=True, log=lambda _: None, limits=[limit]) as relay:
            copying = asyncio.create_task(
                copy(ffmpeg, relay.url, tmp_path / "out.mp4", timeout_us=500_000, on_start=relay.expect)
            )
            while not relay.report.is_held:
                await asyncio.sleep(0.02)
            limit.rate = 0
            while relay.report.held_s < 2.5 and not copying.done():
                await asyncio.sleep(0.05)
            assert not copying.done()
            limit.rate = None
            stderr = await copying
            report = relay.report
        await camera.idle()
    assert len(FetchResult(tmp_path / "out.mp4", stderr, report, []).packets) == FRAMES, stderr
    assert report.error == ""


ATTACKER = """
import encodings.idna, os, re, socket, sys, pathlib
if os.geteuid() == 0:
    os.setuid(65534)
held, taken = [], 0
for _ in range(200):
    for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found = re.search(rb"rtsp://127.0.0.1:" + sys.argv[1].encode() + rb"/[\\w-]+", cmdline.read_bytes())
        except OSError:
            continue
        if not found:
            continue
        for _ in range(40):
            try:
                held.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2))
            except OSError:
                continue
            if len(held) % 10:
                continue
            try:
                held[-1].sendall(b"OPTIONS " + found[0] + b" RTSP/1.0\\r\\nCSeq: 1\\r\\n\\r\\n")
                taken += len(held[-1].recv(100))
            except OSError:
                pass
    if held:
        break
print(len(held), taken, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a socket")
async def test_who_reads_the_token_in_ffmpegs_arguments_gets_nothing_and_keeps_nobody_out(
    ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    """GIVEN an ffmpeg that is slow to start WHEN another process connects with its token first and holds many silent
    connections THEN the camera hears nothing of it, and all of the footage reaches ffmpeg.

    As root, that process is another user's; else it is one of our own, which no token makes our ffmpeg.
    """
    slow = tmp_path / "ffmpeg"
    go = tmp_path / "go"
    slow.write_text(f'#!/bin/sh\nwhile [ ! -e {go} ]; do sleep 0.05; done\nexec {ffmpeg} "$@"\n')
    slow.chmod(0o755)
    log: list[str] = []
    async with simulated(card) as camera:
        target = request_of_url(camera.url(window, with_login=True))
        async with Relay(target, full_speed=True, log=log.append) as relay:
            copying = asyncio.create_task(copy(str(slow), relay.url, tmp_path / "out.mp4", on_start=relay.expect))
            attacker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-c", ATTACKER, relay.url.split(":")[2].split("/")[0]),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert attacker.stdout is not None
            connections, taken_bytes = map(int, (await attacker.stdout.readline()).split())
            asked_by_attacker = list(camera.requests)
            go.touch()
            stderr = await copying
            await attacker.communicate(b"")
            report = relay.report
        await camera.idle()
    assert (connections > 8, taken_bytes, asked_by_attacker) == (True, 0, [])
    assert len(FetchResult(tmp_path / "out.mp4", stderr, report, log).packets) == FRAMES, stderr
    assert any("turned away" in line for line in log)
