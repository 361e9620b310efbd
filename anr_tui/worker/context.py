"""What the parts of a worker are given: its context, which never changes, and what they may ask of the scheduler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol, TypeVar

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import JournalError, SiteLockedError
from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.request import Request
from anr_tui.domain.site import KeptPartLimits, SitePaths
from anr_tui.fill.piece import FillContext
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.interface import Site
from anr_tui.worker.event_log import Events
from anr_tui.worker.job import Job
from anr_tui.worker.state import SchedulerState

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
# A worker that ends waits for a locked database only so often.
_LAST_TRIES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a worker works with, from its start to its end. `tools` is what all of its fills share.

    It sweeps every `sweep_interval_s` seconds. It keeps for `keep_days` days what has ended, and of the logs of fills
    at most `keep_logs_mb` megabytes; `kept_part_limits` are those of parts without a place.
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
        """By what it picks gaps and fetches them."""
        return self.tools.policy

    @property
    def clock(self) -> Callable[[], datetime]:
        """The wall clock."""
        return self.tools.clock


class SchedulerPort(Protocol):
    """What the parts of a worker may ask of its scheduler."""

    @property
    def next_sweep_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None while there is none to come."""

    def wake(self) -> None:
        """Look again at what has changed."""

    def sweep_now(self) -> None:
        """Let the next sweep start at once."""

    def halt(self, is_halted: bool) -> None:
        """Stop all reading from cameras at once, or let it go on."""

    def enqueue(self, gap: RecordingGap, camera: Camera, asked_by: str, request: int | None = None) -> Job:
        """Put a gap into the queue; one that waits or runs already is joined, unless it is being stopped."""

    def drop_jobs_of(self, camera: Camera, memory: CameraMemory, now: datetime) -> list[Job]:
        """Take what a camera that was set aside must not be asked for out of the queue; returns that."""

    def diagnose(self, camera: Camera, request: Request) -> None:
        """Start a diagnosis of a camera. AnrError while another one of it is not over."""

    def cancel_diagnosis(self, camera_id: str, stopped_by: str) -> str:
        """Stop the diagnosis of a camera; returns what is said. AnrError where none runs."""

    def take_spare_session(self, device: str) -> bool:
        """Take one more session on a device (`host:port`) whose sessions nobody waits for."""

    def give_back_session(self, device: str) -> None:
        """End a session that a fill had beside its first."""

    def lower_sessions(self, device: str) -> None:
        """Take one session less from now on on a device that was busy for a further one."""


async def persist(state: SchedulerState, step: Callable[[], Awaitable[T]]) -> T:
    """Do a step until the databases let it; only a worker that ends gives up (JournalError, SiteLockedError)."""
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
