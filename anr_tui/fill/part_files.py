"""Part files: reading them, taking over those of a dead worker, and removing what is no longer needed.

Each part file has a unique name. So a worker that lost the site without knowing it yet, for example while it was
stopped by a signal, neither writes into nor removes a file of the worker that took over.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.errors import FillError, StorageError
from anr_tui.domain.policy.coverage import is_covered
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Media, read_media
from anr_tui.platform.files.regular_file import open_regular
from anr_tui.platform.files.storage_errors import doing, remove_file
from anr_tui.sites.interface import Recording, RecordingArchive
from anr_tui.sites.recordings.kept_parts import PartFacts, drop_part, keep_part, kept_parts, rename_part
from anr_tui.sites.recordings.layout import is_there

Log = Callable[[str, str], None]

NOT_READABLE = "It is damaged, and cannot be read as a media file"
_NOT_PLACED = "Its fill was cut short before its place was known."
# Every MP4 keeps its media in boxes of this kind.
_MEDIA_BOX = b"mdat"
_BLOCK_BYTES = 1024 * 1024


async def read_part(part: Path, log: Log) -> Media | None:
    """The content of a part file; None where it cannot be read as media, or there is none, and the log then says why.

    Raises StorageError where the machine refuses to read it.
    """
    try:
        return await asyncio.to_thread(_media_of, part)
    except StorageError:
        raise
    except FillError as error:
        log("fill", str(error))
        return None


def is_damaged(part: Path) -> bool:
    """Whether a part file has media in it and cannot be read nevertheless. Blocking. Raises StorageError."""
    try:
        _media_of(part)
    except StorageError:
        raise
    except FillError:
        return _has_media_box(part)
    return False


def take_left_over_parts(archive: RecordingArchive, camera_id: str, window: Window) -> list[Recording]:
    """Part files of pieces of `window` that earlier fills left behind or kept, by start; from now on they are ours.

    Those that a person has placed stay as they are: what is left of them has no other place.

    They are renamed first, so that a worker that lost the site and still runs no longer finds them. Unfinished landings
    are removed only after that, since their part files are there. No other fill of this camera may run. Blocking.
    Raises StorageError where the directory cannot be read or written, and SiteError.
    """
    known = {part.path: part.facts for part in kept_parts(archive, camera_id)}
    kept = {path: facts.asked for path, facts in known.items()}
    parts = [
        (start, rename_part(archive, path, archive.part_path(camera_id, start)))
        for start, path in archive.parts(camera_id)
        if (_is_in(start, window) or (path in kept and kept[path].overlaps(window)))
        and (path not in known or known[path].placed_at is None)
    ]
    remove_scraps(archive, camera_id)
    return sorted((start, part) for start, part in parts if part is not None)


def remove_left_over_parts(
    archive: RecordingArchive, camera_id: str, window: Window, *, now: datetime, gap_id: str = "", reason: str = ""
) -> None:
    """Remove the part files of `window` whose footage is on disk otherwise; all others are kept. Blocking.

    A part is on disk where recordings cover all that was asked for. `reason` is why a part that was not kept before
    has no place. StorageError, SiteError.
    """
    for start, part in take_left_over_parts(archive, camera_id, window):
        kept = {each.path: each for each in kept_parts(archive, camera_id)}.get(part)
        # What its name says of a part with a lost note is less than was asked for.
        known = kept.facts if kept is not None and not kept.is_note_lost else None
        held = known or _facts_by_media(part, start, window, now=now, gap_id=gap_id, reason=reason)
        if held is None or is_covered(held.asked, archive.held_by_each(camera_id, held.asked)):
            drop_part(archive, part)
        elif known is None:
            keep_part(archive, camera_id, part, held)


def remove_expired_parts(archive: RecordingArchive, camera_id: str, window: Window) -> list[Path]:
    """Remove the part files of a window that the site keeps no more, whatever they hold; returns them. Blocking.

    Those that are kept stay: their end is to be said before.
    """
    taken = [part for _, part in take_left_over_parts(archive, camera_id, window)]
    kept = {part.path for part in kept_parts(archive, camera_id)}
    parts = [part for part in taken if part not in kept]
    for part in parts:
        drop_part(archive, part)
    return parts


def remove_scraps(archive: RecordingArchive, camera_id: str) -> None:
    """Remove unfinished landings and probes of a dead worker. Blocking. Raises StorageError."""
    for path in archive.scraps(camera_id):
        remove_file(path)


def _media_of(part: Path) -> Media | None:
    return read_media(part) if is_there(part) else None


def _facts_by_media(
    part: Path, start: datetime, window: Window, *, now: datetime, gap_id: str, reason: str
) -> PartFacts | None:
    """What a part file shows of itself: video from its start on, inside `window`. None where there is none.

    A damaged one may hold all of the window that is behind its start. Raises StorageError.
    """
    try:
        runs = read_media(part).runs
    except StorageError:
        raise
    except FillError:
        if not _has_media_box(part):
            return None
        asked = Window(start, max(window.end, start + timedelta(seconds=1)))
        return PartFacts(asked, now, f"{NOT_READABLE}.", gap_id, window)
    if not runs:
        return None
    end = min(start + timedelta(seconds=max(runs[-1].end_s, 1)), max(window.end, start + timedelta(seconds=1)))
    return PartFacts(Window(start, end), now, reason or _NOT_PLACED, gap_id, window, sum(run.seconds for run in runs))


def _is_in(start: datetime, window: Window) -> bool:
    return floor_second(window.start) <= start < window.end


def _has_media_box(part: Path) -> bool:
    with doing("read", part), contextlib.suppress(FileNotFoundError), open(part, "rb", opener=open_regular) as file:
        end = b""
        while block := file.read(_BLOCK_BYTES):
            if _MEDIA_BOX in end + block:
                return True
            end = block[-len(_MEDIA_BOX) :]
    return False
