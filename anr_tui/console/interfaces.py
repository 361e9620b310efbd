"""What the console needs from outside: a view of the site, and somebody who can start a worker."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol

from anr_tui.domain.fill import Fill
from anr_tui.domain.request import NewRequest, Request, RequestKind
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.interface import CameraValues
from anr_tui.view.about import About
from anr_tui.view.camera.diagnosis import Diagnosis
from anr_tui.view.camera.edit import SavedCamera
from anr_tui.view.camera.fields import Draft
from anr_tui.view.gap.detail import GapDetail
from anr_tui.view.gap.frames import Frame
from anr_tui.view.reports.stats import Stats
from anr_tui.view.snapshot.snapshot import Snapshot, UrlPreview

Clock = Callable[[], datetime]

StartWorker = Callable[[], Awaitable[bool]]
"""Starts a worker; called only while none runs. False: another was faster. Raises AnrError where that fails."""


class Seat(Protocol):
    """This console's entry among the consoles that show the site."""

    def take(self) -> None:
        """Register this console, or make sure that it is registered."""

    def is_last(self) -> bool:
        """Whether no other console shows the site."""


class Requests(Protocol):
    """Asks the worker, through the journal. Where the view is read-only, what writes raises AnrError."""

    async def ask(
        self,
        kind: RequestKind,
        *,
        gap_id: str | None = None,
        fill_id: int | None = None,
        camera_id: str | None = None,
    ) -> int:
        """Write a request for the worker; the answer is the request's id. Raises AnrError."""

    async def ask_all(self, wishes: Sequence[NewRequest]) -> list[int]:
        """Write many requests in one transaction; the answer is their ids, in this order. Raises AnrError."""

    async def withdraw(self, request_ids: Sequence[int]) -> list[int]:
        """Take back what we asked; the answer are the ids of those that no worker had taken. Raises AnrError."""

    async def answers(self, request_ids: Collection[int]) -> list[Request]:
        """These requests as they are now, oldest first. Raises AnrError."""


class Lookups(Protocol):
    """Reads what a snapshot does not have."""

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        """How the gap would be asked for; only with `reveal` with its password. Raises AnrError."""

    async def gap_detail(self, gap_id: str) -> GapDetail:
        """All there is to know about one gap. Raises AnrError."""

    async def diagnosis(self, camera_id: str) -> Diagnosis:
        """The newest diagnosis of a camera, as far as it has come. Raises AnrError."""

    async def frames(self, file: LandedRecord, *, is_large: bool = False) -> tuple[Frame, ...]:
        """The first, the middle and the last frame of a landed file; large ones are for terminals that show pixels.

        Raises AnrError where it shows nothing.
        """

    def landed_path(self, file: LandedRecord) -> Path:
        """Where a landed file should be. Raises AnrError for one that could lie anywhere else."""

    def log_path(self, fill: Fill) -> Path:
        """Where the fill's log is; the file need not exist (yet)."""

    def about(self) -> About:
        """Where the site's files are, and this console's settings."""


class Cameras(Protocol):
    """Adds and changes cameras. Where the view is read-only, both methods raise AnrError."""

    async def draft(self, camera_id: str | None) -> Draft:
        """What the form of a camera begins with; None: of a new one. Raises AnrError."""

    async def save(self, draft: Draft, values: CameraValues, *, even_if_foreign: bool = False) -> SavedCamera:
        """Write what the form holds, into another program's database only where told so. Raises AnrError."""


class View(Protocol):
    """All that the console reads and writes of a site; with `is_read_only` nothing is asked and no password shown."""

    @property
    def is_read_only(self) -> bool: ...

    @property
    def requests(self) -> Requests: ...

    @property
    def lookups(self) -> Lookups: ...

    @property
    def cameras(self) -> Cameras: ...

    async def read(self) -> Snapshot | None:
        """What is there now, or None where nothing changed since the last read. Raises AnrError."""

    def look_back(self, span: timedelta) -> None:
        """Let snapshots have a timeline of this span from now on."""

    async def stats(self, zone: tzinfo, days: int) -> Stats:
        """The figures of the last `days` days of a zone; a large site takes seconds. Raises AnrError."""
