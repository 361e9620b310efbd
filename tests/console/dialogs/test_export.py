"""`x`: what is on the screen, as a file."""

import csv
import json
import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot

from anr_tui.console.dialogs.export import ExportDialog
from tests.console.site import RecordingView, console, grid, settled, site_events

SIZE = (200, 50)


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path))
    return tmp_path


async def exported(pilot: Pilot[None], key: str) -> None:
    """Press `x` and answer; wait for the file to be said."""
    await pilot.press("x")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ExportDialog)
    await pilot.press(key)
    for worker in [worker for worker in pilot.app.workers if worker.group == "export"]:
        await worker.wait()
    await pilot.pause()


@pytest.mark.parametrize(
    ("moves", "kind", "rows"), [([], "gaps", 20), (["shift+tab"], "cameras", 6), (["tab"], "fills", 17)]
)
async def test_the_focused_table_becomes_a_file_of_our_own(
    documents: Path, moves: list[str], kind: str, rows: int
) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press(*moves)
        await exported(pilot, "j")
        path = documents / f"anr-{kind}-20260613T123000Z.json"

        assert f"written: {path}" in "\n".join(grid(app)[-3:])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(json.loads(path.read_text())) == rows


async def test_it_holds_what_is_shown_and_an_outage_is_its_gaps(documents: Path) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("t", "right")
        await exported(pilot, "c")
        (path,) = documents.glob("*.csv")
        ids = [row["id"] for row in csv.DictReader(path.read_text().splitlines())]

        assert sorted(ids) == sorted(row.id for row in app.main.snapshot.gaps)  # type: ignore[union-attr]  # it was read
        assert len(ids) == len(set(ids))


async def test_the_screen_becomes_a_picture_without_the_question_on_it(documents: Path) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await exported(pilot, "s")
        svg = (documents / "anr-screen-20260613T123000Z.svg").read_text()

        assert svg.startswith("<svg") and "Cameras" in svg
        assert "Export" not in svg


async def test_a_gap_becomes_text(documents: Path) -> None:
    app = console(RecordingView(events=site_events()))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("d")
        await settled(pilot)
        await exported(pilot, "t")
        text = (documents / "anr-gap-20260613T123000Z.txt").read_text()

        assert "20260613_114800.mp4" in text and "rtsp://operator:***@" in text
        assert "written: " in grid(app)[-2]
        await exported(pilot, "c")
        assert "can not be written as CSV" in grid(app)[-2]


async def test_a_log_is_a_file_already(documents: Path) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        await exported(pilot, "c")

        assert list(documents.iterdir()) == []
        assert "can not be written" in "\n".join(grid(app)[-3:])


async def test_who_thinks_better_of_it_writes_nothing(documents: Path) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await exported(pilot, "escape")
        assert list(documents.iterdir()) == []
