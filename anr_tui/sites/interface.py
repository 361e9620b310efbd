"""The interface of a site, whatever recorder it has: its cameras, its gaps and its recordings.

Only `anr_tui.sites.open_site` opens sites. Each kind of site has a package of its own beside this module, and must pass
`tests/sites/test_conformance.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import StorageError
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.sites.rows import Rows

SWEEP_LIMIT = 20
"""So many gaps one sweep takes at most, unless it is told otherwise."""

Recording = tuple[datetime, Path]
"""A recording's first second (UTC) and its file."""


@dataclass(frozen=True, slots=True)
class CameraValues:
    """The values of a camera that a person sets; a `password` of None keeps the present one."""

    name: str
    vendor: str
    address: str | None
    rtsp_port: int
    username: str | None
    password: Secret | None
    anr_enabled: bool
    replay_url_template: Secret | None


@dataclass(frozen=True, slots=True)
class StorageUse:
    """The storage in bytes that the recorder counts, of all recordings and of one camera's, with the oldest of each.

    `quota_bytes` is the camera's own quota, 0 where it has none.
    """

    total_bytes: int
    total_oldest: datetime | None
    camera_bytes: int
    camera_oldest: datetime | None
    quota_bytes: int


@dataclass(frozen=True, slots=True)
class ReadRefusal:
    """Why the machine did not let us read a recording, of which it is not known then what it holds.

    `is_denied`: this user may not read that file. `may_be_lasting`: that, or its place on the disk may be faulty; any
    other refusal passes.
    """

    error: StorageError
    is_denied: bool
    may_be_lasting: bool


@dataclass(frozen=True, slots=True)
class LandedRecording:
    """A recording that a fill has put in its place, and the window that it covers."""

    camera_id: str
    path: Path
    window: Window
    size_bytes: int


class CameraCatalog(Protocol):
    """The cameras of a site, to read. Every call raises SiteError where the site cannot be read."""

    async def all(self) -> Rows[Camera]:
        """All cameras, by name; a camera that cannot be read hides no other, and gives a sentence."""

    async def camera(self, camera_id: str) -> Camera | None:
        """One camera; None where there is none of that id, or it cannot be read."""

    async def time_zone(self) -> str:
        """The name of the site's time zone, "" where that is not known."""


class CameraTable(Protocol):
    """The cameras of a site, to add and change; in a site that is not ours only with `even_if_foreign`.

    `add` and `change` raise SiteError where the camera may not or cannot be written, and have then written nothing.
    """

    async def is_ours(self) -> bool:
        """Whether this program created the place where cameras are kept, and no other has taken it over since."""

    async def add(self, values: CameraValues, at: datetime, *, even_if_foreign: bool = False) -> str:
        """Add a camera and return its id, which is derived from its name. `at` is our time in UTC."""

    async def change(
        self, camera_id: str, seen: str, values: CameraValues, at: datetime, *, even_if_foreign: bool = False
    ) -> None:
        """Change a camera whose `updated_at` was `seen` when the person saw it. `at` is our time in UTC."""


class GapLedger(Protocol):
    """The gaps of a site and how far each has come. Every call raises SiteError where the ledger cannot be used."""

    async def all(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        """All gaps (of one camera), newest first; a gap that cannot be read hides no other, and gives a sentence."""

    async def reread(self) -> Rows[RecordingGap]:
        """All gaps, newest first, for repeated calls: a gap that has not changed since then is the same object."""

    async def gap(self, gap_id: str) -> RecordingGap | None:
        """One gap, None where there is none. Raises SiteError where it cannot be read."""

    async def due(
        self,
        policy: FillPolicy,
        now: datetime,
        *,
        left_out_gaps: Collection[str] = (),
        left_out_cameras: Collection[str] = (),
        most: int = SWEEP_LIMIT,
    ) -> Rows[RecordingGap]:
        """The gaps that a sweep at `now` takes by a policy, in its order, at most `most`.

        These are pending, have attempts left, have settled, are not too old, and belong to cameras that have ANR
        enabled and keep their footage for longer.
        """

    async def counts(self) -> list[GapCount]:
        """The number of gaps of each camera and state, and their length in seconds."""

    async def failed_ids(self) -> list[str]:
        """The ids of the gaps that were given up, newest first."""

    async def mark_filled(self, gap: RecordingGap, at: datetime) -> bool:
        """Note that a gap is filled; one attempt more. False: it is gone, or has another start or end by now."""

    async def mark_attempt(self, gap: RecordingGap, at: datetime, max_attempts: int) -> bool:
        """Count a failed attempt; at the maximum the gap becomes `failed`.

        False: it is gone, or filled, or has another start or end by now.
        """

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        """Put a gap back to `pending` with no attempts made; `asked_by` is who wanted it. False where it is gone."""


class SegmentList(Protocol):
    """The recorder's own list of its recordings."""

    async def newest_listed(self, most: int) -> list[tuple[str, datetime]]:
        """Camera and first second of the newest recordings that are listed; none where there is no list."""

    async def usage(self, camera_id: str) -> StorageUse | None:
        """The storage that the recordings take; None for a site that does not count it."""

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """The windows that recordings which start at `since` or later hold, in order; None where not known now."""


class RecordingArchive(SegmentList, Protocol):
    """The recordings of a site as files. Only the archive knows where they are and what they are called.

    Calls that are not `async` may read the disk: call them in a thread. Those that take a camera's id raise SiteError,
    which names the id, where it cannot be the name of a directory.
    """

    @property
    def root(self) -> Path:
        """The directory with all recordings; it does not exist while its disk is not mounted."""

    def directory(self, camera_id: str) -> Path:
        """The directory where a camera's recordings land; it may not exist yet."""

    def is_marked(self) -> bool:
        """Whether the recordings have our mark. Raises StorageError."""

    def recognise(self, listed: Iterable[tuple[str, datetime]]) -> None:
        """Find our mark in the recordings, or make it; from now on nothing lands where it is missing.

        `listed` are cameras and first seconds of recordings that ought to be there: where there is no mark and none of
        them either, the disk is not mounted. Raises DiskFullError then, and StorageError.
        """

    def check_recognised(self) -> None:
        """Check that the recordings are still those that were recognised. Raises StorageError, DiskFullError."""

    def held(self, camera_id: str, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings hold, in order.

        Raises SiteError where they cannot be examined.
        """

    def held_by_each(self, camera_id: str, window: Window) -> list[Window]:
        """What each readable recording holds of `window`, by start: they may overlap. SiteError as `held`."""

    def refusal(self, camera_id: str, window: Window) -> ReadRefusal | None:
        """Why a recording that may reach into `window` could not be read when it was last tried; None: all could."""

    def unreadable(self, camera_id: str, window: Window) -> list[str]:
        """The names of recordings that start in `window` and cannot be read, so that nobody knows what they hold."""

    def newest(self, camera_id: str, before: datetime, most: int) -> list[Recording]:
        """At most `most` recordings that start before a time, the newest first."""

    def length_s(self, path: Path) -> float | None:
        """The length of a recording in seconds; None where it cannot be read."""

    def free_bytes(self) -> int | None:
        """Free bytes on the disk with the recordings; None where that cannot be found out."""

    def part_path(self, camera_id: str, start: datetime) -> Path:
        """A new path for footage from `start` on until it lands; the recorder ignores such names."""

    def probe_path(self, camera_id: str, start: datetime) -> Path:
        """A new path for a probe of a camera's footage, which never lands."""

    def parts(self, camera_id: str) -> list[Recording]:
        """The part files in a camera's directory, with the moments from which they were asked for."""

    def part_note(self, part: Path) -> Path:
        """The name of the file in which it is noted what is known of a part file; the recorder passes it over."""

    def noted_parts(self, camera_id: str) -> list[Path]:
        """The part files of a camera of which there is a note, by name; the file itself may be gone."""

    def cameras_with_parts(self) -> list[str]:
        """The ids of the cameras with notes of part files, by id; also those that the site has no more."""

    def scraps(self, camera_id: str) -> list[Path]:
        """The unfinished landings and the probes of a dead worker in a camera's directory."""

    def target(self, camera_id: str, start: datetime) -> Path:
        """The path under which footage that starts at `start` is to land: of that second, or of the next free one."""

    def landing_path(self, target: Path) -> Path:
        """A new path, on the same file system, for the file that is to become `target`."""

    def place(self, landing: Path, target: Path) -> None:
        """Give a finished file its name, at once and whole.

        Raises FileExistsError where the name is taken, and OSError.
        """

    def landed_path(self, camera_id: str, name: str) -> Path:
        """The path where a file that landed under a name should be.

        Raises SiteError for a name that could lead elsewhere.
        """

    async def register(self, landed: LandedRecording) -> None:
        """Tell the recorder of a recording that was placed, where it does not find recordings by itself.

        Raises SiteError.
        """


class Site(Protocol):
    """An open site; whoever opened it closes it."""

    @property
    def id(self) -> str:
        """An identifier of this site that no other site has, and that is stable as long as the site is not moved."""

    @property
    def name(self) -> str:
        """The name that people use for the site."""

    @property
    def cameras(self) -> CameraCatalog:
        """The cameras of the site, to read."""

    @property
    def camera_table(self) -> CameraTable:
        """The cameras of the site, to change."""

    @property
    def gaps(self) -> GapLedger:
        """The gaps of the site."""

    @property
    def archive(self) -> RecordingArchive:
        """The recordings of the site."""

    @property
    def path(self) -> Path:
        """The file or directory by which people know the site."""

    async def data_version(self) -> int:
        """A number that changes when anybody else changes cameras or gaps, or we change a camera. Raises SiteError."""

    async def close(self) -> None:
        """Close the site's files."""
