"""When the worker sweeps: every interval, earlier where something asks for it, and again soon after one that failed."""

import logging
import math
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from anr_tui.domain.errors import JournalError, SiteError
from anr_tui.domain.timestamps import ceil_second
from anr_tui.worker.reporting.event_log import Topic
from anr_tui.worker.scheduling.sweep import sweep

if TYPE_CHECKING:
    from anr_tui.worker.scheduler import Worker

_FAILED_SWEEP_S = 10.0

_log = logging.getLogger(__name__)


class SweepTimer:
    """A worker's sweeps. `due_at` is the next one's, by the monotonic clock; `failure` is why the last one failed."""

    def __init__(self, worker: "Worker") -> None:
        self._worker = worker
        self.due_at = time.monotonic()
        self.failure: SiteError | JournalError | None = None

    @property
    def is_due(self) -> bool:
        """Whether its time has come."""
        return time.monotonic() >= self.due_at

    @property
    def next_at(self) -> datetime | None:
        """When the next one starts, to the second; None where none is to come."""
        if math.isinf(self.due_at):
            return None
        return ceil_second(self._worker.clock() + timedelta(seconds=self.due_at - time.monotonic()))

    def come_now(self) -> None:
        """Let the next one start at once."""
        self.due_at = time.monotonic()
        self._worker.look_again()

    def come_by(self, moment: datetime | None) -> None:
        """Let the next one start no later than this."""
        if moment is not None:
            wait_s = max((moment - self._worker.clock()).total_seconds(), 0.0)
            self.due_at = min(self.due_at, time.monotonic() + wait_s)

    def end(self) -> None:
        """Let none come any more."""
        self.due_at = math.inf

    async def take(self, *, once: bool) -> bool:
        """Sweep unless paused or closed; returns whether it did, or never will."""
        worker = self._worker
        self.due_at = time.monotonic() + worker.settings.heldar_anr_interval_s
        if worker.is_paused or worker.bandwidth.is_closed:
            return once
        try:
            next_try_at = await sweep(worker)
        except (SiteError, JournalError) as error:
            _log.error("the sweep failed: %s", error)
            await worker.events.alarm(Topic.SWEEP, f"The sweep failed: {error}")
            self.failure = error
            next_try_at = worker.clock() + timedelta(seconds=_FAILED_SWEEP_S)
        else:
            await worker.events.alarm_over(Topic.SWEEP, "The sweep works again.")
            self.failure = None
        self.come_by(next_try_at)
        return True
