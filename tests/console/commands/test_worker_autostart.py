"""A worker that is started from the console."""

from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.site import RecordingView, console, settled


async def test_where_no_worker_runs_the_same_key_starts_one() -> None:
    starts = []

    async def start() -> bool:
        starts.append(1)
        return True

    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view, start)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.main.read_once()
        await pilot.press("E")
        await settled(pilot)
        await app.main.read_once()

        assert len(starts) == 2
        assert view.asked == []
