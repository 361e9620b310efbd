"""A worker whose databases or directories fail it: nothing is lost, nothing is filled in the wrong place."""

import asyncio
import shutil
from typing import Any

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import DiskFullError, JournalError, LeaseLostError, SiteLockedError
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.journal import Journal
from tests.engine import EngineSite, ask, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)


class FailsOnce:
    """Stands before a method and fails its first call."""

    def __init__(self, method: Any, error: Exception) -> None:
        self.calls = 0
        self._method = method
        self._error = error

    async def __call__(self, *values: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == 1:
            raise self._error
        return await self._method(*values, **named)


async def test_a_recordings_directory_that_is_not_there_is_never_made(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        shutil.rmtree(site.recordings)
        with pytest.raises(DiskFullError, match="mounted"):
            await site.sweep()
        assert camera.requests == []
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 0)
    assert not site.recordings.exists()
    assert "mounted" in site.fills()[0]["reason"]


async def test_a_worker_without_its_recordings_directory_does_not_start(site: EngineSite) -> None:
    shutil.rmtree(site.recordings)
    worker = await site.start_worker("--once")
    output, _ = await worker.communicate()
    assert worker.returncode == 2
    assert b"mounted" in output
    assert b"Traceback" not in output


@pytest.mark.parametrize(
    ("part", "step"), [("fills", "start"), ("fills", "end"), ("requests", "end"), ("camera_memory", "set_aside")]
)
async def test_a_locked_journal_delays_a_fill_and_loses_nothing_of_it(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, part: str, step: str
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        async with site.working() as worker:
            table = getattr(worker.context.journal, part)
            failing = FailsOnce(getattr(table, step), JournalError("The journal was locked."))
            monkeypatch.setattr(table, step, failing)
            answer = await ask(site, RequestKind.FILL, gap_id="gap_1")
            await until(lambda: not worker.state.running)
            assert await worker.context.journal.fills.running() == []
    assert answer.state is RequestState.DONE
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)


async def test_what_a_locked_site_refused_is_asked_again(site: EngineSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add_camera("gate", 1)
    site.add_gap("gap_1", "gate", site.window(5, 10), state="failed")
    async with site.working() as worker:
        failing = FailsOnce(worker.context.site.gaps.retry, SiteLockedError("The site database was locked."))
        monkeypatch.setattr(worker.context.site.gaps, "retry", failing)
        answer = await ask(site, RequestKind.RETRY, gap_id="gap_1")
    assert answer.state is RequestState.DONE
    assert failing.calls == 2


async def test_a_site_that_cannot_be_told_at_once_is_told_later(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        async with site.worker() as worker:
            failing = FailsOnce(worker.context.site.gaps.mark_filled, SiteLockedError("The site database was locked."))
            monkeypatch.setattr(worker.context.site.gaps, "mark_filled", failing)
            await worker.run(asyncio.Event(), once=True)
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)


async def test_a_worker_whose_journal_was_taken_away_lands_nothing_more(site: EngineSite) -> None:
    async with site.worker() as worker:
        for path in site.root.glob("site.anr.db*"):
            path.rename(path.with_name(f"old-{path.name}"))
        other = await Journal.open(site.journal)
        await other.close()
        with pytest.raises(LeaseLostError, match="was removed"):
            await worker.context.journal.lease.check()


async def test_two_gaps_of_one_camera_are_never_filled_at_once(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=4)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 13))
        site.add_gap("gap_2", "gate", site.window(13, 21))
        await site.sweep(anr_sessions_per_device=2)
        assert camera.sessions.peak == 1
    assert site.gap("gap_1")["fill_state"] == site.gap("gap_2")["fill_state"] == "filled"


async def test_part_files_of_footage_that_the_site_no_longer_keeps_are_removed(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        await site.sweep()
    old, young = (site.recordings / "gate" / f"{stem}.mp4.part" for stem in ("20200101_000000", "20200102_000000"))
    for part in (old, young):
        part.write_bytes(b"x")
    start, end = "2020-01-01T00:00:00+00:00", "2020-01-01T00:10:00+00:00"
    execute_on(site.journal, "UPDATE fills SET window_start = ?, window_end = ?", start, end)
    await site.sweep()
    assert (old.exists(), young.exists()) == (False, True), "only what a fill of ours left"
