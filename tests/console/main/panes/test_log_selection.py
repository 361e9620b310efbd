"""Which log is shown."""

from pathlib import Path

from tests.console.site import RecordingView, console, site_snapshot


async def test_the_log_follows_the_running_fill_until_a_person_chooses(tmp_path: Path) -> None:
    view = RecordingView(logs=tmp_path)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.main.dashboard.log_pane.path == tmp_path / "fill-000033.log"
        view.change(fills=view.snapshot.fills[1:])
        await app.main.read_once()
        assert app.main.dashboard.log_pane.path == tmp_path / "fill-000032.log"

        await pilot.press("tab", "j")
        view.change(fills=site_snapshot().fills)
        await app.main.read_once()
        assert app.main.dashboard.log_pane.path == tmp_path / "fill-000031.log"
