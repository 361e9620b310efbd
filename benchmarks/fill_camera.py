"""`python -m benchmarks.fill_camera GAP_S 0|1 CARD=FAULT…`: simulated cameras in a process of their own.

FAULT is a number of `benchmarks.fill_faults` or `none`; with 1 the cameras know ONVIF replay, and so play at full speed
where asked to. The process writes their ports to standard output, one a line, and ends when its standard input is
closed (see `benchmarks.measured`); then it writes how many bytes and replay sessions each of them gave.
"""

import asyncio
import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Pace
from benchmarks.fill_faults import FAULTS, SOUND
from benchmarks.measured import report_use

USERNAME, PASSWORD = "operator", "s3cr3t/@:pass"


async def run(gap_s: float, cameras: list[str], *, has_replay: bool) -> None:
    """Run the cameras until standard input is closed; `gap_s` is the length of each gap in seconds."""
    async with contextlib.AsyncExitStack() as stack:
        playing = [await stack.enter_async_context(_camera(words, gap_s, has_replay)) for words in cameras]
        await report_use(
            "\n".join(str(camera.port) for camera in playing),
            at_end=lambda: "\n".join(f"{camera.bytes_sent} {camera.sessions.total}" for camera in playing),
        )


def _camera(words: str, gap_s: float, has_replay: bool) -> SimulatedCamera:
    card, _, fault = words.rpartition("=")
    faults = (SOUND if fault == "none" else FAULTS[int(fault)]).make(gap_s)
    return SimulatedCamera(
        Card(Path(card)),
        username=USERNAME,
        password=PASSWORD,
        pace=Pace(honours_rate_control=has_replay),
        faults=replace(faults, refuses_require=not has_replay),
    )


if __name__ == "__main__":
    asyncio.run(run(float(sys.argv[1]), sys.argv[3:], has_replay=sys.argv[2] == "1"))
