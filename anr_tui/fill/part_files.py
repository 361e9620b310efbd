"""Part files: reading them, taking over those of a dead worker, and removing what is no longer needed.

Each part file has a unique name. So a worker that lost the site without knowing it yet, for example while it was
stopped by a signal, neither writes into nor removes a file of the worker that took over.
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
    """The content of a part file; None where there is none, and the log then says why."""
    if not part.exists():
        return None
    try:
        return await asyncio.to_thread(read_media, part)
    except FillError as error:
        log("fill", str(error))
        return None


def take_left_over_parts(archive: RecordingArchive, camera_id: str, window: Window) -> list[Recording]:
    """Take over the part files of `window` that an earlier fill left behind; returns their starts and paths in order.

    They are renamed first, so that a worker that lost the site and still runs no longer finds them. Unfinished landings
    are removed only after that, since their part files are there. No other fill of this camera may run. Blocking.
    Raises DiskFullError where the directory cannot be written, and SiteError.
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
    """Remove the part files of `window`, whose footage has arrived otherwise or is not wanted. Blocking.

    Raises as `take_left_over_parts`.
    """
    for _, part in take_left_over_parts(archive, camera_id, window):
        part.unlink(missing_ok=True)


def remove_scraps(archive: RecordingArchive, camera_id: str) -> None:
    """Remove unfinished landings and probes of a dead worker. Blocking. Raises OSError."""
    for path in archive.scraps(camera_id):
        path.unlink(missing_ok=True)


def _is_in(start: datetime, window: Window) -> bool:
    return floor_second(window.start) <= start < window.end


def _renamed(part: Path, name: Path) -> Path | None:
    """The part file under its new name; None where it no longer exists."""
    with contextlib.suppress(FileNotFoundError):
        return part.rename(name)
    return None
