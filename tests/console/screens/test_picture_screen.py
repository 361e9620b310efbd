"""The pictures of a landed file, key by key."""

import pytest

from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.terminal.cell_images import RAMP
from anr_tui.domain.errors import AnrError
from tests.console.screens.gap_keys import SIZE, choose, opened, pictured
from tests.console.site import RecordingView, console, grid, settled


async def test_v_shows_the_frames_of_the_files_one_after_the_other() -> None:
    app = console(RecordingView())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        screen = await pictured(pilot)
        assert "20260613_114800.mp4 (1 of 2)  first frame  2026-06-13 13:48:00  11:48:00Z" in grid(app)[1]
        await pilot.press("right")
        assert "middle frame  2026-06-13 13:49:15" in grid(app)[1]
        await pilot.press("right", "right")
        await pilot.pause()
        assert "last frame  2026-06-13 13:50:29" in grid(app)[1]
        await pilot.press("left", "j")
        await settled(pilot)
        assert "20260613_115030.mp4 (2 of 2)  first frame" in grid(app)[1]
        assert screen.box.size.height == 20
        await pilot.press("v")
        await settled(pilot)
        assert app.screen is app.main


async def test_v_on_a_file_in_the_detail_shows_that_file() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        at = next(number for number, line in enumerate(screen.table.rows) if line.file and "1150" in line.file.name)
        await pilot.press(*["j"] * at, "v")
        await pictured(pilot)
        assert "20260613_115030.mp4 (2 of 2)" in grid(app)[1]
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is screen


async def test_v_without_a_file_says_so() -> None:
    app = console(RecordingView())
    async with app.run_test(size=(100, 24)) as pilot:
        await choose(pilot, "gap-004")
        await pilot.press("v")
        await settled(pilot)
        assert app.screen is app.main
        assert "no file has landed of it" in grid(app)[-2]


async def test_a_file_that_shows_nothing_is_said() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(100, 24)) as pilot:
        await opened(pilot)
        view.error = AnrError("20260613_114800.mp4 shows no picture: it holds no video.")
        await pilot.press("v")
        await pictured(pilot)
        assert "shows no picture: it holds no video." in grid(app)[1]


async def test_without_colours_a_picture_is_a_grey_ramp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await _is_ramp(console(RecordingView(), environ={"NO_COLOR": "1"}))


async def test_without_utf8_a_picture_is_a_grey_ramp() -> None:
    await _is_ramp(console(RecordingView(), encoding="ascii"))


async def _is_ramp(app: ConsoleApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await pictured(pilot)
        picture = "".join(grid(app)[2:22])
        assert set(picture) <= set(RAMP)
        assert len(set(picture)) > 3
