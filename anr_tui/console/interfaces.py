"""The protocols through which the console uses the rest of the program: a view of the site, and a start of workers."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
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
"""Starts a worker; called only while none runs. False means that another one was faster. Raises AnrError."""


class Seat(Protocol):
    """This console's entry in the list of consoles that show the site."""

    def take(self) -> None:
        """Register this console, if it is not registered already."""

    def is_last(self) -> bool:
        """Whether no other console shows the site."""


class Requests(Protocol):
    """Sends requests to the worker through the journal. In a read-only view, methods that write raise AnrError."""

    async def ask(
        self,
        kind: RequestKind,
        *,
        gap_id: str | None = None,
        fill_id: int | None = None,
        camera_id: str | None = None,
    ) -> int:
        """Write a request for the worker; returns its id. Raises AnrError."""

    async def ask_all(self, wishes: Sequence[NewRequest]) -> list[int]:
        """Write many requests in one transaction; returns their ids, in this order. Raises AnrError."""

    async def withdraw(self, request_ids: Sequence[int]) -> list[int]:
        """Withdraw requests of ours; returns the ids of those that no worker had taken. Raises AnrError."""

    async def answers(self, request_ids: Collection[int]) -> list[Request]:
        """These requests as they are now, oldest first. Raises AnrError."""


class Lookups(Protocol):
    """Reads what a snapshot does not contain."""

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        """The replay URL and command of a gap; they contain the password only with `reveal`. Raises AnrError."""

    async def filled_of(self, gap_ids: Iterable[str]) -> list[str]:
        """Those of some gaps that are filled by now."""

    async def gap_detail(self, gap_id: str) -> GapDetail:
        """The details of one gap. Raises AnrError."""

    async def diagnosis(self, camera_id: str) -> Diagnosis:
        """The newest diagnosis of a camera, with the checks so far. Raises AnrError."""

    async def frames(self, file: LandedRecord, *, is_large: bool = False) -> tuple[Frame, ...]:
        """The first, middle and last frame of a landed file; large ones are for terminals that show pixels.

        Raises AnrError where the file shows nothing.
        """

    def landed_path(self, file: LandedRecord) -> Path:
        """The path where a landed file should be. Raises AnrError where it would lie outside the recordings."""

    def log_path(self, fill: Fill) -> Path:
        """The path of a fill's log; the file need not exist."""

    def about(self) -> About:
        """The paths of the site's files, and this console's settings."""


class Cameras(Protocol):
    """Adds and changes cameras. In a read-only view, both methods raise AnrError."""

    async def draft(self, camera_id: str | None) -> Draft:
        """The initial values of a camera form: those of the stored camera, or of a new one for None.

        Raises AnrError.
        """

    async def save(self, draft: Draft, values: CameraValues, *, even_if_foreign: bool = False) -> SavedCamera:
        """Write the values of a form; into another program's database only with `even_if_foreign`. Raises AnrError."""


class View(Protocol):
    """What the console reads and writes of a site; if `is_read_only`, it sends no request and shows no password."""

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is written: no request, no camera; and no password is shown."""

    @property
    def requests(self) -> Requests:
        """The requests to the worker."""

    @property
    def lookups(self) -> Lookups:
        """Reads of what a snapshot does not contain."""

    @property
    def cameras(self) -> Cameras:
        """Adding and changing cameras."""

    async def read(self) -> Snapshot | None:
        """The snapshot of this moment, or None where nothing changed since the last call. Raises AnrError."""

    def look_back(self, span: timedelta) -> None:
        """Include a timeline of this span in the snapshots from now on."""

    async def stats(self, zone: tzinfo, days: int) -> Stats:
        """The statistics of the last `days` days of a zone; a large site takes seconds. Raises AnrError."""
