"""Kill the worker that holds a site's lease again and again while others wait, and check that only one ever works.

`python -m benchmarks.lease [--services N] [--rivals N] [--kills N] [--stops N] [--cameras N] [--gaps N] [--seed S]`;
exit status 0 where no problem was found. All workers start in the same moment: services, which stand by (`worker
--wait`) and are started again as a service manager does, and rivals, which are plain workers. A stop is a SIGSTOP that
lasts until another worker holds the site, and for some time more.
"""

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from anr_tui.fill.ffmpeg.program import find_ffmpeg
from anr_tui.journal.journal import Journal
from benchmarks import kept_site
from benchmarks.evidence import Evidence, context
from benchmarks.scene import Scene, make_scene
from benchmarks.site_run import SiteRun
from tests.engine import execute_on, writers

# The requirement: a dead worker's site is taken over within this many seconds.
TAKEN_OVER_WITHIN_S = 15.0
_START_LIMIT_S = 90.0
_LOOK_S = 0.02
_PAUSE_S = (0.5, 3.0)


@dataclass(frozen=True, slots=True)
class Takeover:
    """One takeover: the signal to the holder, the numbers of its lease and the next, and the seconds in between.

    `fills` is the number of fills that were running.
    """

    signal: signal.Signals
    old: int
    new: int
    seconds: float
    fills: int


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run: exit status and output of each rival, the takeovers, and the state on disk."""

    refusals: tuple[tuple[int, str], ...]
    takeovers: tuple[Takeover, ...]
    workers: int
    leases: int
    evidence: Evidence

    def __str__(self) -> str:
        evidence = self.evidence
        lines = [
            "  no  signal   lease  taken over by  after s  fills under way",
            *(
                f"{number:4}  {each.signal.name}  {each.old:5}  {each.new:13}  {each.seconds:7.2f}  {each.fills:15}"
                for number, each in enumerate(self.takeovers, 1)
            ),
            *(f"{number.name}: {_waits(self.takeovers, number)}" for number in (signal.SIGKILL, signal.SIGSTOP)),
            f"{self.workers} services started, {len(self.refusals)} rivals turned away, {self.leases} leases in all",
            f"{evidence.wanted_s:.0f} s on the cards in {evidence.gaps} gaps ({evidence.filled} filled), "
            f"{evidence.files} files; {evidence.missing_s:.1f} s missing and {evidence.twice_s:.1f} s twice at seams",
        ]
        verdict = "one at a time, nothing twice, nothing left" if not evidence.problems else "FOUND:"
        return "\n".join([*lines, verdict, *(f"  {problem}" for problem in evidence.problems)])


def _waits(takeovers: tuple[Takeover, ...], number: signal.Signals) -> str:
    waits = [takeover.seconds for takeover in takeovers if takeover.signal is number]
    return f"taken over after {median(waits):.2f} s in the middle, {max(waits):.2f} s at most" if waits else "never"


async def run_lease(
    root: Path, *, services: int, rivals: int, kills: int, stops: int, cameras: int, gaps: int, seed: int
) -> Result:
    """Make a site in the empty directory `root`, start all workers at once, disturb the holders, and check."""
    random = Random(seed)
    scene = await make_scene(root, find_ffmpeg("ffmpeg"), random, cameras=cameras, gaps=gaps)
    async with scene.playing(), SiteRun(scene, services=services) as run:
        run.let_gaps_come(1.0)
        others = await asyncio.gather(*(scene.site.start_worker() for _ in range(rivals)))
        try:
            refusals = await _refusals(scene, others)
            signals = random.sample([signal.SIGKILL, signal.SIGSTOP], k=kills + stops, counts=[kills, stops])
            takeovers = [await _harm_holder(scene, random, number) for number in signals]
            await run.come_to_rest()
            await run.stop()
        finally:
            scene.site.kill_workers()
        evidence = await asyncio.to_thread(context, scene)
    leases = int(execute_on(scene.site.journal, "SELECT count(*) FROM workers")[0][0])
    return Result(refusals, tuple(takeovers), run.workers, leases, evidence)


async def _refusals(scene: Scene, rivals: "list[asyncio.subprocess.Process]") -> tuple[tuple[int, str], ...]:
    """The exit status and output of every rival except one that may hold the site."""
    holder = (await _holder(scene, after=0))[1]
    ending = [asyncio.create_task(rival.communicate()) for rival in rivals if rival.pid != holder]
    async with asyncio.timeout(_START_LIMIT_S):
        words = [output.decode() for output, _ in await asyncio.gather(*ending)]
    statuses = [rival.returncode or 0 for rival in rivals if rival.pid != holder]
    return tuple(zip(statuses, words, strict=True))


async def _harm_holder(scene: Scene, random: Random, number: signal.Signals) -> Takeover:
    """Send a signal to the process that holds the site, some time after it began, and wait until another holds it."""
    await asyncio.sleep(random.uniform(*_PAUSE_S))
    old, pid = await _holder(scene, after=0)
    fills = len(writers(scene.site.recordings))
    os.kill(pid, number)
    harmed_at = time.monotonic()
    async with asyncio.timeout(TAKEN_OVER_WITHIN_S):
        new, _ = await _holder(scene, after=old)
    takeover = Takeover(number, old, new, time.monotonic() - harmed_at, fills)
    if number is signal.SIGSTOP:
        await asyncio.sleep(random.uniform(*_PAUSE_S))
        os.kill(pid, signal.SIGCONT)
    return takeover


async def _holder(scene: Scene, *, after: int) -> tuple[int, int]:
    """The first lease with a higher number than `after`, and the id of the process that holds it."""
    journal = await Journal.open(scene.site.journal)
    try:
        async with asyncio.timeout(_START_LIMIT_S):
            while True:
                held = await journal.lease.holder()
                if held is not None and held.worker_id > after:
                    return held.worker_id, held.pid
                await asyncio.sleep(_LOOK_S)
    finally:
        await journal.close()


if __name__ == "__main__":
    numbers = {"services": 20, "rivals": 0, "kills": 20, "stops": 0, "cameras": 4, "gaps": 12, "seed": 1}
    sys.exit(kept_site.run("lease", __doc__, numbers, run_lease))
