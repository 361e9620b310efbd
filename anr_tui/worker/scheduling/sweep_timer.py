"""The timer of the sweeps: one each interval, earlier on request, and again soon after a failure."""

import logging
import math
import time
from datetime import datetime, timedelta

from anr_tui.domain.errors import JournalError, SiteError
from anr_tui.domain.timestamps import ceil_second
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.event_log import Topic
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.sweep import Enqueue, sweep
from anr_tui.worker.state import SchedulerState

_FAILED_SWEEP_S = 10.0

_log = logging.getLogger(__name__)


class SweepTimer:
    """The times of a worker's sweeps.

    `due_at` is the next one's, in seconds of the monotonic clock; `failure` is why the last sweep failed.
    """

    def __init__(self, context: WorkerContext, state: SchedulerState, bandwidth: Bandwidth, disk: DiskWatch) -> None:
        self._context = context
        self._state = state
        self._bandwidth = bandwidth
        self._disk = disk
        self.due_at = time.monotonic()
        self.failure: SiteError | JournalError | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next sweep."""
        return time.monotonic() >= self.due_at

    @property
    def next_at(self) -> datetime | None:
        """When the next sweep starts, to the second; None where none is planned."""
        if math.isinf(self.due_at):
            return None
        return ceil_second(self._context.clock() + timedelta(seconds=self.due_at - time.monotonic()))

    def come_now(self) -> None:
        """Let the next sweep start at once."""
        self.due_at = time.monotonic()

    def come_by(self, moment: datetime | None) -> None:
        """Let the next sweep start at `moment` at the latest; None changes nothing."""
        if moment is not None:
            wait_s = max((moment - self._context.clock()).total_seconds(), 0.0)
            self.due_at = min(self.due_at, time.monotonic() + wait_s)

    def end(self) -> None:
        """Plan no sweep any more."""
        self.due_at = math.inf

    async def take(self, enqueue: Enqueue, *, once: bool) -> bool:
        """Sweep unless paused or without bandwidth; returns whether it swept, or never will."""
        context = self._context
        self.due_at = time.monotonic() + context.sweep_interval_s
        if self._state.is_paused or self._bandwidth.is_closed:
            return once
        try:
            next_try_at = await sweep(context, self._state, enqueue, disk_rest_s=self._disk.rest_s)
        except (SiteError, JournalError) as error:
            _log.error("the sweep failed: %s", error)
            await context.events.alarm(Topic.SWEEP, f"The sweep failed: {error}")
            self.failure = error
            next_try_at = context.clock() + timedelta(seconds=_FAILED_SWEEP_S)
        else:
            await context.events.alarm_over(Topic.SWEEP, "The sweep works again.")
            self.failure = None
        self.come_by(next_try_at)
        return True
