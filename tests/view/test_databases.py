"""A view that stays open while files are taken away, replaced or moved back, and while workers come and go."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import AnrError, JournalDamagedError, JournalError
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.repair import open_sound
from anr_tui.sites.open_site import open_site
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot, WorkerState
from tests.heldar_site import IDENTITY, HeldarSite, execute

WorkOn = Callable[[Path], Awaitable[Journal]]


@pytest.fixture
async def view(heldar_site: HeldarSite) -> AsyncIterator[SiteReader]:
    heldar_site.add_gap("gap_1")
    view = await SiteReader.open(heldar_site.settings())
    yield view
    await view.close()


@pytest.fixture
async def work_on() -> AsyncIterator[WorkOn]:
    """A worker takes the lease in a journal; all of them are closed at the end."""
    journals = []

    async def work_on(path: Path) -> Journal:
        journals.append(journal := await Journal.open(path))
        now = now_utc()
        lease = await journal.lease.claim(
            IDENTITY, now=now, expires_at=now + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
        )
        assert lease is not None
        return journal

    yield work_on
    for journal in journals:
        await journal.close()


def take_away(database: Path) -> None:
    """As a person does it, with the files that SQLite keeps beside it."""
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()


async def news(view: SiteReader) -> Snapshot:
    snapshot = await view.read()
    assert snapshot is not None
    return snapshot


async def test_a_journal_that_was_taken_away_is_said_and_the_next_one_followed(
    work_on: WorkOn, heldar_site: HeldarSite, view: SiteReader
) -> None:
    first = await work_on(heldar_site.journal)
    assert (await news(view)).worker.state is WorkerState.RUNNING

    await first.close()
    take_away(heldar_site.journal)
    assert "is gone" in (await news(view)).problem
    assert not heldar_site.journal.exists(), "a worker makes the new one"

    second = await work_on(heldar_site.journal)
    assert (await news(view)).worker.state is WorkerState.RUNNING
    await view.requests.ask(RequestKind.SWEEP)
    assert len(await second.requests.asked()) == 1


async def test_a_journal_in_the_place_of_another_is_read_whole(
    work_on: WorkOn, heldar_site: HeldarSite, view: SiteReader, tmp_path: Path
) -> None:
    await (await work_on(heldar_site.journal)).close()
    await view.requests.ask(RequestKind.PAUSE)
    assert [request.kind for request in (await news(view)).waiting] == [RequestKind.PAUSE]
    other = await Journal.open(tmp_path / "other.db")
    await other.requests.ask(RequestKind.SWEEP, asked_by="ana", now=now_utc())
    await other.close()

    take_away(heldar_site.journal)
    os.replace(tmp_path / "other.db", heldar_site.journal)
    snapshot = await news(view)

    assert (snapshot.worker.state, [each.kind for each in snapshot.waiting]) == (WorkerState.NONE, [RequestKind.SWEEP])


async def test_a_site_database_in_the_place_of_another_is_read_whole(
    heldar_site: HeldarSite, view: SiteReader, tmp_path: Path
) -> None:
    assert [row.id for row in (await news(view)).gaps] == ["gap_1"]
    (tmp_path / "restored").mkdir()
    other = HeldarSite(tmp_path / "restored")
    other.add_gap("gap_2")

    take_away(heldar_site.database)
    gone = await news(view)
    assert "There is no site database" in gone.problem
    assert [row.id for row in gone.gaps] == ["gap_1"]

    os.replace(other.database, heldar_site.database)
    back = await news(view)
    assert (back.problem, [row.id for row in back.gaps]) == ("", ["gap_2"])


async def test_a_damaged_file_in_its_place_is_said_until_a_good_one_is_back(
    heldar_site: HeldarSite, view: SiteReader, tmp_path: Path
) -> None:
    await view.read()
    good = shutil.copy(heldar_site.database, tmp_path / "good.db")
    (tmp_path / "bad.db").write_bytes(b"no database at all" * 100)

    take_away(heldar_site.database)
    os.replace(tmp_path / "bad.db", heldar_site.database)
    assert "is not an SQLite database" in (await news(view)).problem
    assert await view.read() is None

    os.replace(good, heldar_site.database)
    assert (await news(view)).problem == ""


async def test_a_heartbeat_that_is_due_makes_the_worker_late_then_lost(
    work_on: WorkOn, heldar_site: HeldarSite, view: SiteReader
) -> None:
    journal = await work_on(heldar_site.journal)

    async def beat(ago_s: float) -> Snapshot:
        at = now_utc() - timedelta(seconds=ago_s)
        await LeasedJournal(journal, 1).lease.note_state(now=at, paused=False, next_sweep_at=None)
        return await news(view)

    assert [(row.state, row.is_late) for row in [(await beat(0)).worker]] == [(WorkerState.RUNNING, False)]
    late = (await beat(7)).worker
    assert (late.state, late.is_late) == (WorkerState.RUNNING, True)
    assert late.seen_at is not None and now_utc() - late.seen_at >= timedelta(seconds=7)
    assert (await beat(12)).worker.state is WorkerState.LOST
    assert (await beat(0)).worker.is_late is False


async def test_a_takeover_shows_the_new_worker(work_on: WorkOn, heldar_site: HeldarSite, view: SiteReader) -> None:
    await work_on(heldar_site.journal)
    await news(view)
    await work_on(heldar_site.journal)
    execute(heldar_site.journal, "UPDATE workers SET host = 'spare' WHERE id = 2")

    assert (await news(view)).worker.host == "spare"


async def test_a_gap_says_who_asked_for_it_until_a_worker_takes_that(
    work_on: WorkOn, heldar_site: HeldarSite, view: SiteReader
) -> None:
    journal = await work_on(heldar_site.journal)
    await journal.requests.ask(RequestKind.RETRY, asked_by="ana@desk", now=now_utc(), gap_id="gap_1")
    assert (await news(view)).gaps[0].asked_by == "ana@desk"

    assert await LeasedJournal(journal, 1).requests.take(1)
    assert (await news(view)).gaps[0].asked_by == ""


# Looking only.


async def test_who_only_looks_writes_nothing_and_sees_a_journal_that_comes_later(
    work_on: WorkOn, heldar_site: HeldarSite
) -> None:
    heldar_site.add_gap("gap_1")
    view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
    before = await view.look()
    assert (before.has_journal, len(before.gaps), before.problem) == (False, 1, "")
    assert not heldar_site.journal.exists()
    for asked in (view.requests.ask(RequestKind.SWEEP), view.lookups.replay_url("gap_1", reveal=True)):
        with pytest.raises(AnrError, match="is read-only"):
            await asked
    assert not (await view.lookups.replay_url("gap_1", reveal=False)).is_revealed

    await work_on(heldar_site.journal)
    after = await news(view)
    assert (after.has_journal, after.worker.state) == (True, WorkerState.RUNNING)
    await view.close()


async def test_who_only_looks_is_told_of_a_journal_it_cannot_read_and_sees_the_site(heldar_site: HeldarSite) -> None:
    heldar_site.journal.write_bytes(b"no database at all" * 100)
    view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
    snapshot = await news(view)

    assert "is damaged" in snapshot.problem
    assert len(snapshot.cameras) == 2
    await view.close()


async def test_a_journal_of_an_older_version_is_not_brought_up_by_who_only_looks(heldar_site: HeldarSite) -> None:
    await (await Journal.open(heldar_site.journal)).close()
    execute(heldar_site.journal, "PRAGMA user_version = 1")
    view = await SiteReader.open(heldar_site.settings(), is_read_only=True)

    assert "written by an older anr-tui" in (await news(view)).problem
    await view.close()


async def test_a_site_database_opened_to_look_refuses_writing(heldar_site: HeldarSite) -> None:
    heldar_site.add_gap("gap_1")
    site = await open_site(heldar_site.settings(), is_read_only=True)
    with pytest.raises(AnrError, match="cannot be opened for writing"):
        await site.gaps.retry("gap_1", asked_by="anna@nvr-07", at=now_utc())
    await site.close()


async def test_a_damaged_journal_is_said_until_a_worker_has_made_a_new_one(heldar_site: HeldarSite) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.journal.write_bytes(b"\xa5" * 9000)
    view = await SiteReader.open(heldar_site.settings())
    seen = await view.read()
    assert seen is not None
    assert (len(seen.gaps), "The next worker that starts renames it" in seen.problem) == (1, True)
    assert seen.worker.state is WorkerState.NONE
    for way in (view.look(), view.requests.ask(RequestKind.SWEEP)):
        with pytest.raises(JournalDamagedError):
            await way
    await (await open_sound(heldar_site.journal, now_utc())).close()
    assert await view.requests.ask(RequestKind.SWEEP) == 1
    after = await view.look()
    assert (after.problem, after.has_journal, len(after.requests)) == ("", True, 1)
    await view.close()


async def test_a_journal_that_was_replaced_is_opened_anew_and_nothing_is_asked_in_the_old_one(
    view: SiteReader, heldar_site: HeldarSite
) -> None:
    await view.look()
    heldar_site.journal.rename(heldar_site.root / "old.db")
    with pytest.raises(JournalError, match="is gone"):
        await view.requests.ask(RequestKind.SWEEP)
    assert not heldar_site.journal.exists()
    await (await Journal.open(heldar_site.journal)).close()
    assert await view.requests.ask(RequestKind.SWEEP) == 1
    assert [request.kind for request in (await view.look()).requests] == [RequestKind.SWEEP]
