"""What tests write into a journal: a gap, a fill's progress, a file that landed; and a worker's lease of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.window import Window
from anr_tui.journal.journal import FillProgress, Journal, WorkerIdentity
from anr_tui.journal.tables.lease import HeldLease
from anr_tui.journal.tables.rows import LandedRecord
from tests.heldar_site import IDENTITY

NOW = datetime(2026, 6, 13, 12, 0, 0, 250_000, tzinfo=UTC)
LEASE = timedelta(seconds=10)
WINDOW = Window(NOW - timedelta(minutes=10), NOW)
GAP = RecordingGap("gap_1", "gate", WINDOW, 600, FillState.PENDING, 0, None, None)
HALF_WAY = FillProgress(Phase.FETCHING, wanted_s=600, got_s=300.5, size_bytes=7, speed=38.5, pieces=2, pieces_landed=1)


async def claim(
    journal: Journal,
    now: datetime = NOW,
    *,
    worker: WorkerIdentity = IDENTITY,
    is_dead: Callable[[HeldLease], bool] = lambda _: False,
) -> int | None:
    """The lease for the worker, from `now` for `LEASE`; None where another holds it."""
    return await journal.lease.claim(worker, now=now, expires_at=now + LEASE, starts_paused=False, is_dead=is_dead)


async def lease_of(journal: Journal) -> int:
    """The lease of a journal that no worker holds."""
    lease = await claim(journal)
    assert lease is not None
    return lease


def landed_record(name: str) -> LandedRecord:
    """A file that landed, as a fill notes it."""
    return LandedRecord(name, WINDOW, WINDOW, 7, "ab" * 32, "rtsp://***@192.0.2.11/", "9.0.2")
