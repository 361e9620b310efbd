"""The journal's file: who makes it, who may read it, what is refused, and that nobody is left waiting."""

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError
from anr_tui.domain.event import EventKind
from anr_tui.domain.request import RequestKind
from anr_tui.journal.journal import SCHEMA_VERSION, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.platform import sqlite
from tests.heldar_site import HeldarSite, execute, locked
from tests.journal.builders import GAP, LEASE, NOW, claim, lease_of


async def refusal(path: Path) -> str:
    with pytest.raises(JournalError) as refused:
        await Journal.open(path)
    return str(refused.value)


# The file.


async def test_a_new_journal_is_shared_by_owner_and_group_whatever_the_umask(path: Path) -> None:
    before = os.umask(0o077)
    try:
        await (await Journal.open(path)).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert execute(path, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    assert execute(path, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]


async def test_many_may_make_the_journal_at_once(path: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(20)))
    assert execute(path, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]
    await asyncio.gather(*(journal.close() for journal in journals))


async def test_making_the_journal_waits_for_another_that_looks_at_it(path: Path) -> None:
    path.touch()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("SELECT * FROM sqlite_master").fetchall()
    opening = asyncio.create_task(Journal.open(path))
    done, _ = await asyncio.wait([opening], timeout=0.1)
    assert not done
    other.execute("COMMIT")
    other.close()
    await (await opening).close()


async def test_a_journal_that_was_begun_and_never_finished_is_finished(path: Path) -> None:
    path.touch()
    journal = await Journal.open(path)
    assert await claim(journal) == 1
    await journal.close()


async def test_a_journal_of_a_newer_version_is_left_alone(path: Path) -> None:
    await (await Journal.open(path)).close()
    execute(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert "written by a newer anr-tui" in await refusal(path)


async def test_the_site_database_is_no_journal_and_stays_as_it_is(heldar_site: HeldarSite) -> None:
    before = heldar_site.execute("SELECT * FROM sqlite_master")
    assert "is another program's database" in await refusal(heldar_site.database)
    assert heldar_site.execute("SELECT * FROM sqlite_master") == before
    assert heldar_site.execute("PRAGMA user_version") == [{"user_version": 0}]


async def test_a_damaged_journal_is_named(path: Path) -> None:
    path.write_bytes(b"no journal at all" * 100)
    words = await refusal(path)
    assert f"The journal {path} is damaged" in words
    assert "The next worker that starts renames it" in words


async def test_a_place_where_no_journal_can_be_is_named(tmp_path: Path) -> None:
    assert "No such file or directory" in await refusal(tmp_path / "none" / "heldar.anr.db")
    assert "cannot be" in await refusal(tmp_path)
    assert "too long" in await refusal(tmp_path / ("x" * 300))


async def test_a_locked_journal_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await (await Journal.open(path)).close()
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with locked(path):
        assert f"The journal {path} was locked by another program" in await refusal(path)
    await (await Journal.open(path)).close()


# What goes wrong.


async def test_every_write_says_that_the_journal_is_locked(
    path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    other = await Journal.open(path)
    lease = await lease_of(journal)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    for write in (
        claim(other),
        LeasedJournal(other, lease).lease.renew(expires_at=NOW),
        other.requests.ask(RequestKind.PAUSE, asked_by="anna", now=NOW),
        LeasedJournal(other, lease).fills.start(GAP, asked_by="sweep", now=NOW),
        other.events.add(EventKind.PAUSED, "", who="anna", now=NOW),
    ):
        with pytest.raises(JournalError, match="was locked by another program"):
            await write
    connection.execute("ROLLBACK")
    connection.close()
    await LeasedJournal(other, lease).lease.renew(expires_at=NOW)
    await other.close()


async def test_a_writer_that_is_cancelled_leaves_the_journal_free(path: Path, journal: Journal) -> None:
    lease = await lease_of(journal)
    for _ in range(20):
        task = asyncio.create_task(LeasedJournal(journal, lease).fills.start(GAP, asked_by="sweep", now=NOW))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    other = await Journal.open(path)
    await LeasedJournal(other, lease).lease.renew(expires_at=NOW + 2 * LEASE)
    assert all(fill.log_name for fill in await other.fills.running())
    await other.close()
