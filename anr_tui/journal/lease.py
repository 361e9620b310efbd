"""The journal's part about the site's one lease, and the workers that held it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anr_tui.errors import LeaseLostError
from anr_tui.journal import rows as read
from anr_tui.journal.file import SQL, JournalFile
from anr_tui.journal.rows import WorkerRecord
from anr_tui.times import format_stamp


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """Who a worker is. `birth` tells a process from a later one with the same pid; "" where nobody knows."""

    user: str
    host: str
    pid: int
    birth: str
    version: str


class LeaseTable(JournalFile):
    """Who works on the site."""

    async def claim(
        self,
        worker: WorkerIdentity,
        *,
        now: datetime,
        expires_at: datetime,
        starts_paused: bool,
        is_dead: Callable[[str, int, str], bool],
    ) -> int | None:
        """Take the site's lease if it is free, has expired, or `is_dead(host, pid, birth)` says so of its holder.

        Returns the lease (the worker's id), or None while another worker holds it.
        """
        async with self._transaction() as transaction:
            held = await transaction.row(SQL["lease"])
            is_running = held is not None and held["expires_at"] > format_stamp(now)
            if held is not None and is_running and not is_dead(held["host"], held["pid"], held["birth"]):
                return None
            identity = {"user": worker.user, "host": worker.host, "pid": worker.pid, "birth": worker.birth}
            values = {**identity, "version": worker.version, "at": format_stamp(now), "paused": starts_paused}
            lease = await transaction.insert(SQL["add_worker"], values)
            await transaction.write(SQL["take_lease"], {"lease": lease, "expires_at": format_stamp(expires_at)})
            await transaction.write(SQL["reopen_requests"], {"lease": lease})
            return lease

    async def renew(self, lease: int, *, expires_at: datetime) -> None:
        """Keep the lease until then. LeaseLostError where another worker has it."""
        self._check_file()
        await self._write_under(lease, "renew_lease", expires_at=format_stamp(expires_at))

    async def check(self, lease: int) -> None:
        """LeaseLostError where another worker has the lease."""
        self._check_file()
        held = await self._row("lease")
        if held is None or held["worker_id"] != lease:
            raise LeaseLostError("Another worker holds the site now.")

    async def note_worker(
        self, lease: int, *, now: datetime, paused: bool, next_sweep_at: datetime | None, halted: bool = False
    ) -> None:
        """The worker's heartbeat and what it is up to."""
        next_text = format_stamp(next_sweep_at) if next_sweep_at else None
        await self._write_under(
            lease, "note_worker", at=format_stamp(now), paused=paused, halted=halted, next_sweep_at=next_text
        )

    async def give_back(self, lease: int, now: datetime) -> None:
        """End the worker in order: the lease is free at once."""
        await self._write("give_back_lease", lease=lease)
        await self._write("end_worker", lease=lease, at=format_stamp(now))

    async def last_worker(self) -> WorkerRecord | None:
        """The newest worker, with its lease's end if it holds it."""
        row = await self._row("last_worker")
        return read.worker(row) if row else None

    async def first_worker_at(self) -> datetime | None:
        """When the first worker of this journal started."""
        row = await self._row("first_worker")
        return read.worker(row).started_at if row else None
