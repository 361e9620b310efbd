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
from anr_tui.sites.interface import Recording, RecordingArchive

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


def take_left_over_parts(archive: RecordingArchive, camera_id: str, window: Window) -> list[Recording]:
    """Part files of pieces of `window` that an earlier fill left behind, by start; from now on they are ours.

    They get new names first: a worker that lost the site, and still runs, finds them no more. Only then landings that
    were cut short go (the part files that they were made from are there). No other fill of this camera may run.
    Blocking. DiskFullError where its directory cannot be written; SiteError.
    """
    try:
        parts = [
            (start, _renamed(path, archive.part_path(camera_id, start)))
            for start, path in archive.parts(camera_id)
            if _is_in(start, window)
        ]
        remove_scraps(archive, camera_id)
    except OSError as error:
        directory = archive.directory(camera_id)
        raise DiskFullError(f"{directory} cannot be written: {error.strerror}.", "Check its mount and owner.") from None
    return sorted((start, part) for start, part in parts if part is not None)


def remove_left_over_parts(archive: RecordingArchive, camera_id: str, window: Window) -> None:
    """Remove them: what they hold has arrived otherwise, or nobody wants it. Blocking."""
    for _, part in take_left_over_parts(archive, camera_id, window):
        part.unlink(missing_ok=True)


def remove_scraps(archive: RecordingArchive, camera_id: str) -> None:
    """Remove what a dead worker was making of its part files, and what its probes brought. Blocking."""
    for path in archive.scraps(camera_id):
        path.unlink(missing_ok=True)


def _is_in(start: datetime, window: Window) -> bool:
    return floor_second(window.start) <= start < window.end


def _renamed(part: Path, name: Path) -> Path | None:
    """The part file under its new name; None where it has just gone."""
    with contextlib.suppress(FileNotFoundError):
        return part.rename(name)
    return None
