"""Part files: what they hold, and what becomes of those that a dead worker left.

Each has a name of its own, so that a worker that lost the site without knowing it yet (stopped by a signal, say)
writes into no file of the one that took over, and removes none.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from anr_tui.domain.errors import DiskFullError, FillError
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Media, read_media
from anr_tui.sites.recordings.layout import part_files, part_path, scrap_files

Log = Callable[[str, str], None]


async def read_part(part: Path, log: Log) -> Media | None:
    """What a part file holds; None where that is nothing."""
    if not part.exists():
        return None
    try:
        return await asyncio.to_thread(read_media, part)
    except FillError as error:
        log("fill", str(error))
        return None


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


def _is_in(start: datetime, window: Window) -> bool:
    return floor_second(window.start) <= start < window.end


def _renamed(start: datetime, part: Path) -> Path | None:
    """The part file under a new name; None where it has just gone."""
    with contextlib.suppress(FileNotFoundError):
        return part.rename(part_path(part.parent, start))
    return None
