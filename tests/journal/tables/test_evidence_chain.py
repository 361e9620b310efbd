"""The chain as the journal keeps it: each landing and each pruning adds an entry, and no write goes past it."""

import asyncio
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.evidence.evidence_chain import ChainFault, ChainHead
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.heldar_site import execute
from tests.journal.builders import GAP, NOW, landed_record, lease_of

LATER = NOW + timedelta(days=100)


async def land(journal: Journal, *names: str) -> LeasedJournal:
    leased = LeasedJournal(journal, await lease_of(journal))
    fill_id = await leased.fills.start(GAP, asked_by="sweep", now=NOW)
    for name in names:
        await leased.fills.add_landed(fill_id, "gate", landed_record(name), now=NOW)
    return leased


async def test_each_landed_file_makes_the_chain_longer(journal: Journal) -> None:
    assert await journal.evidence_chain.head() == ChainHead(0, "begun:0")
    await land(journal, "1.mp4", "2.mp4")

    report = await journal.evidence_chain.check()
    assert report.is_whole and report.head.count == 2
    assert report.head == await journal.evidence_chain.head()


async def test_somebody_else_can_compute_it(journal: Journal, path: Path) -> None:
    """As docs/evidence.md says it."""
    await land(journal, "1.mp4")

    row = execute(path, "SELECT l.*, f.gap_id, f.asked_by FROM landed_files l JOIN fills f ON f.id = l.fill_id")[0]
    filled = {name: value for name, value in row.items() if value not in (None, "")}
    record = hashlib.sha256(json.dumps(filled, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    entry = execute(path, "SELECT * FROM evidence_chain")[0]
    columns = ["number", "kind", "landed_id", "camera_id", "name", "end_time", "at", "record"]
    sealed = json.dumps(["begun:0", *(entry[name] for name in columns)], separators=(",", ":"))
    assert entry["record"] == record
    assert entry["link"] == hashlib.sha256(sealed.encode()).hexdigest()


async def test_files_that_land_at_once_follow_each_other(journal: Journal) -> None:
    leased = await land(journal)
    fill_id = await leased.fills.start(GAP, asked_by="sweep", now=NOW)
    await asyncio.gather(
        *(leased.fills.add_landed(fill_id, "gate", landed_record(f"{number}.mp4"), now=NOW) for number in range(9))
    )
    report = await journal.evidence_chain.check()
    assert report.is_whole and report.head.count == 9


async def test_what_was_pruned_stays_in_the_chain(journal: Journal) -> None:
    leased = await land(journal, "1.mp4", "2.mp4")
    (first, _) = await leased.pruning.landed_before(LATER)
    assert await leased.pruning.delete_landed([first], now=LATER) == 1

    report = await journal.evidence_chain.check()
    assert report.is_whole and report.head.count == 3


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        ("UPDATE landed_files SET sha256 = 'cd' WHERE id = 1", ChainFault.CHANGED),
        ("UPDATE fills SET asked_by = 'somebody@else'", ChainFault.CHANGED),
        ("DELETE FROM landed_files WHERE id = 2", ChainFault.MISSING),
        ("DELETE FROM evidence_chain WHERE number = 1", ChainFault.GAP),
        ("UPDATE evidence_chain SET name = 'x' WHERE number = 1", ChainFault.FORGED),
    ],
)
async def test_a_change_behind_our_back_is_told(journal: Journal, path: Path, harm: str, fault: ChainFault) -> None:
    await land(journal, "1.mp4", "2.mp4", "3.mp4")
    execute(path, harm)
    assert fault in {problem.fault for problem in (await journal.evidence_chain.check()).problems}


async def test_a_worker_that_lost_the_lease_adds_no_entry(journal: Journal, path: Path) -> None:
    leased = await land(journal, "1.mp4")
    execute(path, "UPDATE lease SET worker_id = 99")
    with pytest.raises(LeaseLostError):
        await leased.fills.add_landed(1, "gate", landed_record("2.mp4"), now=NOW)
    assert await leased.pruning.delete_landed(await journal.fills.landed(), now=NOW) == 0
    assert (await journal.evidence_chain.head()).count == 1
