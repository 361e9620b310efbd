"""What a plain ffmpeg gets from a simulated camera, and what its pictures show."""

import asyncio
import math
from pathlib import Path

from anr_tui.demo.camera.camera import Auth, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.domain.window import Window
from tests.demo.conftest import NOON
from tests.picture_times import picture_times


def faulty(card: Card, faults: Faults) -> SimulatedCamera:
    """A camera without login that plays as fast as it can."""
    return SimulatedCamera(card, auth=Auth.NONE, pace=Pace(math.inf), faults=faults)


async def fetch(ffmpeg: str, camera: SimulatedCamera, window: Window, target: Path) -> str:
    """Fetch a window by stream copy; gives what ffmpeg said."""
    command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-rtsp_transport", "tcp"]
    command += ["-i", camera.url(window), "-c", "copy", "-f", "mp4", str(target)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    return said.decode()


async def fetched_s(ffmpeg: str, card: Card, faults: Faults, window: Window, directory: Path) -> list[float]:
    """What a camera's pictures show of a window, in seconds after noon; empty where nothing came."""
    target = directory / "20260613_120000.mp4"
    async with faulty(card, faults) as camera:
        await fetch(ffmpeg, camera, window, target)
    return shown_s(target) if target.exists() and target.stat().st_size else []


def shown_s(path: Path) -> list[float]:
    """When the pictures of a file were taken, in seconds after noon."""
    return [round((each.shown - NOON).total_seconds(), 2) for each in picture_times(path)]


def steady_s(start_s: float, end_s: float, fps: float = 5) -> list[float]:
    """When pictures are taken between two moments."""
    return [round(start_s + index / fps, 2) for index in range(round((end_s - start_s) * fps))]
