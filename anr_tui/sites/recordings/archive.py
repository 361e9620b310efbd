"""The archive of every site whose recorder writes one file for each recording, named as `layout` says."""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from anr_tui.domain.errors import SiteError
from anr_tui.domain.window import Window
from anr_tui.sites.interface import LandedRecording, ReadRefusal, Recording, SegmentList, StorageUse
from anr_tui.sites.recordings import layout
from anr_tui.sites.recordings.coverage import Coverage
from anr_tui.sites.recordings.free_space import free_bytes
from anr_tui.sites.recordings.mark import RecordingsMark


class FileArchive:
    """The recordings below `root`; `segments` is the recorder's own list of them. See `RecordingArchive`."""

    def __init__(self, root: Path, segments: SegmentList, coverage: Coverage | None = None) -> None:
        self.root = root
        self.coverage = coverage or Coverage()
        self._segments = segments
        self._mark = RecordingsMark(root)

    async def usage(self, camera_id: str) -> StorageUse | None:
        """The storage that the recordings take, as the recorder counts it; None where it does not."""
        return await self._segments.usage(camera_id)

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """The windows that the recorder lists for a camera from `since` on; None where that is not known now."""
        return await self._segments.recorded(camera_id, since)

    async def newest_listed(self, most: int) -> list[tuple[str, datetime]]:
        """Camera and first second of the newest recordings that the recorder lists."""
        return await self._segments.newest_listed(most)

    def is_marked(self) -> bool:
        """Whether the recordings have our mark. Blocking; StorageError."""
        return self._mark.is_there()

    def recognise(self, listed: Iterable[tuple[str, datetime]]) -> None:
        """Find our mark in the recordings, or make it. Blocking; StorageError, DiskFullError."""
        paths = []
        for camera_id, start in listed:
            with contextlib.suppress(SiteError):  # an id that is no directory's name has no recordings
                paths.append(self.directory(camera_id) / layout.recording_name(start))
        self._mark.recognise(paths)

    def check_recognised(self) -> None:
        """Check that the recordings are still those that were recognised. Blocking; StorageError, DiskFullError."""
        self._mark.check()

    def directory(self, camera_id: str) -> Path:
        """The camera's directory. Raises SiteError for an id that is no plain file name."""
        return layout.camera_directory(self.root, camera_id)

    def held(self, camera_id: str, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings hold, in order. Blocking. Raises SiteError."""
        return self.coverage.held(self.directory(camera_id), window)

    def held_by_each(self, camera_id: str, window: Window) -> list[Window]:
        """What each readable recording holds of `window`, by start; they may overlap. Blocking; SiteError."""
        return self.coverage.held_by_each(self.directory(camera_id), window)

    def refusal(self, camera_id: str, window: Window) -> ReadRefusal | None:
        """Why a recording that may reach into `window` could not be read when last tried. Blocking; SiteError."""
        return self.coverage.refusal(self.directory(camera_id), window)

    def unreadable(self, camera_id: str, window: Window) -> list[str]:
        """The names of recordings that start in `window` and cannot be read. Blocking; SiteError."""
        return self.coverage.unreadable(self.directory(camera_id), window)

    def newest(self, camera_id: str, before: datetime, most: int) -> list[Recording]:
        """At most `most` recordings that start before a time, the newest first. Blocking. Raises SiteError."""
        return self.coverage.newest(self.directory(camera_id), before, most)

    def length_s(self, path: Path) -> float | None:
        """The length of a recording in seconds; None where it cannot be read. Blocking."""
        return self.coverage.length_s(path)

    def free_bytes(self) -> int | None:
        """Free bytes on the disk; None where that cannot be found out. Blocking."""
        return free_bytes(self.root)

    def part_path(self, camera_id: str, start: datetime) -> Path:
        """A new path for footage from `start` on until it lands. Raises SiteError."""
        return layout.part_path(self.directory(camera_id), start)

    def probe_path(self, camera_id: str, start: datetime) -> Path:
        """A new path for a probe of a camera's footage. Raises SiteError."""
        return layout.probe_path(self.directory(camera_id), start)

    def parts(self, camera_id: str) -> list[Recording]:
        """The part files of a camera with their starts. Blocking. Raises SiteError."""
        return layout.part_files(self.directory(camera_id))

    def part_note(self, part: Path) -> Path:
        """The file in which it is noted what is known of a part file."""
        return layout.part_note(part)

    def noted_parts(self, camera_id: str) -> list[Path]:
        """The part files of a camera of which there is a note. Blocking; SiteError."""
        return layout.noted_parts(self.directory(camera_id))

    def cameras_with_parts(self) -> list[str]:
        """The ids of the cameras with notes of part files, by id. Blocking."""
        return layout.directories_with_notes(self.root)

    def scraps(self, camera_id: str) -> list[Path]:
        """The unfinished landings and probes of a camera. Blocking. Raises SiteError."""
        return layout.scrap_files(self.directory(camera_id))

    def target(self, camera_id: str, start: datetime) -> Path:
        """The path under which footage is to land. Blocking. Raises SiteError."""
        return layout.free_path(self.directory(camera_id), start)

    def landing_path(self, target: Path) -> Path:
        """A new path for the file that is to become `target`."""
        return layout.landing_path(target)

    def place(self, landing: Path, target: Path) -> None:
        """Give a finished file its name. Blocking. Raises FileExistsError where the name is taken, and OSError."""
        layout.place(landing, target)

    def landed_path(self, camera_id: str, name: str) -> Path:
        """The path where a landed file should be. Raises SiteError for a name that could lead elsewhere."""
        return layout.landed_path(self.root, camera_id, name)

    async def register(self, landed: LandedRecording) -> None:
        """Do nothing: the recorder finds files in its directories by itself."""
