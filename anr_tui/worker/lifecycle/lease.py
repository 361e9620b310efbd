"""The site's lease as a worker holds it: waited for, renewed by a heartbeat, and given up before another may take it.

Time is counted by the monotonic clock of whoever waits or holds, so setting a clock changes nothing. That clock stands
still while the machine is suspended, for holder and candidates alike: SQLite's WAL, which the journal needs, can be
shared only by processes of one machine (https://www.sqlite.org/wal.html).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from anr_tui.domain.errors import JournalError, SiteTakenError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.lease import HeldLease, OwnLease
from anr_tui.worker.context import SchedulerPort, WorkerContext
from anr_tui.worker.lifecycle.identity import is_dead, own_identity
from anr_tui.worker.state import SchedulerState

LEASE_S = 10.0
HEARTBEAT_S = 2.0
# A holder gives up LEASE_S after the start of its last renewal, and others see that renewal later than it began.
LAPSES_AFTER_S = LEASE_S + 1.0
_LOOK_S = 1.0
_AGAIN_S = 1.0
_ONE_PER_SITE = "A site has one worker, so this one ends. With --wait it waits until the other ends."

_log = logging.getLogger(__name__)


async def take_lease(
    journal: Journal,
    stop: asyncio.Event,
    *,
    starts_paused: bool,
    lifetime: Lifetime,
    waits: bool,
    on_standby: Callable[[str], None] = lambda _: None,
) -> int | None:
    """Take the site's lease and return its id; None where `stop` was set before.

    While another worker keeps the lease, it stands by with `waits`, and else raises SiteTakenError. A worker that keeps
    the lease is recognised by its renewals, which takes a heartbeat. A worker that stops renewing loses it after
    LAPSES_AFTER_S seconds, one whose process is gone at once. `on_standby` is called with the holder after every
    successful look. Raises JournalError unless it stands by.
    """
    watch = _Watch()
    stands_by = False
    holder = ""
    while not stop.is_set():
        try:
            if await watch.sees_none(journal):
                now = now_utc()
                lease = await journal.lease.claim(
                    own_identity(),
                    now=now,
                    expires_at=now + timedelta(seconds=LEASE_S),
                    starts_paused=starts_paused,
                    is_dead=watch.takes_for_dead,
                    lifetime=lifetime,
                )
                if lease is not None:
                    return lease
            if watch.saw_renewal and not stands_by:
                holder = await _holder(journal)
                if not waits:
                    raise SiteTakenError(f"A worker for this site runs already ({holder}).", _ONE_PER_SITE)
                _log.info("standing by: %s holds the site", holder)
                stands_by = True
            if stands_by:
                on_standby(holder)
        except JournalError as error:
            if not stands_by:
                raise
            _log.warning("still standing by: %s", error)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await stop.wait()
    return None


async def keep_lease(
    context: WorkerContext, state: SchedulerState, port: SchedulerPort, on_kept: Callable[[], None] = lambda: None
) -> None:
    """Renew the lease until cancelled, and call `on_kept` each time.

    Raises LeaseLostError where another worker has it.
    """
    while True:
        try:
            await context.journal.lease.renew(expires_at=context.clock() + timedelta(seconds=LEASE_S))
            await note_state(context, state, port)
        except JournalError as error:
            _log.warning("the lease could not be renewed: %s", error)
            await asyncio.sleep(_AGAIN_S)
        else:
            on_kept()
            await asyncio.sleep(HEARTBEAT_S)


async def note_state(context: WorkerContext, state: SchedulerState, port: SchedulerPort) -> None:
    """Note in the journal that the worker lives, and its state.

    Raises LeaseLostError where another worker has the site.
    """
    await context.journal.lease.note_state(
        now=context.clock(),
        paused=state.is_paused,
        halted=state.is_halted,
        next_sweep_at=port.next_sweep_at,
    )


async def give_up_in_time(lease: OwnLease) -> None:
    """Raise LeaseLostError as soon as the lease was not renewed in time, also while a renewal hangs."""
    while (left_s := lease.timer.left_s) > 0:
        await asyncio.sleep(left_s)
    lease.timer.check()


class _Watch:
    """Watches another worker's lease for renewals."""

    def __init__(self) -> None:
        self.saw_renewal = False
        self._seen: HeldLease | None = None
        self._since = time.monotonic()

    async def sees_none(self, journal: Journal) -> bool:
        """Whether nobody holds the site, or only a worker that counts as dead. Reading this locks nobody out."""
        held = await journal.lease.holder()
        return held is None or self.takes_for_dead(held)

    def takes_for_dead(self, held: HeldLease) -> bool:
        """Whether the holder is provably gone, or has not renewed the lease for too long."""
        if held != self._seen:
            self.saw_renewal = self._seen is not None
            self._seen, self._since = held, time.monotonic()
        return is_dead(held.host, held.pid, held.birth) or time.monotonic() - self._since >= LAPSES_AFTER_S


async def _holder(journal: Journal) -> str:
    holder = await journal.lease.last_worker()
    return f"{holder.user}@{holder.host}, process {holder.pid}" if holder else "another one"
