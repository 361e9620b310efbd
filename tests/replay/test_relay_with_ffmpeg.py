"""A real ffmpeg through the relay, from a simulated camera."""

import asyncio
import math
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from pydantic import SecretStr

from anr_tui.demo.camera import Auth, Pace, SimulatedCamera
from anr_tui.demo.card import Card
from anr_tui.replay.relay import Relay, RelayReport
from anr_tui.replay.url import split_target
from anr_tui.windows import Window

PASSWORD = "p@ss/word?#:1"
# What RTSP over interleaved TCP needs, and nothing else.
WHITELIST = "rtsp,tcp,rtp,file"


@dataclass(frozen=True)
class Fetched:
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


async def fetch(
    ffmpeg: str, camera: SimulatedCamera, window: Window, path: Path, *, full_speed: bool = True, options: str = ""
) -> Fetched:
    """Run ffmpeg through a relay to `camera` until it ends by itself."""
    log: list[str] = []
    target = split_target(SecretStr(camera.url(window, with_login=True)))
    async with Relay(target, full_speed=full_speed, log=log.append) as relay:
        command = [ffmpeg, "-hide_banner", "-loglevel", "info", "-nostdin", "-protocol_whitelist", WHITELIST]
        command += [*options.split(), "-rtsp_transport", "tcp", "-timeout", "5000000", "-i", relay.url]
        command += ["-map", "0:v:0", "-c", "copy", "-f", "mp4", "-y", str(path)]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        _, stderr = await process.communicate()
    return Fetched(path, stderr.decode(), relay.report, log)


def simulated(card: Card, auth: Auth = Auth.DIGEST, **kwargs: object) -> SimulatedCamera:
    return SimulatedCamera(card, password=PASSWORD, auth=auth, pace=Pace(math.inf), **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("auth", list(Auth))
async def test_every_packet_arrives_whatever_the_login(
    auth: Auth, ffmpeg: str, card: Card, window: Window, tmp_path: Path
) -> None:
    async with simulated(card, auth) as camera:
        fetched = await fetch(ffmpeg, camera, window, tmp_path / "out.mp4")
        assert camera.sessions.current == 0
    assert len(fetched.packets) == 50, fetched.stderr
    assert fetched.report.full_speed is True
    assert fetched.report.status == 200
    assert fetched.report.error == ""
    for text in (fetched.stderr, *fetched.log, repr(fetched.report)):
        assert PASSWORD not in text and "p%40ss" not in text
        assert f":{camera.port}" not in text or text.startswith("connected to")
