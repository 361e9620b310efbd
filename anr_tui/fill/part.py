"""What becomes of a part file: each contiguous run in it lands as a recording, then the part file goes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from anr_tui.errors import FillError
from anr_tui.fill.land import LANDING_SUFFIX, land
from anr_tui.fill.verify import Media, Run, read_media
from anr_tui.times import floor_second, format_file_stem, parse_file_stem
from anr_tui.windows import Window

PART_SUFFIX = ".mp4.part"


class Keeper(Protocol):
    """Who keeps what a fill says; both calls raise LeaseLostError where another worker holds the site."""

    async def check_lease(self) -> None:
        """May we still land?"""

    async def note_landed(self, name: str, window: Window, size_bytes: int, source_url: str) -> None:
        """A file is on disk."""


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A recording that a fill put on disk."""

    name: str
    window: Window
    size_bytes: int


def part_path(directory: Path, start: datetime) -> Path:
    """Where a piece is written to until it lands; the recorder's indexer passes such names over."""
    return directory / f"{format_file_stem(start)}{PART_SUFFIX}"


def left_over_parts(directory: Path, window: Window) -> list[Path]:
    """Part files of pieces of `window` that an earlier fill left behind.

    A landing that was cut short is only removed: the part file that it was made from is still there.
    """
    if not directory.is_dir():
        return []
    for path in directory.glob(f"*.mp4{LANDING_SUFFIX}"):
        if _is_piece_of(path, window):
            path.unlink(missing_ok=True)
    return sorted(path for path in directory.glob(f"*{PART_SUFFIX}") if _is_piece_of(path, window))


async def land_part(
    part: Path, *, end: datetime, source_url: str, keeper: Keeper, log: Callable[[str, str], None]
) -> list[LandedFile]:
    """Land all that a part file really holds before `end`, and remove it.

    Its name says when its time stamps begin. Where landing fails (DiskFullError, LeaseLostError) it stays, so that
    nothing that arrived is lost; one that holds no video is only removed.
    """
    start = parse_file_stem(part.name.removesuffix(PART_SUFFIX))
    media = await _read(part, log)
    landed: list[LandedFile] = []
    for run in _runs_before(media, (end - start).total_seconds()):
        await keeper.check_lease()
        run_start = start + timedelta(seconds=round(run.start_s))
        target = free_name(part.parent, run_start)
        # A rename must not be torn from its entry in the journal by a cancellation between the two.
        done = await asyncio.shield(asyncio.to_thread(land, part, run, target))
        file = LandedFile(target.name, Window(run_start, run_start + timedelta(seconds=done.media_s)), done.size_bytes)
        await keeper.note_landed(file.name, file.window, file.size_bytes, source_url)
        log("fill", f"landed {file.name}: {done.media_s:.3f} s, {file.size_bytes} bytes")
        landed.append(file)
    part.unlink(missing_ok=True)
    return landed


def free_name(directory: Path, start: datetime) -> Path:
    """The file for footage that starts at `start`: the recorder's name for it, or the next second's if taken."""
    target = directory / f"{format_file_stem(start)}.mp4"
    return target if not target.exists() else directory / f"{format_file_stem(start + timedelta(seconds=1))}.mp4"


def _runs_before(media: Media | None, end_s: float) -> list[Run]:
    """The runs, cut so that nothing lands on top of what the recorder has after the gap."""
    runs = media.runs if media else ()
    return [replace(run, end_s=min(run.end_s, end_s)) for run in runs if run.start_s < end_s]


async def _read(part: Path, log: Callable[[str, str], None]) -> Media | None:
    if not part.exists():
        return None
    try:
        return await asyncio.to_thread(read_media, part)
    except FillError as error:
        log("fill", str(error))
        return None


def _is_piece_of(part: Path, window: Window) -> bool:
    try:
        start = parse_file_stem(part.name.partition(".")[0])
    except ValueError:
        return False
    return floor_second(window.start) <= start < window.end
