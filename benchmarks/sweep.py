"""The cost of a sweep over a large site: selecting the due gaps, reading what directories hold, and planning.

`python -m benchmarks.sweep [--quick]`; every figure is the median of its runs, with files in the page cache.
"""

import asyncio
import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import get_args

from anr_tui.config.settings import load_settings
from anr_tui.domain.policy.fill_policy import FillPolicy, Order
from anr_tui.domain.timestamps import format_file_stem, format_stamp
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import find_ffmpeg
from anr_tui.fill.plan import make_plan
from anr_tui.sites.open_site import open_site
from anr_tui.sites.recordings.coverage import Coverage
from benchmarks.figures import Figure, main
from benchmarks.large_site import SPAN_H, make_large_site, set_states

NOW = datetime(2026, 6, 13, 12, tzinfo=UTC)
CAMERAS = 64
SEGMENT_S = 60
RUNS = 5
MOST_DUE_MS, MOST_COLD_MS, MOST_WARM_MS = 20.0, 1000.0, 50.0
# The number of names that file systems allow for one file at least.
_LINKS = 10_000

# States spread over the cameras in turn; the last is the hardest: many newer gaps to skip, and many to choose from.
_STATES = {
    "all pending": "'pending'",
    "1 of 500 pending": "CASE WHEN rowid * 2654435761 / 65536 % 500 = 0 THEN 'pending' ELSE 'filled' END",
    "half of the cameras filled": "CASE WHEN rowid % 2 THEN 'pending' ELSE 'filled' END",
    "newer half filled": "CASE WHEN rowid * 2 > :rows THEN 'filled' ELSE 'pending' END",
}
_QUICK_STATES = ("all pending", "1 of 500 pending")
_HARDEST = "newer half filled"
_SORT_ALL = """
SELECT g.* FROM recording_gaps AS g JOIN cameras AS c ON c.id = g.camera_id
WHERE g.fill_state = 'pending' AND c.anr_enabled = 1 AND g.gap_start >= :oldest ORDER BY g.gap_start DESC LIMIT 20
"""


def run(is_quick: bool) -> list[Figure]:
    """Measure all steps; the quick form leaves out the middle sizes."""
    with tempfile.TemporaryDirectory(prefix="sweep-") as name:
        root = Path(name)
        figures = [
            *asyncio.run(_due(root, is_quick=is_quick)),
            *_coverage(root, (10_000,) if is_quick else (1000, 10_000, 100_000)),
            *_plans((1000, 10_000) if is_quick else (1000, 10_000, 100_000)),
        ]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return [*figures, Figure("memory", "all of this in one process", "peak", peak_mb, "MB")]


async def _due(root: Path, *, is_quick: bool) -> list[Figure]:
    figures = []
    for rows in (100_000,) if is_quick else (1000, 10_000, 100_000, 1_000_000):
        path = root / f"{rows}.db"
        make_large_site(path, NOW, cameras=CAMERAS, gaps=rows)
        for states in _QUICK_STATES if is_quick else _STATES:
            set_states(path, _STATES[states])
            figures += await _pick(path, _large(rows), states, timedelta(hours=SPAN_H))
            if states == "all pending":
                figures += await _pick(path, _large(rows), "all pending, nearly all too old", timedelta(hours=1))
        path.unlink()
    return figures


async def _pick(path: Path, size: str, states: str, max_age: timedelta) -> list[Figure]:
    """Select the due gaps as a sweep does, in every order; and once in the plain way, which sorts all gaps."""
    table, case = f"due gaps of {CAMERAS} cameras", f"{size}, {states}"
    figures = []
    site = await open_site(load_settings(heldar_database_url=str(path)))
    try:
        for order in get_args(Order):
            policy = FillPolicy(order, max_age_hours=max_age // timedelta(hours=1), max_attempts=3, settle_s=30)
            took_ms = await _median_ms(partial(site.gaps.due, policy, NOW))
            at_most = None if (states, order) == (_HARDEST, "newest") else MOST_DUE_MS
            figures.append(Figure(table, case, f"{order} first", took_ms, "ms", at_most))
    finally:
        await site.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        began = time.perf_counter()
        connection.execute(_SORT_ALL, {"oldest": format_stamp(NOW - max_age)}).fetchall()
        return [*figures, Figure(table, case, "sorting all, once", _ms_since(began), "ms")]


def _coverage(root: Path, sizes: tuple[int, ...]) -> list[Figure]:
    """Read what a directory holds of a gap that ended now: the first time (cold) and again (warm)."""
    figures = []
    segment = root / "segment.mp4"
    _film(segment)
    for size in sizes:
        directory = root / f"{size} segments"
        _record(directory, segment, size)
        for hours in (1, 24):
            window = Window(NOW - timedelta(hours=hours), NOW)
            cold_ms, warm_ms = [], []
            for _ in range(RUNS):
                coverage = Coverage()
                cold_ms.append(_timed_ms(partial(coverage.held, directory, window)))
                warm_ms.append(_timed_ms(partial(coverage.held, directory, window)))
            case = f"{_large(size)}, gap of {hours} h"
            table = f"coverage of a directory with segments of {SEGMENT_S} s"
            figures.append(Figure(table, case, "cold", median(cold_ms), "ms", MOST_COLD_MS))
            figures.append(Figure(table, case, "warm", median(warm_ms), "ms", MOST_WARM_MS))
        shutil.rmtree(directory)
    return figures


def _film(path: Path) -> None:
    source = ("-f", "lavfi", "-i", f"color=size=64x48:rate=5:duration={SEGMENT_S}", "-c:v", "libx264", "-g", "10")
    command = [find_ffmpeg("ffmpeg"), "-nostdin", "-v", "error", *source, "-movflags", "+faststart", str(path)]
    subprocess.run(command, check=True)


def _record(directory: Path, segment: Path, size: int) -> None:
    """Fill a directory with hard links to a few files: the cost of reading them is that of real ones."""
    directory.mkdir()
    for number in range(size):
        path = directory / f"{format_file_stem(NOW - timedelta(seconds=(number + 1) * SEGMENT_S))}.mp4"
        if number % _LINKS:
            path.hardlink_to(segment)
        else:
            segment = Path(shutil.copy(segment, path))
    # As if the last file had landed a while ago.
    os.utime(directory, (NOW.timestamp(), NOW.timestamp()))


def _plans(sizes: tuple[int, ...]) -> list[Figure]:
    """Plan a gap in which every second minute is missing."""
    figures = []
    for size in sizes:
        minutes = [NOW + timedelta(minutes=number) for number in range(2 * size + 1)]
        held = [Window(start, start + timedelta(minutes=1)) for start in minutes[1::2]]
        gap = Window(minutes[0], minutes[-1])
        took_ms = median(_timed_ms(partial(make_plan, gap, held, piece_s=300)) for _ in range(RUNS))
        assert len(make_plan(gap, held, piece_s=300).pieces) == size
        case = f"{_large(size)} held, as many missing"
        figures.append(Figure("plan of a gap", case, "all", took_ms, "ms"))
        figures.append(Figure("plan of a gap", case, "for each piece", took_ms / size * 1000, "µs"))
    return figures


def _large(number: int) -> str:
    return f"{number:,}".replace(",", " ")


async def _median_ms(ask: Callable[[], Awaitable[object]]) -> float:
    took_ms = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await ask()
        took_ms.append(_ms_since(began))
    return median(took_ms)


def _timed_ms(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return _ms_since(began)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main("sweep", run))
