"""The check whether a fill's footage fits: free space, the recorder's free-space minimum, quotas and total limit."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime

import humanize

from anr_tui.domain.errors import DiskFullError, StorageError
from anr_tui.domain.window import Window
from anr_tui.platform.files.storage_errors import doing, storage_error, sync_directory
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.sites.recordings.layout import is_there

# How many of the camera's newest recordings before the gap give its bytes per second.
_SAMPLES = 5
_USUAL_BYTES_PER_S = 500_000.0


@dataclass(frozen=True, slots=True)
class Usage:
    """The recorder's storage in bytes: all recordings and this camera's, their limits (0: none), their oldest one."""

    total_bytes: int = 0
    total_limit: int = 0
    total_oldest: datetime | None = None
    camera_bytes: int = 0
    camera_limit: int = 0
    camera_oldest: datetime | None = None


def bytes_per_second(archive: RecordingArchive, camera_id: str, before: datetime) -> float:
    """The average bytes per second of a camera's newest recordings before a time. Blocking. Raises StorageError."""
    size_bytes, length_s = 0, 0.0
    for _, path in archive.newest(camera_id, before, _SAMPLES):
        seconds = archive.length_s(path)
        if seconds:
            with doing("look at", path):
                size_bytes += path.stat().st_size
            length_s += seconds
    return size_bytes / length_s if length_s else _USUAL_BYTES_PER_S


def check_room(archive: RecordingArchive, camera_id: str, needed_bytes: float, floor_gb: float) -> None:
    """Make sure that a camera's directory exists, can be written, and has room. Blocking.

    Raises StorageError where it cannot be made or written, which is its own trouble, and DiskFullError where there is
    no root, or where `needed_bytes` more would leave fewer than `floor_gb` gigabytes free.
    """
    root, directory = archive.root, archive.directory(camera_id)
    if not root.is_dir():
        # Never created here: where the disk is not mounted, recordings would go to the disk behind its mount point.
        raise DiskFullError(
            f"There is no directory {root.absolute()}.", "Is its disk mounted? Check HELDAR_RECORDINGS_DIR."
        )
    archive.check_recognised()
    try:
        if not is_there(directory):
            directory.mkdir(exist_ok=True)
            sync_directory(root)
        free = shutil.disk_usage(directory).free
        # A full disk of this camera's own holds up no other.
        full = DiskFullError if directory.stat().st_dev == root.stat().st_dev else StorageError
    except OSError as error:
        raise storage_error(error, "use the directory", directory) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise StorageError(f"Cannot write into the directory {directory}.", "Run as the user Heldar runs as.")
    if free < floor_gb * BYTES_PER_GB:
        raise full(f"Less than {floor_gb:g} GB are free for recordings (HELDAR_MIN_FREE_DISK_GB).")
    if free - needed_bytes < floor_gb * BYTES_PER_GB:
        raise full(
            f"The footage needs about {humanize.naturalsize(needed_bytes)} of the {humanize.naturalsize(free)} that "
            f"are free, and {floor_gb:g} GB must stay free (HELDAR_MIN_FREE_DISK_GB)."
        )


def dropped_first(window: Window, needed_bytes: float, usage: Usage) -> str:
    """Why the recorder would delete this footage as soon as it lands, else "".

    Over a limit the recorder deletes its oldest recordings first.
    """
    limits = (
        ("this camera's quota", usage.camera_bytes, usage.camera_limit, usage.camera_oldest),
        ("HELDAR_MAX_RECORDINGS_GB", usage.total_bytes, usage.total_limit, usage.total_oldest),
    )
    for name, used, limit, oldest in limits:
        if limit and used + needed_bytes > limit and oldest is not None and window.end <= oldest:
            return f"The recordings are at {name}, and this footage is older than all of them: it would be deleted."
    return ""
