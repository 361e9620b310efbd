"""All there is to know of the worker."""

from anr_tui.console.dialogs.worker_dialog import WorkerDialog
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.main.workers import working
from tests.console.site import RecordingView, console, grid, settled
from tests.heldar_site import IDENTITY


async def test_w_tells_all_of_it_at_80x24() -> None:
    view = RecordingView()
    view.change(worker=working(user="a-rather-long-user-name", host="nvr-07.site.example.org"))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        await settled(pilot)
        assert isinstance(app.screen, WorkerDialog)
        seen = "\n".join(grid(app))
        await pilot.press("j", "j", "j")
        await settled(pilot)
        seen += "\n".join(grid(app))
        for words in (
            "worker runs", "2026-06-13 11:30:00 (3h)", "a-rather-long-user-name@nvr-07.site.example.org, process 4711",
            IDENTITY.version, "with the consoles", "/srv/heldar/heldar.db", "/srv/heldar/heldar.anr.db",
            "/srv/heldar/heldar.anr.logs", "/srv/heldar/recordings", "ANR_MAX_FILLS", "08:00 2M, 19:00 unlimited",
        ):  # fmt: skip
            assert words in seen, words
        await pilot.press("k", "w")
        assert app.screen is app.main


async def test_w_without_a_worker_or_a_journal() -> None:
    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE), has_journal=False)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        await settled(pilot)
        assert any("no journal yet: no worker has run here" in line for line in grid(app))
        await pilot.press("escape")
        assert "no journal yet" in grid(app)[0]
