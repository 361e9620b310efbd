"""The ways of filling a site that are compared: each fills what it can, and reports what it used."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from anr_tui.domain.timestamps import format_file_stem, format_stamp, now_utc
from anr_tui.fill.ffmpeg.program import Ffmpeg
from benchmarks import heldar
from benchmarks.fill_camera import PASSWORD, USERNAME
from benchmarks.fill_site import FillSite, Gap
from benchmarks.measured import finish
from benchmarks.memory import PeakMemory

# So many of Heldar's loops, each with its own cameras, share the work of one, to save time: see heldar.wall_s.
HELDAR_LOOPS = 4
_LOOK_S = 0.05
_LONGEST_S = 600.0
# A hanging ffmpeg is killed as late as Heldar kills it.
_GRACE_S = 60.0


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of a way of filling: wall-clock and CPU seconds, and the peak memory of all processes in megabytes.

    `worker_mb` is the peak of our worker alone, without its ffmpegs.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    worker_mb: float | None = None


Way = Callable[[FillSite, Ffmpeg], Spent]


def fill_as_heldar(filled: FillSite, ffmpeg: Ffmpeg) -> Spent:
    """Fill with Heldar's loop; only its ffmpegs are counted, since the loop here is not Heldar's own code."""
    cameras = sorted(filled.ports)
    shares = [share for number in range(HELDAR_LOOPS) if (share := frozenset(cameras[number::HELDAR_LOOPS]))]
    with PeakMemory() as memory, ThreadPoolExecutor(len(shares)) as pool:
        loops = list(pool.map(lambda share: heldar.loop(filled.site, share, ffmpeg, memory), shares))
    return Spent(heldar.wall_s(loops), sum(each.cpu_s for each in loops), memory.largest_mb)


def fill_by_hand(filled: FillSite, ffmpeg: Ffmpeg) -> Spent:
    """Fill with a plain ffmpeg for each gap, one at a time per camera, all cameras at once.

    Exit status 0 counts as filled. Only the ffmpegs are counted.
    """
    gaps = defaultdict(list)
    for gap in filled.gaps:
        gaps[gap.camera_id].append(gap)

    def fetch_all(own: list[Gap]) -> float:
        return sum(_fetch_plainly(filled, gap, ffmpeg, memory) for gap in own)

    began = time.monotonic()
    with PeakMemory() as memory, ThreadPoolExecutor(len(gaps)) as pool:
        cpu_s = sum(pool.map(fetch_all, gaps.values()))
    return Spent(time.monotonic() - began, cpu_s, memory.together_mb)


def fill_as_we_do(settings: Mapping[str, str], *, checkout: Path | None = None) -> Way:
    """A way that runs our worker with these settings until every gap is filled or given up.

    The worker and all processes that it starts are counted. With `checkout`, the worker of that checkout of this
    repository is run in place of the one here.
    """
    of_checkout = {"PYTHONPATH": str(checkout.absolute())} if checkout else {}

    def fill(filled: FillSite, ffmpeg: Ffmpeg) -> Spent:
        site = filled.site
        log = site.root / "worker.log"
        began = time.monotonic()
        with (
            log.open("wb") as output,
            PeakMemory() as memory,
            subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "anr_tui", "worker", "--database", str(site.database)),
                    *("--recordings", str(site.recordings)),
                ],
                env=dict(os.environ) | {"HELDAR_FFMPEG_BIN": ffmpeg.path, **of_checkout, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ) as worker,
        ):
            memory.watch(worker.pid)
            try:
                _wait_for_rest(filled, worker, until=began + _LONGEST_S)
                wall_s = time.monotonic() - began
            finally:
                # Popen.send_signal would reap a process that has ended, and its resource use would be lost.
                os.kill(worker.pid, signal.SIGTERM)
                use = finish(worker)
        assert worker.returncode == 0, f"the worker ended with {worker.returncode}: {log.read_text()[-1000:]}"
        return Spent(wall_s, use.cpu_s, memory.together_mb, memory.alone_mb)

    return fill


def _wait_for_rest(filled: FillSite, worker: "subprocess.Popen[bytes]", *, until: float) -> None:
    """Wait until every gap is filled or failed, and every hopeless camera was tried."""
    site = filled.site
    while time.monotonic() < until:
        if os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            raise ChildProcessError(f"the worker ended by itself: {(site.root / 'worker.log').read_text()[-1000:]}")
        pending = site.execute("SELECT camera_id FROM recording_gaps WHERE fill_state = 'pending'")
        waiting = {row["camera_id"] for row in pending}
        if waiting <= filled.hopeless:
            tried = {fill["camera_id"] for fill in site.fills() if fill["outcome"]}
            if waiting <= tried:
                return
        time.sleep(_LOOK_S)
    raise TimeoutError(f"after {_LONGEST_S:.0f} s gaps of {sorted(waiting)} are still pending")


def _fetch_plainly(filled: FillSite, gap: Gap, ffmpeg: Ffmpeg, memory: PeakMemory) -> float:
    directory = filled.site.recordings / gap.camera_id
    directory.mkdir(exist_ok=True)
    target = directory / f"{format_file_stem(gap.window.start)}.mp4"
    span = f"starttime={gap.window.start:%Y%m%dT%H%M%SZ}&endtime={gap.window.end:%Y%m%dT%H%M%SZ}"
    login = f"{USERNAME}:{quote(PASSWORD, safe='')}"
    place = f"127.0.0.1:{filled.ports[gap.camera_id]}/Streaming/tracks/101?{span}"
    arguments = [
        *(
            ffmpeg.path,
            "-nostdin",
            "-rtsp_transport",
            "tcp",
            "-i",
            f"rtsp://{login}@{place}",
        ),
        *("-t", str(int(gap.window.seconds)), "-c", "copy", str(target)),
    ]
    ran = heldar.run_ffmpeg(arguments, memory, limit_s=gap.window.seconds + _GRACE_S)
    if ran.status == 0:
        now = format_stamp(now_utc())
        filled.site.execute("UPDATE recording_gaps SET fill_state = 'filled', filled_at = ? WHERE id = ?", now, gap.id)
    return ran.cpu_s
