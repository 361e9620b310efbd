"""Pictures of the screens about one gap and of outages. `pytest --snapshot-update` takes them anew."""

import pytest
from textual.pilot import Pilot

from tests.console.site import RecordingView, console, settled, site_events
from tests.console.test_snapshots import Compare, pressing

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 32), (160, 48)], ids=["80x24", "120x32", "160x48"])


@SIZES
def test_detail(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = console(RecordingView(events=site_events()))
    assert snap_compare(app, terminal_size=size, run_before=pressing("d").run)


@SIZES
def test_outages(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(console(RecordingView()), terminal_size=size, run_before=pressing("t", "right").run)


@SIZES
def test_picture(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pressing("v").run(pilot)
        await pilot.press("right")
        await settled(pilot)

    assert snap_compare(console(RecordingView()), terminal_size=size, run_before=look)


def test_picture_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = console(RecordingView(), environ={"NO_COLOR": "1"})
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing("v").run)


def test_export_question(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anr_tui.console.exporting.documents", lambda: "/home/anna/Documents")
    assert snap_compare(console(RecordingView()), terminal_size=(80, 24), run_before=pressing("x").run)
