"""The context of a worker, which never changes, and the interface to its scheduler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol, TypeVar

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import JournalError, SiteLockedError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.site import KeptPartLimits, SitePaths
from anr_tui.domain.request import Request
from anr_tui.fill.piece.context import FillContext
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.interface import Site
from anr_tui.worker.event_log import Events
from anr_tui.worker.job import Job
from anr_tui.worker.state import SchedulerState

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
# How often a worker that is ending tries a locked database.
_LAST_TRIES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """Everything that a worker works with from its start to its end.

    `tools` is what all of its fills share. It sweeps every `sweep_interval_s` seconds. It keeps finished records for
    `keep_days` days, and at most `keep_logs_mb` megabytes of fill logs; `kept_part_limits` bound parts without a place.
    """

    site: Site
    journal: LeasedJournal
    paths: SitePaths
    tools: FillContext
    sweep_interval_s: int
    keep_days: int
    keep_logs_mb: int
    kept_part_limits: KeptPartLimits
    events: Events
    random: Random
    started_at: datetime

    @property
    def policy(self) -> FillPolicy:
        """The policy by which the worker picks gaps and fetches them."""
        return self.tools.policy

    @property
    def clock(self) -> Callable[[], datetime]:
        """The wall clock, in UTC."""
        return self.tools.clock


class SchedulerPort(Protocol):
    """The scheduler as the other parts of a worker use it."""

    @property
    def next_sweep_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None while none is planned."""

    def wake(self) -> None:
        """Make the scheduler look at what has changed."""

    def sweep_now(self) -> None:
        """Let the next sweep start at once."""

    def halt(self, is_halted: bool) -> None:
        """Stop all reading from cameras at once, or let it continue."""

    def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        """Put a gap into the queue and return its job.

        A job of the gap that waits or runs already is joined, unless it is being stopped. `asked_by` names who wants
        it, `request` is the id of a person's request.
        """

    def drop_jobs_of(self, camera: Camera, memory: CameraMemory, now: datetime) -> list[Job]:
        """Take the jobs out of the queue for which a camera that is set aside must not be asked; returns these jobs."""

    def diagnose(self, camera: Camera, request: Request) -> None:
        """Start a diagnosis of a camera. Raises AnrError while another diagnosis of it is open."""

    def place(self, camera: Camera, request: Request) -> None:
        """Start to place a kept part by hand. Raises AnrError while anything else works in the camera's directory."""

    def cancel_diagnosis(self, camera_id: str, stopped_by: str) -> str:
        """Stop the diagnosis of a camera; returns the answer for who asked. Raises AnrError where none runs."""

    def take_spare_session(self, device: str) -> bool:
        """Take one more session on a device (`host:port`); False where none is free, or somebody waits for it."""

    def give_back_session(self, device: str) -> None:
        """End a session that a fill had beside its first."""

    def lower_sessions(self, device: str) -> None:
        """Allow one session less on a device that refused a further one as busy."""


async def persist(state: SchedulerState, step: Callable[[], Awaitable[T]]) -> T:
    """Repeat a step until the databases accept it, and return its result.

    Only a worker that is ending gives up after a few tries, and raises JournalError or SiteLockedError.
    """
    tries = 0
    while True:
        try:
            return await step()
        except (JournalError, SiteLockedError) as error:
            tries += 1
            if state.is_ending and tries >= _LAST_TRIES:
                raise
            _log.warning("tried again: %s", error)
            await asyncio.sleep(_AGAIN_S)
