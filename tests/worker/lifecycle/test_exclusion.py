"""One worker for each site, whatever it is called."""

import asyncio
import contextlib
import os
from pathlib import Path

import pytest

from anr_tui.domain.errors import SiteTakenError
from anr_tui.domain.policy.site import SitePaths
from anr_tui.platform.files.site_lock import SiteLock
from anr_tui.worker.lifecycle import exclusion
from anr_tui.worker.lifecycle.exclusion import exclude_others, open_site_lock
from tests.engine import EngineSite


def named(site: EngineSite, database: Path, recordings: Path, journal: Path) -> SitePaths:
    journal.touch()
    return SitePaths(database, recordings, journal, site.root / "logs", site.root / "consoles")


async def taken(lock: SiteLock, journal: Path) -> bool:
    try:
        await exclude_others(lock, journal, asyncio.Event(), waits=False)
    except SiteTakenError:
        return True
    return False


@pytest.mark.parametrize("kind", ["file link", "hard link", "other journal", "link to the recordings"])
async def test_a_site_by_another_name_is_the_same_site(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(exclusion, "_PATIENCE_S", 0.0)
    database, recordings, other = site.database, site.recordings, site.root / "other.anr.db"
    if kind == "file link":
        database = site.root / "link.db"
        database.symlink_to(site.database)
    elif kind == "hard link":
        database = site.root / "hard.db"
        os.link(site.database, database)
        recordings = site.root / "elsewhere"
    elif kind == "link to the recordings":
        database, recordings = site.root / "copy.db", site.root / "link"
        recordings.symlink_to(site.recordings)
    with (
        contextlib.closing(open_site_lock(named(site, site.database, site.recordings, site.journal))) as first,
        contextlib.closing(open_site_lock(named(site, database, recordings, other))) as second,
        contextlib.closing(open_site_lock(named(site, site.database, site.recordings, site.journal))) as fellow,
    ):
        assert not await taken(first, site.journal)
        assert await taken(second, other)
        assert not await taken(fellow, site.journal), "the lease excludes the workers of one journal"
        first.close()
        fellow.close()
        assert not await taken(second, other)


async def test_standing_by_ends_when_the_other_one_ends_or_when_told_to(site: EngineSite) -> None:
    paths, other = named(site, site.database, site.recordings, site.journal), site.root / "other.anr.db"
    other.touch()
    with (
        contextlib.closing(open_site_lock(paths)) as first,
        contextlib.closing(open_site_lock(paths)) as second,
    ):
        assert not await taken(first, site.journal)
        stop = asyncio.Event()
        waiting = asyncio.create_task(exclude_others(second, other, stop, waits=True))
        await asyncio.sleep(0)
        stop.set()
        await waiting
        assert second.take("somebody") is not None
        waiting = asyncio.create_task(exclude_others(second, other, asyncio.Event(), waits=True))
        await asyncio.sleep(0)
        first.close()
        await waiting


async def test_the_command_refuses_to_work_beside_another_one(site: EngineSite) -> None:
    link = site.root / "link.db"
    link.symlink_to(site.database)
    with contextlib.closing(open_site_lock(named(site, site.database, site.recordings, site.journal))) as first:
        assert not await taken(first, site.journal)
        worker = await site.start_worker("--once", "--database", str(link))
        output, _ = await worker.communicate()
    assert worker.returncode != 0
    assert b"runs already" in output
    assert b"Traceback" not in output
