"""Part files: how the runs of a piece land as recordings, and what a dead worker's are worth.

Each has a name of its own, so that a worker that lost the site without knowing it yet (stopped by a signal, say)
writes into no file of the one that took over, and removes none.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from anr_tui.domain.errors import DiskFullError, FillError
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.land import Landed, digest_of, land
from anr_tui.fill.media.verify import Media, read_media
from anr_tui.fill.placement import PlacedRun
from anr_tui.sites.recordings.layout import free_path, part_files, part_path, recording_name, scrap_files

# File names know whole seconds: a shorter file would take the name of what comes after it.
_LEAST_S = 1.0
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


class FillJournal(Protocol):
    """Who keeps what a fill says; the first two calls raise LeaseLostError where another worker holds the site."""

    async def check_lease(self) -> None:
        """May we still land?"""

    async def note_landed(self, file: LandedFile) -> None:
        """A file is on disk."""

    async def has_noted(self, name: str) -> bool:
        """Whether a file of this gap is known by that name."""


async def read_part(part: Path, log: Log) -> Media | None:
    """What a part file holds; None where that is nothing."""
    if not part.exists():
        return None
    try:
        return await asyncio.to_thread(read_media, part)
    except FillError as error:
        log("fill", str(error))
        return None


async def land_placed(
    placed: PlacedRun, *, asked: Window, source_url: str, journal: FillJournal, log: Log
) -> LandedFile | None:
    """Land one run where it belongs; None where a recording stands there already.

    DiskFullError and LeaseLostError go on, and the part file stays, so that nothing that arrived is lost.
    """
    if placed.run.seconds < _LEAST_S:
        log("fill", f"{placed.run.seconds:.3f} s are too short for a recording of their own")
        return None
    await journal.check_lease()
    start = floor_second(placed.start + timedelta(seconds=0.5))
    target = free_path(placed.part.parent, start)
    try:
        done = await _to_the_end(asyncio.to_thread(land, placed.part, placed.run, target))
    except DiskFullError:
        raise
    except FillError as error:
        log("fill", str(error))
        return None
    file = _landed_file(done, start, asked, source_url)
    await journal.note_landed(file)
    log("fill", f"landed {file.name}: {done.media_s:.3f} s, {file.size_bytes} bytes, SHA-256 {file.sha256}")
    return file


async def note_landed_before(placed: PlacedRun, *, asked: Window, journal: FillJournal) -> None:
    """Note a recording that landed just before its worker died, so that it has its evidence like all others."""
    start = floor_second(placed.start + timedelta(seconds=0.5))
    target = placed.part.parent / recording_name(start)
    if not target.is_file() or await journal.has_noted(target.name):
        return
    sha256 = await asyncio.to_thread(digest_of, target)
    done = Landed(target, target.stat().st_size, placed.run.seconds, sha256)
    await journal.note_landed(_landed_file(done, start, asked, ""))


async def _to_the_end(landing: Coroutine[Any, Any, Landed]) -> Landed:
    """Wait for a landing even where we are cancelled: its thread would run on, under whoever looks there next."""
    task = asyncio.ensure_future(landing)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def take_left_over_parts(directory: Path, window: Window) -> list[Path]:
    """Part files of pieces of `window` that an earlier fill left behind, by start; from now on they are ours.

    They get new names first: a worker that lost the site, and still runs, finds them no more. Only then landings that
    were cut short go (the part files that they were made from are there). No other fill may run in `directory`.
    Blocking. DiskFullError where it cannot be written.
    """
    try:
        parts = [_renamed(start, path) for start, path in part_files(directory) if _is_in(start, window)]
        remove_scraps(directory)
    except OSError as error:
        raise DiskFullError(f"{directory} cannot be written: {error.strerror}.", "Check its mount and owner.") from None
    return sorted(part for part in parts if part is not None)


def remove_left_over_parts(directory: Path, window: Window) -> None:
    """Remove them: what they hold has arrived otherwise, or nobody wants it. Blocking."""
    for part in take_left_over_parts(directory, window):
        part.unlink(missing_ok=True)


def remove_scraps(directory: Path) -> None:
    """Remove what a dead worker was making of its part files, and what its probes brought. Blocking."""
    for path in scrap_files(directory):
        path.unlink(missing_ok=True)


def _landed_file(done: Landed, start: datetime, asked: Window, source_url: str) -> LandedFile:
    window = Window(start, start + timedelta(seconds=done.media_s))
    return LandedFile(done.path.name, window, done.size_bytes, done.sha256, asked, source_url)


def _is_in(start: datetime, window: Window) -> bool:
    return floor_second(window.start) <= start < window.end


def _renamed(start: datetime, part: Path) -> Path | None:
    """The part file under a new name; None where it has just gone."""
    with contextlib.suppress(FileNotFoundError):
        return part.rename(part_path(part.parent, start))
    return None
