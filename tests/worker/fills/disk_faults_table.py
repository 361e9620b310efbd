"""Faults of the disk, of directories and of files, and what must become of a gap: a section of docs/faults.md.

test_disk_faults.py makes each of them; `faults_table` writes the document.
"""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_file_stem
from tests.engine import EngineSite

CAMERA = "gate"
GAP = (5, 17)
_NO_MEDIA = bytes(4000)

Arrange = Callable[[EngineSite, pytest.MonkeyPatch], Callable[[], None]]
"""Makes a fault, and returns what mends it."""


@dataclass(frozen=True, slots=True)
class DiskCase:
    """A fault, and what comes of it. In `reads`, `{directory}` stands for the camera's directory, `{root}` for all.

    `is_kept`: what arrived is in a part file until then; `alarm` is whom the alarm is about.
    """

    fault: str
    arrange: Arrange
    outcome: Outcome
    reads: str
    next: str
    alarm: str = ""
    is_kept: bool = False

    @property
    def row(self) -> str:
        """The line of the document."""
        reads = self.reads.replace("{directory}", "/recordings/gate").replace("{root}", "/recordings")
        kept = "what arrived is kept as a part" if self.is_kept else "nothing"
        return f"| {self.fault} | {kept} | **{self.outcome.words}**: {reads} | {self.alarm or 'none'} | {self.next} |"


def _nothing() -> None:
    return None


def _dangling(site: EngineSite, _: pytest.MonkeyPatch) -> Callable[[], None]:
    link = site.recordings / CAMERA
    link.symlink_to(site.root / "nowhere")
    return link.unlink


def _file(site: EngineSite, _: pytest.MonkeyPatch) -> Callable[[], None]:
    path = site.recordings / CAMERA
    path.write_text("")
    return path.unlink


def _foreign(site: EngineSite, patch: pytest.MonkeyPatch) -> Callable[[], None]:
    (site.recordings / CAMERA).mkdir()
    may = os.access
    patch.setattr(os, "access", lambda path, mode: Path(path).name != CAMERA and may(path, mode))
    return patch.undo


def _refusing(operation: str, error: int, part_of_path: str) -> Arrange:
    def arrange(_: EngineSite, patch: pytest.MonkeyPatch) -> Callable[[], None]:
        real = getattr(os, operation)

        def refuse(*arguments: object, **options: object) -> object:
            about = os.readlink(f"/proc/self/fd/{arguments[0]}") if operation == "fsync" else str(arguments[-1])
            # What is not there need not be deleted, by whatever disk.
            if part_of_path in about and (operation != "unlink" or os.path.lexists(about)):
                raise OSError(error, os.strerror(error))
            return real(*arguments, **options)

        patch.setattr(os, operation, refuse)
        return patch.undo

    return arrange


def _unmounted(site: EngineSite, _: pytest.MonkeyPatch) -> Callable[[], None]:
    card = site.card()
    site.record(CAMERA, card, site.window(0, 5))
    disk = site.recordings.rename(site.root / "disk")
    site.recordings.mkdir()

    def mount() -> None:
        site.recordings.rmdir()
        disk.rename(site.recordings)

    return mount


def _damaged_part(site: EngineSite, _: pytest.MonkeyPatch) -> Callable[[], None]:
    directory = site.recordings / CAMERA
    directory.mkdir()
    part = directory / f"{format_file_stem(site.window(*GAP).start)}.0a1b2c3d.mp4.part"
    part.write_bytes(_NO_MEDIA + b"\0\0\0\x10mdat" + _NO_MEDIA)
    return _nothing


def _damaged_recording(site: EngineSite, _: pytest.MonkeyPatch) -> Callable[[], None]:
    directory = site.recordings / CAMERA
    directory.mkdir()
    (directory / f"{format_file_stem(site.window(0, 5).start)}.mp4").write_bytes(_NO_MEDIA)
    return _nothing


_LATER = "this camera again after about 15 s, with growing pauses"
_MINUTE = "nothing is fetched for a minute"
_OF_CAMERA, _OF_SITE = "about the camera", "about the site"


def _local(fault: str, arrange: Arrange, reads: str, *, is_kept: bool = False) -> DiskCase:
    return DiskCase(fault, arrange, Outcome.LOCAL_ERROR, reads, _LATER, _OF_CAMERA, is_kept)


DISK_CASES = (
    _local(
        "the camera's directory is a link that leads nowhere",
        _dangling,
        "Cannot use the directory {directory}: No such file or directory.",
    ),
    _local("a file is in its place", _file, "Cannot read the directory {directory}: Not a directory."),
    _local("it belongs to another user", _foreign, "Cannot write into the directory {directory}."),
    _local(
        "a landing cannot be synced",
        _refusing("fsync", errno.EIO, ".landing.part"),
        "Cannot sync {directory}/",
        is_kept=True,
    ),
    _local(
        "a landing cannot get its name",
        _refusing("link", errno.ESTALE, ".mp4"),
        "Cannot link {directory}/",
        is_kept=True,
    ),
    _local(
        "the directory cannot be synced",
        _refusing("fsync", errno.EIO, "/gate"),
        "Cannot sync ",
        is_kept=True,
    ),
    _local(
        "a part that has landed cannot be deleted",
        _refusing("unlink", errno.EROFS, ".mp4.part"),
        "Cannot delete {directory}/",
        is_kept=True,
    ),
    DiskCase(
        "the disk is full when a recording is to land",
        _refusing("fsync", errno.ENOSPC, ".landing.part"),
        Outcome.DISK_FULL,
        "Cannot sync {directory}/",
        _MINUTE,
        _OF_SITE,
        is_kept=True,
    ),
    DiskCase(
        "the disk with the recordings is not mounted",
        _unmounted,
        Outcome.DISK_FULL,
        "{root} does not hold the site's recordings: none of the recordings that the site lists is there.",
        _MINUTE,
        _OF_SITE,
    ),
    DiskCase("a part file is damaged", _damaged_part, Outcome.FILLED, "12 s fetched.", "nothing"),
    DiskCase("a recording beside is damaged", _damaged_recording, Outcome.FILLED, "12 s fetched.", "nothing"),
)
