"""A real ffmpeg that fetches through a relay from a simulated camera, or by itself."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from anr_tui.demo.camera.camera import Auth, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.interface import request_of_url
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
