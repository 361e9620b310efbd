"""Journals of older versions: brought up to date once, whole or not at all, with everything that stood in them."""

import asyncio
import contextlib
import sqlite3
import sys
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalDamagedError, JournalError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.journal.journal import SCHEMA_VERSION, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.storage import schema
from tests.heldar_site import execute
from tests.journal.builders import NOW, claim, landed_record

VERSION_1 = Path(__file__).with_name("version_1.sql").read_text(encoding="utf-8")
STAMP = "2026-06-13T12:00:00+00:00"
ROWS = f"""
INSERT INTO workers (user, host, pid, birth, version, started_at, seen_at)
VALUES ('anna', 'nvr-07', 4711, 'boot 99', '0.1.0', '{STAMP}', '{STAMP}');
INSERT INTO lease VALUES (1, 1, '{STAMP}');
INSERT INTO requests (kind, gap_id, asked_by, asked_at) VALUES ('fill', 'gap_1', 'anna@nvr-07', '{STAMP}');
INSERT INTO fills (gap_id, camera_id, worker_id, window_start, window_end, phase, outcome, asked_by, started_at,
                   ended_at)
VALUES ('gap_1', 'gate', 1, '{STAMP}', '2026-06-13T12:10:00+00:00', 'ended', 'filled', 'sweep', '{STAMP}', '{STAMP}');
INSERT INTO landed_files (fill_id, camera_id, name, start_time, end_time, asked_start, asked_end, size_bytes, sha256,
                          source_url, ffmpeg_version, landed_at)
VALUES (1, 'gate', '20260613_120000.mp4', '{STAMP}', '2026-06-13T12:10:00+00:00', '{STAMP}',
        '2026-06-13T12:10:00+00:00', 7, 'ab', '', '9.0.2', '{STAMP}');
INSERT INTO camera_memory (camera_id, full_speed) VALUES ('gate', 1);
INSERT INTO events (at, kind, who, words) VALUES ('{STAMP}', 'alarm', 'worker', 'The disk is full.');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A journal as the first version left it."""
    path = tmp_path / "heldar.anr.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_1 + ROWS)
    return path


def described(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Each table's columns (name, type, whether it must be there, default, key) and indexes, in no order."""
    tables = [row["name"] for row in execute(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: {
            *(tuple(row.values())[1:] for row in execute(path, f"PRAGMA table_info({table})")),
            *(tuple(row.values())[1:] for row in execute(path, f"PRAGMA index_list({table})")),
        }
        for table in tables
    }


def migration(version: int) -> str:
    """The statements that lead to a version from the one before."""
    step = Path(schema.__file__).parents[1] / "migrations" / f"{version}.sql"
    return step.read_text(encoding="utf-8")


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    return {table: execute(path, f"SELECT * FROM {table}") for table in described(path)}


async def test_an_old_journal_becomes_what_a_new_one_is(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.anr.db"
    for path in (old, new):
        await (await Journal.open(path)).close()
    assert described(old) == described(new)
    assert execute(old, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]


async def test_every_version_in_between_becomes_what_a_new_one_is(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.anr.db"
    await (await Journal.open(new)).close()
    for version in range(2, SCHEMA_VERSION):
        with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as connection:
            connection.executescript(migration(version))
        path = tmp_path / f"from{version}.anr.db"
        path.write_bytes(old.read_bytes())
        await (await Journal.open(path)).close()
        assert described(path) == described(new)


async def test_all_that_stood_in_an_old_journal_is_there_and_works(old: Path) -> None:
    before = rows(old)
    journal = await Journal.open(old)
    worker = await journal.lease.last_worker()
    assert worker is not None
    assert (worker.lifetime, worker.pid) == (Lifetime.SERVICE, 4711)
    assert [(file.name, file.gap_id) for file in await journal.fills.landed()] == [("20260613_120000.mp4", "gap_1")]
    assert (await journal.fills.last_of_each_gap())["gap_1"].outcome is Outcome.FILLED
    assert [(event.words, event.fill_id) for event in await journal.events.newest()] == [("The disk is full.", None)]
    assert [request.gap_id for request in await journal.requests.asked()] == ["gap_1"]
    await journal.close()
    after = rows(old)
    for table, old_rows in before.items():
        assert [row | old_row for row, old_row in zip(after[table], old_rows, strict=True)] == after[table]


async def test_records_from_before_the_chain_are_no_part_of_it_and_no_forgery(old: Path) -> None:
    journal = await Journal.open(old)
    lease = await claim(journal, is_dead=lambda _: True)
    assert lease is not None
    await LeasedJournal(journal, lease).fills.add_landed(1, "gate", landed_record("20260613_121000.mp4"), now=NOW)
    report = await journal.evidence_chain.check()
    await journal.close()

    assert (report.is_whole, report.older, report.head.count) == (True, 1, 1)


# Every wording that an outcome ever had, whichever of them set a camera aside; and what nobody wrote.
CODES = {
    "filled": Outcome.FILLED,
    "partly filled": Outcome.PARTLY_FILLED,
    "no footage on the camera": Outcome.NO_FOOTAGE,
    "camera busy": Outcome.CAMERA_BUSY,
    "unreachable": Outcome.UNREACHABLE,
    "login refused": Outcome.LOGIN_REFUSED,
    "not understood": Outcome.NOT_UNDERSTOOD,
    "disk full or not writable": Outcome.DISK_FULL,
    "stopped": Outcome.STOPPED,
    "timed out": Outcome.TIMED_OUT,
    "too old": Outcome.TOO_OLD,
    "interrupted": Outcome.INTERRUPTED,
    "": None,
    "out of order": Outcome.UNREACHABLE,
}


@pytest.mark.parametrize("version", range(1, 6))  # version 6 writes codes
async def test_a_camera_that_was_set_aside_in_words_is_set_aside_by_the_code_of_an_outcome(
    old: Path, version: int
) -> None:
    columns = "camera_id, set_aside_until, set_aside_why, set_aside_row, failures"
    with contextlib.closing(sqlite3.connect(old)) as connection:
        for number in range(2, version + 1):
            connection.executescript(migration(number))
        insert = f"INSERT INTO camera_memory ({columns}) VALUES (?, ?, ?, 'row 1', 2)"
        connection.executemany(insert, [(words or "none", STAMP, words) for words in CODES])
        connection.execute(insert, ("locked", None, "login refused"))
        connection.execute(insert, ("locked by whom", None, "out of order"))
        connection.commit()

    journal = await Journal.open(old)
    memories = await journal.camera_memory.by_camera()
    await journal.close()

    assert {words: memories[words or "none"].set_aside_why for words in CODES} == CODES
    locked = [memories[name] for name in ("locked", "locked by whom")]
    assert [(each.set_aside_why, each.set_aside_until, each.failures) for each in locked] == [
        (Outcome.LOGIN_REFUSED, None, 2)
    ] * 2
    codes = {row["set_aside_why"] for row in execute(old, "SELECT set_aside_why FROM camera_memory")}
    assert codes == {code.value if code else "" for code in CODES.values()}


@pytest.mark.parametrize("outcome", [Outcome.CAMERA_BUSY, Outcome.UNREACHABLE, Outcome.LOGIN_REFUSED])
async def test_words_that_a_worker_of_an_older_version_goes_on_to_write_are_understood(
    tmp_path: Path, outcome: Outcome
) -> None:
    path = tmp_path / "heldar.anr.db"
    journal = await Journal.open(path)
    execute(path, "INSERT INTO camera_memory (camera_id, set_aside_why) VALUES ('gate', ?)", outcome.words)

    memories = await journal.camera_memory.by_camera()
    await journal.close()

    assert memories["gate"].set_aside_why is outcome


async def test_processes_that_find_an_old_journal_at_once_bring_it_up_once(old: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom anr_tui.journal.journal import Journal\n"
        "async def main():\n    sys.stdin.read()\n"
        "    journal = await Journal.open(Path(sys.argv[1]))\n    await journal.close()\n"
        "asyncio.run(main())"
    )
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(old), stdin=asyncio.subprocess.PIPE)
        for _ in range(4)
    ]
    await asyncio.gather(*(process.communicate(b"") for process in processes))
    assert [process.returncode for process in processes] == [0] * 4
    assert execute(old, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]


async def test_many_in_one_process_bring_it_up_once(old: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(old) for _ in range(10)))
    await asyncio.gather(*(journal.close() for journal in journals))
    assert execute(old, "PRAGMA user_version") == [{"user_version": SCHEMA_VERSION}]


@pytest.mark.parametrize("kept", range(6))
async def test_a_step_that_fails_leaves_the_old_journal_as_it_was(
    old: Path, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = described(old), rows(old)
    steps = list(schema._steps(1))
    assert len(steps) > kept
    monkeypatch.setattr(schema, "_steps", lambda _: [*steps[:kept], "INSERT INTO no_such_table VALUES (1)"])
    with pytest.raises(JournalError, match="no_such_table"):
        await Journal.open(old)
    assert (described(old), rows(old)) == before
    assert execute(old, "PRAGMA user_version") == [{"user_version": 1}]
    monkeypatch.undo()
    journal = await Journal.open(old)
    lease = await claim(journal, is_dead=lambda _: True)
    await journal.close()
    assert lease == 2


def test_statements_are_told_apart_whatever_their_comments_say() -> None:
    script = "-- one; two\nCREATE TABLE a (b); -- a; b\nINSERT INTO a VALUES (';\n;');\n"
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for statement in schema._statements(script):
            connection.execute(statement)
        assert connection.execute("SELECT b FROM a").fetchall() == [(";\n;",)]


@pytest.mark.parametrize("harm", ["DROP TABLE requests", "PRAGMA user_version = 0"])
async def test_a_journal_of_another_shape_than_its_version_is_damaged(old: Path, harm: str) -> None:
    await (await Journal.open(old)).close()
    execute(old, harm)
    with pytest.raises(JournalDamagedError, match="tables are missing"):
        await Journal.open(old)
