"""A journal that breaks: nothing of it is deleted, what can be read goes on in a new one, and others' files stay."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random

import pytest

from anr_tui.domain.errors import JournalDamagedError, JournalError
from anr_tui.domain.event import EventKind
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind
from anr_tui.journal import repair
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.repair import find_damage, open_sound
from anr_tui.journal.storage import file_swap
from tests.heldar_site import HeldarSite, execute
from tests.journal.builders import GAP, HALF_WAY, NOW, landed_record, lease_of

LANDED = landed_record("20260613_115000.mp4")
FILLS = 400
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of many pages, closed."""
    path = tmp_path_factory.mktemp("whole") / "heldar.anr.db"

    async def fill() -> None:
        journal = await Journal.open(path)
        lease = await lease_of(journal)
        for number in range(FILLS):
            fill_id = await LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW)
            await LeasedJournal(journal, lease).fills.add_landed(fill_id, "gate", LANDED, now=NOW)
            if number < FILLS - 1:
                await LeasedJournal(journal, lease).fills.end(
                    fill_id, HALF_WAY, Outcome.PARTLY_FILLED, reason="Cut.", now=NOW
                )
        await LeasedJournal(journal, lease).camera_memory.note_sessions("192.0.2.11:554", 2)
        await journal.requests.ask(RequestKind.SWEEP, asked_by="anna@nvr-07", now=NOW)
        await journal.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def path(tmp_path: Path, whole: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "heldar.anr.db"))


def write_at(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def root_page(path: Path, name: str) -> int:
    return int(execute(path, "SELECT rootpage FROM sqlite_master WHERE name = ?", name)[0]["rootpage"])


def garbage_header(path: Path) -> None:
    write_at(path, 0, os.urandom(100))


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(PAGE * 3))


def a_few_bytes(path: Path) -> None:
    os.truncate(path, 50)


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def garbage_pages(path: Path) -> None:
    """A sixth of all pages but those by which SQLite finds the others."""
    roots = {row["rootpage"] - 1 for row in execute(path, "SELECT rootpage FROM sqlite_master")}
    leaves = sorted(set(range(1, path.stat().st_size // PAGE)) - roots)
    for number in Random(7).sample(leaves, len(leaves) // 6):
        write_at(path, number * PAGE, b"\xa5" * PAGE)


def index_gone(path: Path) -> None:
    write_at(path, (root_page(path, "idx_fills_gap") - 1) * PAGE, b"\x0a" + bytes(PAGE - 1))


def table_gone(path: Path) -> None:
    execute(path, "DROP TABLE requests")


def version_gone(path: Path) -> None:
    execute(path, "PRAGMA user_version = 0")


def schema_of_other_bytes(path: Path) -> None:
    """SQLite quotes the damaged statement, of which Python cannot decode the words."""
    content = path.read_bytes()
    write_at(path, content.index(b"requestsrequests"), b"\x9f")
    write_at(path, content.index(b"CREATE TABLE requests"), b"\x9f")


DAMAGES: list[Callable[[Path], None]] = [
    garbage_header, garbage, a_few_bytes, half, garbage_pages, index_gone, table_gone, version_gone,
    schema_of_other_bytes,
]  # fmt: skip


def set_asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"*.damaged-*{path.suffix}"))


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Journal]:
    """As a worker opens it."""
    journal = await open_sound(path, NOW)
    try:
        yield journal
    finally:
        await journal.close()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_damaged_journal_is_set_aside_unchanged_and_the_work_goes_on(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    before = path.read_bytes()
    assert find_damage(path)
    async with opened(path) as journal:
        event = (await journal.events.newest(1))[0]
        assert await lease_of(journal) > 0
    (aside,) = set_asides(path)
    assert aside.name == "heldar.anr.damaged-20260613T120000Z.db"
    assert aside.read_bytes() == before
    assert (event.kind, aside.name in event.words) == (EventKind.JOURNAL_SET_ASIDE, True)
    assert find_damage(path) == ""
    assert path.stat().st_mode & 0o777 == 0o660
    assert not list(path.parent.glob("*.new.*"))


async def test_what_damage_left_whole_is_all_there_again(path: Path) -> None:
    index_gone(path)
    before = {
        table: [tuple(row.values()) for row in execute(path, f"SELECT * FROM {table} NOT INDEXED")]
        for table in ("workers", "requests", "fills", "landed_files", "device_memory")
    }
    async with opened(path) as journal:
        assert len(await journal.fills.landed()) == FILLS
        assert [fill.id for fill in await journal.fills.running()] == [FILLS]
        assert [request.kind for request in await journal.requests.asked()] == [RequestKind.SWEEP]
        assert await journal.lease.holder() is None
    for table, rows in before.items():
        assert [tuple(row.values()) for row in execute(path, f"SELECT * FROM {table}")] == rows


async def test_evidence_on_good_pages_outlives_bad_ones_and_the_loss_of_its_fill(path: Path) -> None:
    garbage_pages(path)
    async with opened(path) as journal:
        landed, fills = await journal.fills.landed(), execute(path, "SELECT * FROM fills")
    assert FILLS * 0.6 < len(landed) < FILLS
    assert {file.sha256 for file in landed} == {LANDED.sha256}
    lost = [fill for fill in fills if "lost with a damaged journal" in fill["reason"]]
    assert lost, "some evidence outlived its fill"
    assert {fill["id"] for fill in fills} >= {file.fill_id for file in landed}


async def test_no_id_is_given_twice_though_its_row_was_lost(path: Path) -> None:
    execute(path, "DELETE FROM landed_files WHERE fill_id > 10")
    execute(path, "DELETE FROM fills WHERE id > 10")
    index_gone(path)
    async with opened(path) as journal:
        assert (
            await LeasedJournal(journal, await lease_of(journal)).fills.start(GAP, asked_by="sweep", now=NOW)
            == FILLS + 1
        )


async def test_rows_of_rubbish_are_not_taken_over(path: Path) -> None:
    execute(path, "UPDATE landed_files SET start_time = 'yesterday' WHERE id = 7")
    execute(path, "UPDATE fills SET phase = 'sleeping' WHERE id = 9")
    execute(path, "UPDATE events SET words = CAST(x'ff' AS TEXT)")
    index_gone(path)
    async with opened(path) as journal:
        landed = await journal.fills.landed()
    assert len(landed) == FILLS - 1
    assert 9 in {file.fill_id for file in landed}


async def test_rows_whose_cells_have_another_type_are_not_taken_over(path: Path) -> None:
    """GIVEN bytes where text belongs, which SQLite allows THEN the chain of evidence goes on after the repair."""
    execute(path, "UPDATE evidence_chain SET link = x'00ff' WHERE number = (SELECT max(number) FROM evidence_chain)")
    execute(path, "UPDATE landed_files SET source_url = x'00ff' WHERE id = 7")
    execute(path, "UPDATE fills SET got_s = 'much' WHERE id = 9")
    index_gone(path)
    async with opened(path) as journal:
        leased = LeasedJournal(journal, await lease_of(journal))
        landed = await journal.fills.landed()
        assert 9 in {file.fill_id for file in landed}
        assert len(landed) == FILLS - 1
        fill_id = await leased.fills.start(GAP, asked_by="sweep", now=NOW)
        await leased.fills.add_landed(fill_id, "gate", LANDED, now=NOW)
        assert (await journal.evidence_chain.head()).count == FILLS


async def test_two_processes_that_find_the_same_damage_set_it_aside_once(path: Path) -> None:
    garbage_pages(path)
    code = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from anr_tui.domain.event import EventKind\n"
        "from anr_tui.journal.repair import open_sound\nfrom anr_tui.domain.timestamps import now_utc\n"
        "async def main():\n"
        "    sys.stdin.read()\n"
        "    journal = await open_sound(Path(sys.argv[1]), now_utc())\n"
        "    await journal.events.add(EventKind.ALARM, sys.argv[2], who='worker', now=now_utc())\n"
        "    await journal.close()\n"
        "asyncio.run(main())"
    )
    workers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, str(path), f"device {number}"), stdin=asyncio.subprocess.PIPE
        )
        for number in range(4)
    ]
    await asyncio.gather(*(worker.communicate(b"") for worker in workers))
    assert [worker.returncode for worker in workers] == [0] * 4
    assert len(set_asides(path)) == 1
    assert len(execute(path, "SELECT * FROM events WHERE kind = 'journal_set_aside'")) == 1
    assert len(execute(path, "SELECT * FROM events WHERE words LIKE 'device %'")) == 4


async def test_a_second_damage_in_the_same_second_gets_a_name_of_its_own(path: Path) -> None:
    for _ in range(2):
        garbage_header(path)
        async with opened(path):
            pass
    assert [aside.name for aside in set_asides(path)] == [
        "heldar.anr.damaged-20260613T120000Z-2.db",
        "heldar.anr.damaged-20260613T120000Z.db",
    ]


async def test_a_journal_of_another_name_is_known_by_what_stands_in_it(path: Path) -> None:
    other = path.rename(path.with_name("ours.sqlite"))
    garbage_header(other)
    async with opened(other):
        pass
    assert [aside.name for aside in set_asides(other)] == ["ours.damaged-20260613T120000Z.sqlite"]


async def test_what_is_no_journal_is_never_moved(tmp_path: Path, heldar_site: HeldarSite) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_bytes(b"Mind the gate.\n" * 500)
    foreign = tmp_path / "other.anr.db"
    execute(foreign, "CREATE TABLE workers (id)")
    execute(foreign, "PRAGMA user_version = 2")
    empty = tmp_path / "empty.sqlite"
    newer = tmp_path / "newer.anr.db"
    await (await Journal.open(newer)).close()
    execute(newer, "PRAGMA user_version = 99")
    execute(newer, "DROP TABLE requests")
    for path, words in (
        (notes, "not an SQLite database"),
        (foreign, "another program's"),
        (heldar_site.database, "another program's"),
        (newer, "newer anr-tui"),
        (tmp_path, "cannot be"),
    ):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(JournalError, match=words):
            await open_sound(path, NOW)
        assert (path.read_bytes() if path.is_file() else b"") == before
    async with opened(empty):
        pass
    assert not list(tmp_path.glob("*damaged*"))


async def test_a_journal_that_is_whole_new_or_in_use_is_left_as_it_is(path: Path) -> None:
    for _ in range(2):
        async with opened(path), opened(path) as second:
            assert len(await second.fills.landed()) == FILLS
    assert set_asides(path) == []


async def test_a_console_does_not_mend_and_says_who_does(path: Path) -> None:
    garbage_header(path)
    with pytest.raises(JournalDamagedError, match="The next worker that starts renames it"):
        await Journal.open(path)
    assert set_asides(path) == []


async def test_whoever_has_the_damaged_file_open_harms_the_new_one_in_no_way(path: Path) -> None:
    """SQLite deletes a WAL by its name when it is closed: it must not be that of the journal that came after."""
    console = await Journal.open(path)
    await console.requests.ask(RequestKind.PAUSE, asked_by="anna@nvr-07", now=NOW)
    write_at(path, (root_page(path, "idx_fills_gap") - 1) * PAGE, b"\x0a" + bytes(PAGE - 1))
    async with opened(path) as worker:
        await LeasedJournal(worker, await lease_of(worker)).camera_memory.note_sessions("192.0.2.12:554", 3)
        is_outdated = console.is_outdated
        await console.close()
        assert is_outdated
        assert await worker.camera_memory.sessions_by_device() == {"192.0.2.11:554": 2, "192.0.2.12:554": 3}
        assert {request.kind for request in await worker.requests.asked()} == {RequestKind.SWEEP, RequestKind.PAUSE}
    assert find_damage(path) == ""
    assert len(execute(path, "SELECT * FROM device_memory")) == 2


async def test_what_is_left_of_a_journal_that_was_taken_away_is_not_taken_for_the_new_ones(path: Path) -> None:
    old = await Journal.open(path)
    holder = await old.lease.holder()
    assert holder is not None
    leased = LeasedJournal(old, holder.worker_id)
    await leased.camera_memory.note_sessions("192.0.2.99:554", 9)
    path.unlink()
    async with opened(path) as new:
        await LeasedJournal(new, await lease_of(new)).camera_memory.note_sessions("192.0.2.12:554", 3)
        with pytest.raises(JournalError, match="replaced; nothing was written"):
            await leased.camera_memory.note_sessions("192.0.2.98:554", 8)
        await old.close()
        assert await new.camera_memory.sessions_by_device() == {"192.0.2.12:554": 3}
    assert find_damage(path) == ""
    assert execute(path, "SELECT device FROM device_memory") == [{"device": "192.0.2.12:554"}]
    assert {aside.suffix for aside in path.parent.glob("*.damaged-*")} == {".db-wal", ".db-shm"}


@pytest.mark.parametrize("step", ["rescue", "replace", "set_aside", "_put"])
async def test_a_power_loss_while_it_is_set_aside_loses_neither_the_old_journal_nor_the_new_one(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    index_gone(path)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(repair if hasattr(repair, step) else file_swap, step, dies)
        patched.setattr(repair, "remove", lambda _: None)
        repair._follow_up(path, NOW)
    async with opened(path) as journal:
        assert len(await journal.fills.landed()) == FILLS
        assert len(await journal.events.newest(kinds=[EventKind.JOURNAL_SET_ASIDE])) == 1
    assert find_damage(path) == ""
    assert len(set_asides(path)) == 1


async def test_a_journal_that_cannot_be_followed_by_a_new_one_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    garbage_header(path)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(repair, "rescue", full)
    with pytest.raises(JournalError, match="disk is full"):
        await open_sound(path, NOW)
    assert set_asides(path) == []
    assert not list(path.parent.glob("*.new.*"))
