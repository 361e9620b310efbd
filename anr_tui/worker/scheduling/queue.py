"""The queue of waiting jobs: their order, why each one waits, and both noted in the journal where they changed."""

import logging
import time
from datetime import timedelta

from anr_tui.domain.errors import JournalError, LeaseLostError
from anr_tui.domain.policy.fill_policy import GlobalHolds, Priority, WaitReason, priority
from anr_tui.domain.timestamps import ceil_second
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.job import Job
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.scheduling.disk_monitor import DiskWatch
from anr_tui.worker.scheduling.session_limits import SessionLimits
from anr_tui.worker.state import SchedulerState

MOST_TOLD = 200
"""How many waiting jobs are noted in the journal; nobody reads further, and each change rewrites them."""

_MINUTE_S = 60.0

_log = logging.getLogger(__name__)


class Queue:
    """The waiting jobs, in the order in which they are taken."""

    def __init__(
        self,
        context: WorkerContext,
        state: SchedulerState,
        session_limits: SessionLimits,
        bandwidth: Bandwidth,
        disk: DiskWatch,
    ) -> None:
        self._context = context
        self._state = state
        self._session_limits = session_limits
        self._bandwidth = bandwidth
        self._disk = disk
        self._told: dict[str, QueueEntry] = {}

    def priority(self, job: Job) -> Priority:
        """The key by which jobs are ordered, the smallest first."""
        return priority(self._context.policy, job.gap, job.camera, job.asked)

    @property
    def gate(self) -> GlobalHolds:
        """What holds back the fills of all cameras now."""
        state = self._state
        return GlobalHolds(
            is_ending=state.lifetime.is_draining,
            is_halted=state.is_halted,
            is_closed=self._bandwidth.is_closed,
            is_paused=state.is_paused,
            is_disk_low=self._disk.rest_s > 0,
        )

    @property
    def jobs(self) -> list[Job]:
        """The waiting jobs, the next one first."""
        return sorted(self._state.waiting.values(), key=self.priority)

    def why(self, job: Job, gate: GlobalHolds, now: float) -> WaitReason | None:
        """Why a job cannot start now, None where it can. `now` is in seconds of the monotonic clock."""
        reason = gate.why(is_asked_for=job.is_asked_for)
        if reason is not None:
            return reason
        if self._state.is_busy(job.camera.id):
            return WaitReason.CAMERA
        return self._session_limits.why_not(job.device, now, asked_for=self.asked_for(job))

    def asked_for(self, job: Job) -> int | None:
        """How many fills that people asked for run, where `job` is such a one; else None."""
        return sum(other.is_asked_for for other in self._state.running.values()) if job.is_asked_for else None

    async def tell(self) -> None:
        """Note in the journal which jobs wait and why, as far as that has changed."""
        entries = {entry.gap_id: entry for entry in [*self._waiting(), *self._left_alone()]}
        changed = [entry for entry in entries.values() if self._told.get(entry.gap_id) != entry]
        gone = self._told.keys() - entries.keys()
        if not changed and not gone:
            return
        try:
            await self._context.journal.queue.update(changed, gone)
        except LeaseLostError:
            return  # the heartbeat notices it, too
        except JournalError as error:
            _log.warning("what waits was not noted: %s", error)
        else:
            self._told = entries

    def _waiting(self) -> list[QueueEntry]:
        gate, now = self.gate, time.monotonic()
        return [
            QueueEntry(job.gap.id, self.why(job, gate, now) or WaitReason.TURN, job.asked)
            for job in self.jobs[:MOST_TOLD]
        ]

    def _left_alone(self) -> list[QueueEntry]:
        """Entries for the gaps that are left alone, with the end of that rounded to the minute.

        It is counted by the monotonic clock, and would otherwise differ a little each time.
        """
        now, clock = time.monotonic(), self._context.clock()
        left_alone = sorted(self._state.left_alone().items(), key=lambda each: each[1])
        entries = []
        for gap_id, at in left_alone[:MOST_TOLD]:
            known = self._told.get(gap_id)
            until = ceil_second(clock + timedelta(seconds=at - now))
            if known is not None and known.until is not None and abs((known.until - until).total_seconds()) < _MINUTE_S:
                until = known.until
            entries.append(QueueEntry(gap_id, WaitReason.LEFT_ALONE, None, until))
        return entries
