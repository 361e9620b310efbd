"""A console on a site where real workers come, die and take over, beside another person's console."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
from textual.pilot import Pilot

from anr_tui.console.main.app import ConsoleApp
from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.gap import FillState
from anr_tui.domain.timestamps import now_utc
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.console.site import Chair, grid
from tests.engine import PATIENCE_S, EngineSite, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    site.kill_workers()


@pytest.fixture
async def view(site: EngineSite) -> AsyncIterator[SiteReader]:
    view = await SiteReader.open(site.settings())
    yield view
    await view.close()


def console(view: SiteReader) -> ConsoleApp:
    environ = {"COLORTERM": "truecolor"}
    return ConsoleApp(view, None, seat=Chair(), clock=now_utc, zone=UTC, environ=environ, encoding="utf-8")


async def shown(pilot: Pilot[None], words: str, is_there: bool = True) -> None:
    """Wait for the console itself to show something, as it does within about a second."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    while (words in "\n".join(grid(app))) is not is_there:
        await pilot.pause(0.05)


def holder(site: EngineSite) -> Callable[[], int | None]:
    """The process that holds the site."""

    def find() -> int | None:
        try:
            rows = execute_on(site.journal, "SELECT w.pid FROM lease AS l JOIN workers AS w ON w.id = l.worker_id")
        except sqlite3.OperationalError:
            return None
        return rows[0]["pid"] if rows else None

    return find


async def test_a_killed_worker_is_late_then_lost_and_the_next_one_is_shown(site: EngineSite, view: SiteReader) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        first = await site.start_worker(ANR_STALL_S=str(PATIENCE_S))
        async with console(view).run_test(size=(160, 48)) as pilot:
            await shown(pilot, f"pid {first.pid}")
            await shown(pilot, "1 running")
            await shown(pilot, "fetching")
            # The fill's log is there from its first line, though the console came later.
            await shown(pilot, "ffmpeg")

            first.kill()
            await first.wait()
            await shown(pilot, "worker runs  last seen")
            execute_on(site.journal, "UPDATE workers SET seen_at = '2026-01-01T00:00:00+00:00'")
            await shown(pilot, "worker lost  last seen")
            await shown(pilot, "interrupted; the next worker continues")
            await shown(pilot, "0 running")

            second = await site.start_worker("--idle")
            await until(lambda: holder(site)() == second.pid)
            await shown(pilot, "worker paused")
            await shown(pilot, f"pid {second.pid}")
            await shown(pilot, "last seen", is_there=False)
            await shown(pilot, "interrupted")
            second.terminate()
            await second.communicate()
            await shown(pilot, "no worker runs")


async def test_what_one_person_asks_another_sees_asked_and_done(site: EngineSite, view: SiteReader) -> None:
    site.add_camera("gate", 9)
    site.add_gap("gap_1", "gate", site.window(5, 35), "failed")
    other = await SiteReader.open(site.settings())
    try:
        async with console(view).run_test(size=(160, 48)) as pilot:
            await shown(pilot, "failed; not tried yet")
            await pilot.press("r")
            await shown(pilot, "waits for a worker")
            snapshot = await other.look()
            assert [row.asked_by != "" for row in snapshot.gaps] == [True]
            assert snapshot.worker.state is WorkerState.NONE

            worker = await site.start_worker("--idle")
            await shown(pilot, "asked by", is_there=False)
            await shown(pilot, "pending")
            snapshot = await other.look()
            assert [row.gap.fill_state for row in snapshot.gaps] == [FillState.PENDING]
            assert snapshot.waiting == ()
            worker.terminate()
            await worker.communicate()
    finally:
        await other.close()


async def test_a_journal_that_is_taken_away_and_made_anew_is_followed(site: EngineSite, view: SiteReader) -> None:
    first = await site.start_worker("--idle")
    async with console(view).run_test(size=(160, 48)) as pilot:
        await shown(pilot, f"pid {first.pid}")
        for path in site.root.glob("site.anr.db*"):
            path.unlink()
        await shown(pilot, "is gone")
        await first.communicate()  # its lease is gone with the file

        second = await site.start_worker("--idle")
        await shown(pilot, f"pid {second.pid}")
        await shown(pilot, "is gone", is_there=False)
        second.terminate()
        await second.communicate()
