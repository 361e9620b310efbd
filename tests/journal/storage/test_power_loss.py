"""A power loss leaves some beginning of what was written last: never a damaged journal, never a hole in its rows."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.repair import find_damage, open_sound
from tests.heldar_site import execute
from tests.journal.builders import GAP, HALF_WAY, NOW, claim, landed_record, lease_of

FRAME = 24 + 4096
HEADER = 32


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with much of it still in its WAL, as it is on disk at some moment of a worker's life."""
    root = tmp_path_factory.mktemp("torn")

    async def work() -> None:
        journal = await Journal.open(root / "open.anr.db")
        lease = await lease_of(journal)
        await LeasedJournal(journal, lease).pruning.checkpoint()
        for number in range(30):
            fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
            await LeasedJournal(journal, lease).fills.add_landed(
                fill_id, "gate", landed_record(f"{number}.mp4"), now=NOW
            )
            await LeasedJournal(journal, lease).fills.end(fill_id, HALF_WAY, Outcome.FILLED, reason="Done.", now=NOW)
            await journal.events.add(EventKind.GAP_FILLED, str(number), who="worker", now=NOW)
        for suffix in ("", "-wal"):
            shutil.copy(root / f"open.anr.db{suffix}", root / f"torn.anr.db{suffix}")
        await journal.close()

    asyncio.run(work())
    return root / "torn.anr.db"


def copied(torn: Path, directory: Path) -> tuple[Path, Path]:
    path, wal = (Path(shutil.copy(f"{torn}{suffix}", directory)) for suffix in ("", "-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return path, wal


def cuts(size: int) -> Iterator[int]:
    random = Random(7)
    yield from (0, 1, HEADER - 1, HEADER, size)
    for end in range(HEADER + FRAME, size, FRAME):
        yield end + random.choice((-1, 0, 1))
        if random.random() < 0.2:
            yield end - random.randrange(2, FRAME)


def check_beginning(path: Path) -> int:
    """How many of the writes are there; none is there without those before it."""
    assert find_damage(path) == ""
    fills = execute(path, "SELECT id, outcome FROM fills ORDER BY id")
    files = execute(path, "SELECT fill_id FROM landed_files ORDER BY id")
    events = execute(path, "SELECT words FROM events WHERE kind = 'gap_filled' ORDER BY id")
    ended = [fill["id"] for fill in fills if fill["outcome"]]
    for found in ([fill["id"] for fill in fills], [file["fill_id"] for file in files], ended):
        assert found == list(range(1, len(found) + 1))
    assert [event["words"] for event in events] == [str(number) for number in range(len(events))]
    counts = [len(fills), len(files), len(ended), len(events)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] - counts[-1] <= 1
    return sum(counts)


def test_wherever_the_wal_is_cut_a_beginning_of_what_was_written_is_there(torn: Path, tmp_path: Path) -> None:
    size = torn.with_name(f"{torn.name}-wal").stat().st_size
    found: list[int] = []
    for cut in sorted(set(cuts(size))):
        path, wal = copied(torn, tmp_path)
        with wal.open("r+b") as file:
            file.truncate(cut)
        found.append(check_beginning(path))
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 4 * 30)
    assert len(set(found)) > 100, "each write of its own"


def test_whatever_is_overwritten_in_the_wal_what_was_written_before_it_is_there(torn: Path, tmp_path: Path) -> None:
    random = Random(8)
    size = torn.with_name(f"{torn.name}-wal").stat().st_size
    for _ in range(60):
        path, wal = copied(torn, tmp_path)
        with wal.open("r+b") as file:
            file.seek(random.randrange(size))
            file.write(random.randbytes(random.choice((1, 8, 5000))))
        check_beginning(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
async def test_a_worker_starts_on_what_a_power_loss_left_and_sets_nothing_aside(
    torn: Path, tmp_path: Path, share: float
) -> None:
    path, wal = copied(torn, tmp_path)
    with wal.open("r+b") as file:
        file.truncate(int(wal.stat().st_size * share))
    journal = await open_sound(path, NOW)
    lease = await claim(journal, is_dead=lambda _: True)
    assert lease is not None
    before = len(await journal.fills.landed())
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    await LeasedJournal(journal, lease).fills.add_landed(fill_id, "gate", landed_record("x.mp4"), now=NOW)
    assert len(await journal.fills.landed()) == before + 1
    await journal.close()
    assert not list(tmp_path.glob("*damaged*"))


async def test_evidence_and_all_before_it_is_on_disk_once_it_is_noted(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "heldar.anr.db")
    lease = await lease_of(journal)
    said: list[str] = []
    await journal.file._database._connection.set_trace_callback(said.append)
    fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
    assert not any("synchronous" in each for each in said)
    said.clear()
    await LeasedJournal(journal, lease).fills.add_landed(fill_id, "gate", landed_record("x.mp4"), now=NOW)
    await journal.close()
    steps = [each.split(" (")[0] for each in said]
    assert [steps[0], *steps[-2:]] == ["PRAGMA synchronous = FULL", "COMMIT", "PRAGMA synchronous = NORMAL"]
    assert any(step.startswith("INSERT INTO landed_files") for step in steps[1:-2])
