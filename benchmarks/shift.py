"""The cost of console and worker during a shift: while eight cameras fill at real time, and while nothing happens.

`python -m benchmarks.shift [--busy-s S] [--idle-s S] [--cameras N] [--line slow|fast]` prints a line a minute and the
sums of both phases: bytes sent to the terminal, CPU and memory of console and worker. A real console runs in a real
pseudo-terminal of 120 columns by 32 rows, with a real worker as a service and simulated cameras in this process.
"""

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.timestamps import floor_second, now_utc
from anr_tui.fill.ffmpeg.program import find_ffmpeg
from benchmarks.measured import cpu_s_of, resident_mb_of
from tests.engine import EngineSite, until

_LINE_S = 60.0
_SETTLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU seconds so far and resident megabytes of each process, and the bytes sent to the terminal so far.

    `at` is the time in seconds of the monotonic clock.
    """

    at: float
    sent: int
    console_cpu_s: float
    console_mb: float
    worker_cpu_s: float
    worker_mb: float


class Screen:
    """The console's terminal, whose output is read and counted."""

    def __init__(self) -> None:
        self.user, self.program = pty.openpty()
        termios.tcsetwinsize(self.program, (32, 120))
        self.sent = 0
        asyncio.get_running_loop().add_reader(self.user, self._read)

    def _read(self) -> None:
        try:
            self.sent += len(os.read(self.user, 1 << 16))
        except OSError:  # the console has left
            asyncio.get_running_loop().remove_reader(self.user)


async def _console(site: EngineSite, screen: Screen, line: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anr_tui", "--database", str(site.database), "--recordings", str(site.recordings)),
        env=dict(os.environ)
        | {"TERM": "xterm-256color", "PYTHONUTF8": "1", "HELDAR_MIN_FREE_DISK_GB": "0", "ANR_LINE": line},
        stdin=screen.program,
        stdout=screen.program,
        stderr=screen.program,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        start_new_session=True,
    )


def _cost(screen: Screen, console: int, worker: int) -> Cost:
    return Cost(
        time.monotonic(),
        screen.sent,
        cpu_s_of(console),
        resident_mb_of(console),
        cpu_s_of(worker),
        resident_mb_of(worker),
    )


def _words(name: str, before: Cost, after: Cost) -> str:
    minutes = (after.at - before.at) / 60
    console = (after.console_cpu_s - before.console_cpu_s) / (after.at - before.at)
    worker = (after.worker_cpu_s - before.worker_cpu_s) / (after.at - before.at)
    return (
        f"{name:<12} {minutes:5.1f} min  terminal {(after.sent - before.sent) / minutes:9.0f} B/min  "
        f"console {console:6.2%} CPU {after.console_mb:6.1f} MB  "
        f"worker {worker:6.2%} CPU {after.worker_mb:6.1f} MB"
    )


async def _phase(name: str, seconds: float, screen: Screen, console: int, worker: int) -> str:
    start = last = _cost(screen, console, worker)
    while (left := start.at + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(_LINE_S, left))
        now = _cost(screen, console, worker)
        sys.stdout.write(f"{_words(name, last, now)}\n")
        sys.stdout.flush()
        last = now
    return _words(f"all {name}", start, last)


@contextlib.contextmanager
def _site(ffmpeg: str) -> Iterator[EngineSite]:
    with tempfile.TemporaryDirectory(prefix="anr-shift-") as root:
        site = EngineSite(Path(root), ffmpeg)
        try:
            yield site
        finally:
            site.kill_workers()


async def _run(cameras: int, busy_s: float, idle_s: float, line: str) -> None:
    footage_s = busy_s + 30
    async with contextlib.AsyncExitStack() as stack:
        site = stack.enter_context(_site(find_ffmpeg("ffmpeg")))
        site.began = floor_second(now_utc()) - (site.window(0, footage_s + 300).end - site.began)
        card = await asyncio.to_thread(site.card, site.window(0, footage_s))
        for number in range(cameras):
            camera = await stack.enter_async_context(site.camera(card=card, pace=Pace(1)))
            site.add_camera(f"cam{number}", camera.port)
        worker = await site.start_worker(ANR_MAX_FILLS=str(cameras), HELDAR_ANR_INTERVAL_S="30")
        screen = Screen()
        console = await _console(site, screen, line)
        await until(lambda: screen.sent > 0)
        await asyncio.sleep(_SETTLE_S)
        sums = [await _phase("idle", idle_s / 2, screen, console.pid, worker.pid)]
        for number in range(cameras):
            site.add_gap(f"gap{number}", f"cam{number}", site.window(2, 2 + busy_s))
        await until(lambda: len(site.fills()) == cameras)
        await asyncio.sleep(_SETTLE_S)
        sums.append(await _phase("busy", busy_s - 4 * _SETTLE_S, screen, console.pid, worker.pid))
        await until(lambda: all(fill["outcome"] == "filled" for fill in site.fills()))
        await asyncio.sleep(_SETTLE_S)
        sums.append(await _phase("idle", idle_s / 2, screen, console.pid, worker.pid))
        console.terminate()
        worker.terminate()
        await asyncio.gather(console.wait(), worker.wait())
    sys.stdout.write("\n".join(["", f"{cameras} cameras, all gaps filled", *sums, ""]))


def main() -> None:
    """Measure a shift with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--busy-s", type=float, default=600.0)
    parser.add_argument("--idle-s", type=float, default=3000.0)
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--line", default="fast")
    options = parser.parse_args()
    asyncio.run(_run(options.cameras, options.busy_s, options.idle_s, options.line))


if __name__ == "__main__":
    main()
