"""The changing state of a worker: its lifetime, its queue and running fills, and its counters. No I/O."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from anr_tui.config.setting_types import Linger
from anr_tui.domain.errors import AnrError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.worker.job import Job


class WorkerLifetime:
    """A worker's lifetime, and whether it continues, drains (finishes running fills, starts none, then ends) or ends.

    It drains while no console is open, and continues when one comes back before it has ended. It also drains after it
    was asked to, until somebody asks for work (fill, retry, sweep) or asks it to stay.
    """

    def __init__(self, lifetime: Lifetime = Lifetime.SERVICE, linger: Linger = "fills") -> None:
        self.lifetime = lifetime
        self.linger = linger
        self.is_asked_to_drain = False
        self.is_deserted = False
        self.ending = asyncio.Event()

    @property
    def is_draining(self) -> bool:
        """Whether no fill is started any more, and the worker ends after the last one."""
        return self.is_asked_to_drain or self.is_deserted

    def keep(self) -> None:
        """Continue without a console."""
        self.lifetime = Lifetime.STAY
        self.is_asked_to_drain = self.is_deserted = False

    def check_is_no_service(self) -> None:
        """Raise AnrError where only signals may end the worker."""
        if self.lifetime is Lifetime.SERVICE:
            raise AnrError("This worker is a service.", "Stop it with `systemctl stop`, or where it was started.")


@dataclass(slots=True)
class Counters:
    """What this worker has done since it began: ended fills by outcome, landed footage in seconds and bytes."""

    ended: Counter[Outcome] = field(default_factory=Counter)
    recovered_s: float = 0.0
    recovered_bytes: int = 0

    def note_landed(self, seconds: float, size_bytes: int) -> None:
        """Count a landed file."""
        self.recovered_s += seconds
        self.recovered_bytes += size_bytes


@dataclass(slots=True)
class SchedulerState:
    """The state of a worker's scheduler. Jobs are kept by gap id.

    `being_cleared` are the cameras whose directories are still cleared of a dead worker's files, by id.
    `left_alone_until` holds the gaps that sweeps leave out for a while, until a time in seconds of the monotonic clock.
    `placing` are the ids of the cameras of which a kept part is being placed by hand.
    """

    is_paused: bool = False
    is_halted: bool = False
    is_ending: bool = False
    swept_at: datetime | None = None
    lifetime: WorkerLifetime = field(default_factory=WorkerLifetime)
    waiting: dict[str, Job] = field(default_factory=dict)
    running: dict[str, Job] = field(default_factory=dict)
    placing: set[str] = field(default_factory=set)
    left_alone_until: dict[str, float] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    being_cleared: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    def is_busy(self, camera_id: str) -> bool:
        """Whether anything works in a camera's directory now: two fills there would take over each other's parts."""
        is_held = camera_id in self.placing or camera_id in self.being_cleared
        return is_held or any(job.camera.id == camera_id for job in self.running.values())

    def leave_alone(self, gap_id: str, seconds: float) -> None:
        """Let no sweep take a gap for so many seconds."""
        self.left_alone_until[gap_id] = time.monotonic() + seconds

    def left_alone(self) -> dict[str, float]:
        """The gaps that sweeps leave out now, and until when in seconds of the monotonic clock."""
        now = time.monotonic()
        self.left_alone_until = {gap: until for gap, until in self.left_alone_until.items() if until > now}
        return self.left_alone_until

    def bring_forward(self, job: Job) -> None:
        """Make a job the next one that is taken."""
        positions = [other.asked for other in self.waiting.values() if other.asked is not None]
        job.first = min([*positions, 0.0]) - 1.0
