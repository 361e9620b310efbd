"""Nothing is written by a worker that does not hold the lease."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import CameraMemory
from tests.heldar_site import execute
from tests.journal.builders import GAP, HALF_WAY, LEASE, NOW, claim, landed_record, lease_of

LOST_WRITES: dict[str, Callable[[LeasedJournal, int], Awaitable[object]]] = {
    "renew": lambda journal, _: journal.lease.renew(expires_at=NOW + 5 * LEASE),
    "check": lambda journal, _: journal.lease.check(),
    "note_worker": lambda journal, _: journal.lease.note_state(now=NOW + LEASE, paused=True, next_sweep_at=None),
    "note_lifetime": lambda journal, _: journal.lease.note_lifetime(Lifetime.STAY),
    "start_fill": lambda journal, _: journal.fills.start(GAP, asked_by="sweep", now=NOW),
    "note_fill": lambda journal, fill: journal.fills.note_progress(fill, HALF_WAY),
    "end_fill": lambda journal, fill: journal.fills.end(fill, HALF_WAY, Outcome.FILLED, reason="", now=NOW),
    "add_landed_file": lambda journal, fill: journal.fills.add_landed(
        fill, "gate", landed_record("20260613_115000.mp4"), now=NOW
    ),
    "note_speed": lambda journal, _: journal.camera_memory.note_speed("gate", speed=2.0),
    "note_sessions": lambda journal, _: journal.camera_memory.note_sessions("192.0.2.11:554", 1),
    "set_aside": lambda journal, _: journal.camera_memory.set_aside(
        CameraMemory("gate", None, NOW, Outcome.UNREACHABLE)
    ),
}


def everything(path: Path) -> list[object]:
    tables = ("lease", "workers", "requests", "fills", "landed_files", "camera_memory", "device_memory", "events")
    return [execute(path, f"SELECT * FROM {table}") for table in tables]


@pytest.mark.parametrize("write", LOST_WRITES.values(), ids=LOST_WRITES.keys())
async def test_a_write_under_a_lost_lease_changes_nothing_and_says_so(
    path: Path, journal: Journal, write: Callable[[LeasedJournal, int], Awaitable[object]]
) -> None:
    lease = await lease_of(journal)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await journal.requests.ask(RequestKind.SWEEP, asked_by="anna", now=NOW)
    assert await claim(journal, NOW + LEASE, is_dead=lambda _: True) is not None
    before = everything(path)
    with pytest.raises(LeaseLostError):
        await write(LeasedJournal(journal, lease), fill_id)
    assert everything(path) == before


async def test_requests_are_neither_taken_nor_ended_under_a_lost_lease(path: Path, journal: Journal) -> None:
    lease = await lease_of(journal)
    request_id = await journal.requests.ask(RequestKind.SWEEP, asked_by="anna", now=NOW)
    assert await claim(journal, NOW + LEASE, is_dead=lambda _: True) is not None
    before = everything(path)
    assert not await LeasedJournal(journal, lease).requests.take(request_id)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="done", now=NOW)
    assert everything(path) == before


async def test_nothing_can_be_written_where_nobody_holds_the_lease(journal: Journal) -> None:
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, 1).fills.start(GAP, asked_by="sweep", now=NOW)
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, 1).lease.check()
