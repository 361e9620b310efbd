"""A random site with simulated cameras, cards with holes, and gaps to fill; the same seed gives the same site."""

import asyncio
import contextlib
import itertools
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.domain.timestamps import floor_second, now_utc
from anr_tui.domain.window import Window, subtract
from tests.engine import EngineSite

_PACES = (Pace(2), Pace(honours_rate_control=True), Pace(4, burst_s=4), Pace(1), Pace(3), Pace(math.inf))
_GAP_S = (20, 44)
_HOLE_S = (5, 12)
_SPACE_S = 8
_HOLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap, and the windows within it that the camera's card holds."""

    id: str
    camera_id: str
    window: Window
    available: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """The site, its cameras by id, the faults that each always has (`natures`), and its gaps in order of appearance."""

    site: EngineSite
    cameras: dict[str, SimulatedCamera]
    natures: dict[str, Faults]
    gaps: tuple[Gap, ...]

    @contextlib.asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Run the cameras while the block lasts, and add their rows to the site database."""
        async with contextlib.AsyncExitStack() as stack:
            for camera_id, camera in self.cameras.items():
                await stack.enter_async_context(camera)
                self.site.add_camera(camera_id, camera.port)
            yield


async def make_scene(root: Path, ffmpeg: str, random: Random, *, cameras: int, gaps: int) -> Scene:
    """Encode the footage of the cards and lay out the gaps."""
    site = EngineSite(root, ffmpeg)
    longest_s = math.ceil(gaps / cameras) * (_GAP_S[1] + _SPACE_S) + _SPACE_S
    site.began = floor_second(now_utc()) - timedelta(minutes=5, seconds=longest_s)
    laid_out, playing, natures = [], {}, {}
    for index in range(cameras):
        camera_id = f"cam{index}"
        spans, holes = _lay_out(random, len(range(index, gaps, cameras)))
        end_s = spans[-1][1] + _SPACE_S
        card_windows = subtract(site.window(0, end_s), [site.window(*hole) for hole in holes])
        nature = _nature(random, index)
        card = await asyncio.to_thread(site.card, *card_windows)
        playing[camera_id] = site.camera(card=card, pace=_PACES[index % len(_PACES)], faults=nature)
        natures[camera_id] = nature
        for number, span in enumerate(spans):
            window = site.window(*span)
            held = tuple(part for held in card_windows if (part := held.intersection(window)) is not None)
            laid_out.append((number, Gap(f"{camera_id}-{number}", camera_id, window, held)))
    in_turn = tuple(gap for _, gap in sorted(laid_out, key=lambda each: (each[0], each[1].camera_id)))
    return Scene(site, playing, natures, in_turn)


def _lay_out(random: Random, gaps: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The gaps of a camera and the holes of its card, each as start and end in whole seconds."""
    spans, holes, at = [], [], 0
    for _ in range(gaps):
        start = at + _SPACE_S
        at = start + random.randint(*_GAP_S)
        spans.append((start, at))
        if random.random() < _HOLE_SHARE:
            hole = random.randint(start - 3, at - _HOLE_S[0])
            holes.append((hole, hole + random.randint(*_HOLE_S)))
    return spans, holes


def _nature(random: Random, index: int) -> Faults:
    ends = itertools.cycle(End)
    return Faults(
        end=next(itertools.islice(ends, index, None)),
        skips_holes=random.random() < 0.5,
        starts_at_next_footage=random.random() < 0.5,
        max_sessions=random.choice((None, None, 1)),
        refuses_require=random.random() < 0.3,
    )
