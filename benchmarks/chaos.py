"""Disturb a site at random moments while it fills its gaps, then check that each second is in its place exactly once.

`python -m benchmarks.chaos [--cameras N] [--gaps N] [--harms N] [--seed S]`; exit status 0 where no problem was found.
"""

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from anr_tui.fill.ffmpeg.program import find_ffmpeg
from benchmarks import kept_site
from benchmarks.evidence import Evidence, context
from benchmarks.harm import Harmer
from benchmarks.scene import Scene, make_scene
from benchmarks.site_run import SiteRun


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one run: the disturbances by kind, the worker starts, the fills by outcome, and the state on disk.

    `seconds` is the length of the run.
    """

    harms: Counter[str]
    workers: int
    outcomes: Counter[str]
    seconds: float
    evidence: Evidence

    def __str__(self) -> str:
        evidence = self.evidence
        lines = [
            f"harms      {_counted(self.harms)}",
            f"workers    {self.workers} started",
            f"fills      {_counted(self.outcomes)}",
            f"footage    {evidence.wanted_s:.0f} s on the cards in {evidence.gaps} gaps ({evidence.filled} filled)",
            f"on disk    {evidence.files} files; {evidence.missing_s:.1f} s missing and {evidence.twice_s:.1f} s twice "
            f"at seams; worst picture {evidence.worst_offset_s:.1f} s off its place",
            f"took       {self.seconds:.0f} s",
        ]
        verdict = "nothing lost, nothing twice, nothing left" if not evidence.problems else "FOUND:"
        return "\n".join([*lines, verdict, *(f"  {problem}" for problem in evidence.problems)])


async def run_chaos(root: Path, *, cameras: int, gaps: int, harms: int, seed: int) -> Result:
    """Make a site in the empty directory `root`, disturb it `harms` times, wait until it rests, and check it."""
    random = Random(seed)
    scene = await make_scene(root, find_ffmpeg("ffmpeg"), random, cameras=cameras, gaps=gaps)
    began = time.monotonic()
    async with scene.playing(), SiteRun(scene) as run:
        harmer = Harmer(run, random)
        await harmer.harm(harms)
        await run.come_to_rest()
        await run.stop()
        evidence = await asyncio.to_thread(context, scene)
    return Result(harmer.done, run.workers, _outcomes(scene), time.monotonic() - began, evidence)


def _outcomes(scene: Scene) -> Counter[str]:
    return Counter(str(fill["outcome"]) for fill in scene.site.fills())


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in sorted(counts.items())) or "none"


if __name__ == "__main__":
    numbers = {"cameras": 8, "gaps": 40, "harms": 200, "seed": 1}
    sys.exit(kept_site.run("chaos", __doc__, numbers, run_chaos))
