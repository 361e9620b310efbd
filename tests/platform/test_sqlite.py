import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import aiosqlite
import pytest

from anr_tui.platform import sqlite
from anr_tui.platform.sqlite import Database, load_queries

INSERT = "INSERT INTO notes (words) VALUES (:words)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "100% my notes?.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT UNIQUE)")
    return path


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await Database.open(path, mode="rw")
    yield database
    await database.close()


async def words(database: Database) -> list[str]:
    return [row["words"] for row in await database.rows("SELECT words FROM notes ORDER BY id")]


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await Database.open(tmp_path / "none.db", mode="rw")
    assert not (tmp_path / "none.db").exists()


async def test_no_thread_is_started_for_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiosqlite, "connect", lambda *_, **__: pytest.fail("a thread would outlive the loop"))
    for path in (tmp_path / "none.db", tmp_path):
        with pytest.raises(sqlite3.OperationalError):
            await Database.open(path, mode="rw")


async def test_no_thread_stays_behind_a_closed_file(path: Path) -> None:
    before = set(threading.enumerate())
    database = await Database.open(path, mode="rw")
    (thread,) = set(threading.enumerate()) - before
    await database.close()
    thread.join(5)
    assert not thread.is_alive()


async def test_what_a_transaction_wrote_is_there_at_its_end_and_not_before(database: Database, path: Path) -> None:
    other = await Database.open(path, mode="ro")
    async with database.transaction() as transaction:
        assert await transaction.insert(INSERT, {"words": "one"}) == 1
        assert await transaction.write(INSERT, {"words": "two"}) == 1
        assert [row["id"] for row in await transaction.rows("SELECT id FROM notes")] == [1, 2]
        assert await words(other) == []
    assert await words(other) == ["one", "two"]
    await other.close()


async def test_an_error_in_a_transaction_takes_all_of_it_back(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as transaction:
            await transaction.write(INSERT, {"words": "one"})
            raise RuntimeError
    with pytest.raises(sqlite3.IntegrityError):
        async with database.transaction() as transaction:
            await transaction.write(INSERT, {"words": "one"})
            await transaction.write(INSERT, {"words": "one"})
    assert await words(database) == []


async def test_an_insert_that_inserts_nothing_says_so(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.insert(INSERT, {"words": "one"})
        assert await transaction.row("SELECT 1 FROM notes WHERE words = 'two'") is None
        assert await transaction.write("UPDATE notes SET words = :words WHERE id = 7", {"words": "x"}) == 0


@pytest.mark.parametrize("where", ["begin", "inside", "write"])
async def test_a_cancelled_transaction_leaves_nothing_open(database: Database, path: Path, where: str) -> None:
    reached = asyncio.Event()
    slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"

    async def write() -> None:
        if where == "begin":
            reached.set()
        async with database.transaction() as transaction:
            await transaction.write(INSERT, {"words": "one"})
            reached.set()
            if where == "inside":
                await asyncio.Event().wait()
            await transaction.rows(slow)
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    other = await Database.open(path, mode="rw")
    await other.write(INSERT, {"words": "two"})
    await database.write(INSERT, {"words": "three"})
    assert await words(other) == ["two", "three"]
    await other.close()


async def test_a_transaction_cancelled_twice_leaves_nothing_open(database: Database, path: Path) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as transaction:
            await transaction.write(INSERT, {"words": "one"})
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(INSERT, {"words": "two"})
    assert await words(database) == ["two"]


async def test_tasks_that_share_a_connection_write_one_after_the_other(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as transaction:
            row = await transaction.row("SELECT count(*) AS n FROM notes")
            assert row is not None
            await asyncio.sleep(0)
            await transaction.write(INSERT, {"words": str(row["n"])})

    await asyncio.gather(*(write(number) for number in range(10)))
    assert await words(database) == [str(number) for number in range(10)]


async def test_a_write_waits_for_another_programs_transaction(database: Database, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO notes (words) VALUES ('theirs')")

        async def read_then_write() -> None:
            async with database.transaction() as transaction:
                seen.extend(await transaction.rows("SELECT words FROM notes"))
                await transaction.write(INSERT, {"words": "ours"})

        seen: list[sqlite3.Row] = []
        waiting = asyncio.create_task(read_then_write())
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        other.execute("COMMIT")
        await waiting
    assert [row["words"] for row in seen] == ["theirs"]
    assert await words(database) == ["theirs", "ours"]


async def test_a_write_gives_up_when_the_busy_timeout_is_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    database = await Database.open(path, mode="rw")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await database.write(INSERT, {"words": "ours"})
        other.execute("COMMIT")
    assert await database.write(INSERT, {"words": "ours"}) == 1
    await database.close()


async def test_the_data_version_moves_with_others_writes_only(database: Database, path: Path) -> None:
    first = await database.data_version()
    await database.write(INSERT, {"words": "ours"})
    assert await database.data_version() == first
    other = await Database.open(path, mode="rw")
    await other.write(INSERT, {"words": "theirs"})
    await other.close()
    assert await database.data_version() != first


async def test_foreign_keys_hold(database: Database) -> None:
    await database.script("CREATE TABLE pages (note INTEGER REFERENCES notes (id))")
    with pytest.raises(sqlite3.IntegrityError):
        await database.write("INSERT INTO pages VALUES (:note)", {"note": 1})


async def test_text_that_is_no_utf_8_does_not_hide_the_other_rows(database: Database) -> None:
    await database.write("INSERT INTO notes (words) VALUES (CAST(:words AS TEXT))", {"words": b"gate \xff\xfe"})
    await database.write(INSERT, {"words": "tür"})
    assert await words(database) == ["gate ��", "tür"]


# What younger sites have besides; a statement about it runs on those only.
YOUNGER_COLUMNS = {
    "anr_tui.sites.heldar": "ALTER TABLE audit_log ADD COLUMN subject_camera_id TEXT",
    "anr_tui.journal": "",
}


@pytest.mark.parametrize("package", ["anr_tui.sites.heldar", "anr_tui.journal"])
def test_every_statement_fits_the_tables_beside_it(package: str) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(files(package).joinpath("schema.sql").read_text(encoding="utf-8"))
        connection.executescript(YOUNGER_COLUMNS[package])
        queries = load_queries(package)
        assert len(queries) > 5
        for sql in queries.values():
            connection.execute(f"EXPLAIN {sql}", AnyValue())


class AnyValue(dict[str, None]):
    def __missing__(self, name: str) -> None:
        return None
