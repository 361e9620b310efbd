"""The journal's tables of the site's lease, and of the workers that held it.

No time of one process is compared with the clock of another, since either clock may be set at any moment. The holder
counts from the start of its last renewal, by the monotonic clock; a candidate watches for renewals.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.events import note_event
from anr_tui.journal.tables.rows import WorkerRecord


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """The identity of a worker.

    `birth` distinguishes its process from a later one with the same pid; "" where it is not known.
    """

    user: str
    host: str
    pid: int
    birth: str
    version: str


@dataclass(frozen=True, slots=True)
class HeldLease:
    """The lease as it is held; each renewal makes another value. `birth` is as in WorkerIdentity."""

    worker_id: int
    host: str
    pid: int
    birth: str
    expires_at: str


class LeaseTimer:
    """The time for which our lease is still valid, by the monotonic clock.

    Without a lease of ours it never runs out.
    """

    def __init__(self) -> None:
        self._lasts_s = math.inf
        self._kept_until = math.inf

    def start(self, began: float, lasts_s: float) -> None:
        """Note that the lease was taken for `lasts_s` seconds from `began`, in seconds of the monotonic clock."""
        self._lasts_s = lasts_s
        self._kept_until = began + lasts_s

    def renew(self, began: float) -> None:
        """Note that the lease was renewed at `began`, for as long as before."""
        self._kept_until = began + self._lasts_s

    @property
    def left_s(self) -> float:
        """For how many seconds the lease is still valid; 0 or less where it has run out."""
        return self._kept_until - time.monotonic()

    def check(self) -> None:
        """Raise LeaseLostError where the lease was not renewed in time, so that another worker may have it."""
        if self.left_s <= 0:
            raise LeaseLostError(
                f"The lease was not renewed for {self._lasts_s:.0f} s: another worker may hold the site now.",
                "What arrived is kept. If it happens again, look for what locks or slows the journal's disk.",
            )


class LeaseTable:
    """Reads and claims the site's lease."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self.timer = LeaseTimer()

    async def holder(self) -> HeldLease | None:
        """The lease as somebody holds it, None where nobody does."""
        row = await self._file.row("lease")
        return HeldLease(**dict(row)) if row else None

    async def claim(
        self,
        worker: WorkerIdentity,
        *,
        now: datetime,
        expires_at: datetime,
        starts_paused: bool,
        is_dead: Callable[[HeldLease], bool],
        lifetime: Lifetime = Lifetime.SERVICE,
    ) -> int | None:
        """Take the site's lease if it is free, or if `is_dead` says so of its holder.

        Returns the lease (the worker's id), or None while another worker holds it.
        """
        began = time.monotonic()
        self._file.check_file()  # the worker of a journal that took this one's place may hold the site
        async with self._file.transaction() as transaction:
            held = await transaction.row(SQL["lease"])
            if held is not None and not is_dead(HeldLease(**dict(held))):
                return None
            identity = {"user": worker.user, "host": worker.host, "pid": worker.pid, "birth": worker.birth}
            stay = {"lifetime": lifetime, "paused": starts_paused}
            values = {**identity, **stay, "version": worker.version, "at": format_stamp(now)}
            lease = await transaction.insert(SQL["add_worker"], values)
            await transaction.write(SQL["take_lease"], {"lease": lease, "expires_at": format_stamp(expires_at)})
            await transaction.write(SQL["drop_lifetime_requests"], {"at": format_stamp(now)})
            await transaction.write(SQL["reopen_requests"], {"lease": lease})
            kind = EventKind.WORKER_STARTED if held is None else EventKind.WORKER_TOOK_OVER
            begins = "started" if held is None else "took over from a worker that was lost"
            words = f"Worker process {worker.pid} {begins}{', paused' if starts_paused else ''}."
            await note_event(transaction, kind, words, who=f"{worker.user}@{worker.host}", now=now)
        self.timer.start(began, (expires_at - now).total_seconds())
        return lease

    async def last_worker(self) -> WorkerRecord | None:
        """The newest worker, with the end of its lease if it holds one; None where there was none."""
        return next(iter(await self._file.values(read.worker, "last_worker")), None)

    async def first_worker_at(self) -> datetime | None:
        """When the first worker of this journal started, None where there was none."""
        first = await self._file.values(read.worker, "first_worker")
        return first[0].started_at if first else None


class OwnLease:
    """The site's lease for the worker that took it, and the state that this worker writes about itself."""

    def __init__(self, file: JournalFile, lease: int, timer: LeaseTimer) -> None:
        self._file = file
        self._lease = lease
        self.timer = timer

    async def renew(self, *, expires_at: datetime) -> None:
        """Renew the lease until `expires_at`. Raises LeaseLostError where another worker has it."""
        began = time.monotonic()
        self._file.check_file()
        await self._file.write_under(self._lease, "renew_lease", expires_at=format_stamp(expires_at))
        self.timer.renew(began)

    async def check(self) -> None:
        """Raise LeaseLostError where another worker has the lease, or may have it since we did not renew it in time."""
        self._file.check_file()
        held = await self._file.row("lease")
        if held is None or held["worker_id"] != self._lease:
            raise LeaseLostError("Another worker holds the site now.")
        self.timer.check()

    async def note_state(
        self, *, now: datetime, paused: bool, next_sweep_at: datetime | None, halted: bool = False
    ) -> None:
        """Write the worker's heartbeat and state. Raises LeaseLostError."""
        next_text = format_stamp(next_sweep_at) if next_sweep_at else None
        await self._file.write_under(
            self._lease, "note_worker", at=format_stamp(now), paused=paused, halted=halted, next_sweep_at=next_text
        )

    async def note_lifetime(self, lifetime: Lifetime) -> None:
        """Write for how long the worker will stay. Raises LeaseLostError."""
        await self._file.write_under(self._lease, "note_lifetime", lifetime=lifetime)

    async def give_back(self, now: datetime) -> None:
        """Free the lease, and write the end of the worker."""
        if self._file.is_outdated:
            return  # the lease is gone with the file
        await self._file.write("give_back_lease", lease=self._lease)
        await self._file.write("end_worker", lease=self._lease, at=format_stamp(now))
