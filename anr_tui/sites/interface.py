"""What the rest of the program knows of a site, whatever recorder it has: its cameras, its gaps and its recordings.

A site is opened by `anr_tui.sites.open_site`, and by nothing else. Each kind has a package of its own beside this
module; `tests/sites/test_conformance.py` is what every kind must pass.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.domain.gap import GapCount, RecordingGap
from anr_tui.domain.window import Window
from anr_tui.sites.rows import Rows

SWEEP_LIMIT = 20
"""So many gaps one sweep takes at most, unless it is told otherwise."""

Recording = tuple[datetime, Path]
"""A recording's first second (UTC) and its file."""


@dataclass(frozen=True, slots=True)
class CameraValues:
    """What a person sets of a camera, as its row has it; a `password` of None leaves the one that is there."""

    name: str
    vendor: str
    address: str | None
    rtsp_port: int
    username: str | None
    password: SecretStr | None
    anr_enabled: bool
    replay_url_template: SecretStr | None


@dataclass(frozen=True, slots=True)
class StorageUse:
    """What the recorder counts of all recordings and of one camera's; `quota_bytes` 0: none of its own."""

    total_bytes: int
    total_oldest: datetime | None
    camera_bytes: int
    camera_oldest: datetime | None
    quota_bytes: int


@dataclass(frozen=True, slots=True)
class LandedRecording:
    """A recording that a fill has put in its place: whose it is, where it lies, what time it covers."""

    camera_id: str
    path: Path
    window: Window
    size_bytes: int


class CameraCatalog(Protocol):
    """The cameras of a site. Every call raises SiteError, in a sentence, where the site cannot be read."""

    async def all(self) -> Rows[Camera]:
        """All cameras, by name; one that cannot be read hides no other, and leaves a sentence."""

    async def camera(self, camera_id: str) -> Camera | None:
        """One camera; None where there is none of that id, or it cannot be read."""

    async def time_zone(self) -> str:
        """The name of the zone in which the site's people live, "" where that is not known."""


class CameraTable(Protocol):
    """Where a person adds and changes cameras; in a site that is not ours only `even_if_foreign`.

    The changes raise SiteError, in a sentence, where the camera may not or cannot be written; nothing was then.
    """

    async def is_ours(self) -> bool:
        """Whether this program made the place where cameras are kept, and no other has taken it over since."""

    async def add(self, values: CameraValues, at: datetime, *, even_if_foreign: bool = False) -> str:
        """Add a camera; returns its id, which is made of its name. `at` is our UTC time."""

    async def change(
        self, camera_id: str, seen: str, values: CameraValues, at: datetime, *, even_if_foreign: bool = False
    ) -> None:
        """Change a camera whose `updated_at` was `seen` when the person saw it. `at` is our UTC time."""


class GapLedger(Protocol):
    """The gaps of a site and how far each has come. Every call raises SiteError where the ledger cannot be used."""

    async def all(self, camera_id: str | None = None) -> Rows[RecordingGap]:
        """All gaps (of one camera), newest first; one that cannot be read hides no other, and leaves a sentence."""

    async def reread(self) -> Rows[RecordingGap]:
        """All gaps, for whoever asks again and again: what has not changed since the last time is the same object."""

    async def gap(self, gap_id: str) -> RecordingGap | None:
        """One gap, None where there is none; SiteError where it cannot be read."""

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

        These are pending, have attempts left, have settled, are not too old, and belong to cameras with ANR on that
        keep their footage for longer.
        """

    async def counts(self) -> list[GapCount]:
        """How many gaps of each camera and state there are, and how many seconds they last in all."""

    async def failed_ids(self) -> list[str]:
        """The gaps that were given up, newest first."""

    async def mark_filled(self, gap: RecordingGap, at: datetime) -> bool:
        """Note that a gap is filled; one attempt more. False: it is gone, or has another start or end by now."""

    async def mark_attempt(self, gap: RecordingGap, at: datetime, max_attempts: int) -> bool:
        """Count a failed attempt; at the maximum the gap becomes `failed`.

        False: it is gone, or filled, or has another start or end by now.
        """

    async def retry(self, gap_id: str, *, asked_by: str, at: datetime) -> bool:
        """Put a gap back to `pending` with no attempts made. `asked_by` is who wanted it. False: it is gone."""


class SegmentList(Protocol):
    """What a recorder itself lists of its recordings."""

    async def usage(self, camera_id: str) -> StorageUse | None:
        """What the recordings take up in bytes; None for a site that does not count."""

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """What a camera's recordings that start at `since` or later hold, ordered; None where that is not known now."""


class RecordingArchive(SegmentList, Protocol):
    """The recordings of a site as files. Only here it is known where they lie and what they are called.

    Calls that are not `async` may read the disk: call them in a thread. Those that take a camera's id raise SiteError,
    in a sentence that names it, for an id that cannot be a directory's name.
    """

    @property
    def root(self) -> Path:
        """The directory with all recordings; where its disk is not mounted, it is not there."""

    def directory(self, camera_id: str) -> Path:
        """The directory where a camera's recordings land; it need not exist."""

    def held(self, camera_id: str, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings hold, ordered. SiteError where they cannot be looked at."""

    def held_by_each(self, camera_id: str, window: Window) -> list[Window]:
        """What each readable recording holds of `window`, by start: they may overlap. SiteError as `held`."""

    def newest(self, camera_id: str, before: datetime, most: int) -> list[Recording]:
        """At most `most` recordings that start before a time, the newest first."""

    def length_s(self, path: Path) -> float | None:
        """The length of a recording in seconds; None where it cannot be read."""

    def free_bytes(self) -> int | None:
        """Free bytes on the disk with the recordings; None where that cannot be seen."""

    def part_path(self, camera_id: str, start: datetime) -> Path:
        """A new name for footage from `start` on until it lands; the recorder passes such names over."""

    def probe_path(self, camera_id: str, start: datetime) -> Path:
        """A new name for a short look at a camera's footage; it never lands."""

    def parts(self, camera_id: str) -> list[Recording]:
        """The part files in a camera's directory, with the moments from which they were asked for."""

    def part_note(self, part: Path) -> Path:
        """The name of the file in which it is noted what is known of a part file; the recorder passes it over."""

    def noted_parts(self, camera_id: str) -> list[Path]:
        """The part files of a camera of which there is a note, by name; the file itself may be gone."""

    def scraps(self, camera_id: str) -> list[Path]:
        """What a dead worker was making in a camera's directory, and what it fetched only to look at."""

    def target(self, camera_id: str, start: datetime) -> Path:
        """The name under which footage that starts at `start` is to land; the next second's where that is taken."""

    def landing_path(self, target: Path) -> Path:
        """A new name, on the same file system, for what is to become `target`."""

    def place(self, landing: Path, target: Path) -> None:
        """Give a finished file its name, at once and whole. FileExistsError where the name is taken; OSError."""

    def landed_path(self, camera_id: str, name: str) -> Path:
        """Where a file that landed under a name should be. SiteError for a name that could lead anywhere else."""

    async def register(self, landed: LandedRecording) -> None:
        """Tell the recorder of a recording that was placed, where it does not find it by itself."""


class Site(Protocol):
    """An open site. `path` is the file or directory by which its people know it.

    Whoever opened it closes it.
    """

    @property
    def id(self) -> str:
        """What tells this site from all others; it stays the same for as long as the site lies where it lies."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def cameras(self) -> CameraCatalog:
        """Its cameras, to read."""

    @property
    def camera_table(self) -> CameraTable:
        """Its cameras, to change."""

    @property
    def gaps(self) -> GapLedger:
        """Its gaps."""

    @property
    def archive(self) -> RecordingArchive:
        """Its recordings."""

    @property
    def path(self) -> Path:
        """The file or directory by which people know the site."""

    async def data_version(self) -> int:
        """A number that changes when cameras or gaps have changed by anybody else, or a camera by us. SiteError."""

    async def close(self) -> None:
        """Close its files."""
