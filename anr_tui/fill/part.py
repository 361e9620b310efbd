"""Part files: where a piece is written to, how its runs land as recordings, and what a dead worker's are worth."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from anr_tui.errors import DiskFullError, FillError
from anr_tui.fill.align import key_frames, place_of
from anr_tui.fill.edges import Placed, Stretch
from anr_tui.fill.land import LANDING_SUFFIX, Landed, land
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.verify import Media, read_media
from anr_tui.times import floor_second, format_file_stem, parse_file_stem
from anr_tui.windows import Window

PART_SUFFIX = ".mp4.part"
GLIMPSE_SUFFIX = ".mp4.glimpse.part"
Log = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A recording that a fill put on disk: what it is, and what was asked of whom (`source_url` masked)."""

    name: str
    window: Window
    size_bytes: int
    sha256: str
    asked: Window
    source_url: str


class Keeper(Protocol):
    """Who keeps what a fill says; both calls raise LeaseLostError where another worker holds the site."""

    async def check_lease(self) -> None:
        """May we still land?"""

    async def note_landed(self, file: LandedFile) -> None:
        """A file is on disk."""


def part_path(directory: Path, start: datetime) -> Path:
    """Where footage from `start` on is written to until it lands; the recorder's indexer passes such names over."""
    return directory / f"{format_file_stem(start)}{PART_SUFFIX}"


def glimpse_path(directory: Path, start: datetime) -> Path:
    """Where a short look at a camera's footage is written to; it never lands."""
    return directory / f"{format_file_stem(start)}{GLIMPSE_SUFFIX}"


async def read_part(part: Path, log: Log) -> Media | None:
    """What a part file holds; None where that is nothing."""
    if not part.exists():
        return None
    try:
        return await asyncio.to_thread(read_media, part)
    except FillError as error:
        log("fill", str(error))
        return None


async def land_placed(placed: Placed, *, asked: Window, source_url: str, keeper: Keeper, log: Log) -> LandedFile | None:
    """Land one run where it belongs; None where a recording stands there already.

    DiskFullError and LeaseLostError go on, and the part file stays, so that nothing that arrived is lost.
    """
    await keeper.check_lease()
    start = floor_second(placed.start + timedelta(seconds=0.5))
    target = free_name(placed.part.parent, start)
    try:
        # A rename must not be torn from its entry in the journal by a cancellation between the two.
        done = await asyncio.shield(asyncio.to_thread(land, placed.part, placed.run, target))
    except DiskFullError:
        raise
    except FillError as error:
        log("fill", str(error))
        return None
    file = _landed_file(done, start, asked, source_url)
    await keeper.note_landed(file)
    log("fill", f"landed {file.name}: {done.media_s:.3f} s, {file.size_bytes} bytes, SHA-256 {file.sha256}")
    return file


def free_name(directory: Path, start: datetime) -> Path:
    """The file for footage that starts at `start`: the recorder's name for it, or the next second's if taken."""
    target = directory / f"{format_file_stem(start)}.mp4"
    return target if not target.exists() else directory / f"{format_file_stem(start + timedelta(seconds=1))}.mp4"


def left_over_parts(directory: Path, window: Window) -> list[Path]:
    """Part files of pieces of `window` that an earlier fill left behind, by start.

    A landing that was cut short is only removed (the part file that it was made from is still there), and so is what
    was fetched only to be looked at.
    """
    if not directory.is_dir():
        return []
    for suffix in (f".mp4{LANDING_SUFFIX}", GLIMPSE_SUFFIX):
        for path in directory.glob(f"*{suffix}"):
            if _is_piece_of(path, window):
                path.unlink(missing_ok=True)
    return sorted(path for path in directory.glob(f"*{PART_SUFFIX}") if _is_piece_of(path, window))


async def place_left_overs(parts: list[Path], window: Window, log: Log) -> list[Placed]:
    """Where the footage of left-over part files belongs.

    One whose footage goes on into the next one's must show it in the same place; else it skipped a hole that nobody
    measured, and is left out: the camera still has it.
    """
    stretches = [await _left_over(part, window, log) for part in parts]
    placed: list[Placed] = []
    for stretch, following in pairwise([*stretches, None]):
        if stretch is None:
            continue
        if following is not None and not await asyncio.to_thread(_agree, stretch, following):
            log("fill", f"{stretch.part.name} does not agree with {following.part.name}: left out")
            continue
        end = following.window.start if following else window.end
        length_s = (end - stretch.window.start).total_seconds()
        placed += stretch.between(0.0, length_s, stretch.window.start)
    return placed


async def _left_over(part: Path, window: Window, log: Log) -> Stretch:
    start = _start_of(part)
    media = await read_part(part, log)
    return Stretch(Window(start, window.end), part, media.runs if media else (), is_in_order=False)


def _agree(stretch: Stretch, following: Stretch) -> bool:
    """Whether the later part file's footage stands in the earlier one where the names say, if it reaches so far."""
    expected_s = (following.window.start - stretch.window.start).total_seconds()
    if not stretch.runs or not following.runs or stretch.end_s < expected_s + TOLERANCE_S:
        return True
    try:
        at_s = place_of(key_frames(following.part)[0], key_frames(stretch.part))
    except (FillError, IndexError):
        return False
    return at_s is not None and abs(at_s - expected_s) <= TOLERANCE_S


def _landed_file(done: Landed, start: datetime, asked: Window, source_url: str) -> LandedFile:
    window = Window(start, start + timedelta(seconds=done.media_s))
    return LandedFile(done.path.name, window, done.size_bytes, done.sha256, asked, source_url)


def _start_of(part: Path) -> datetime:
    return parse_file_stem(part.name.partition(".")[0])


def _is_piece_of(part: Path, window: Window) -> bool:
    try:
        start = _start_of(part)
    except ValueError:
        return False
    return floor_second(window.start) <= start < window.end
