"""What the keys of the log do: hold, search, only warnings, wrap, all fills as one, copy."""

from pathlib import Path

import pytest

from tests.console.logs.log_app import LogApp, append, mixed_log, opened
from tests.console.site import RecordingView, console, grid, settled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return mixed_log(tmp_path)


async def test_space_holds_the_log_still_and_lets_it_go(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot, path)
        before = app.lines
        await pilot.press("space")
        append(path, 100, 50)
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines == before
        assert not app.pane.is_following

        await pilot.press("space")
        await pilot.pause()
        assert app.lines[-1] == " line 149"
        assert app.pane.is_following


async def test_only_warnings_and_all_again(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot, path)
        await pilot.press("W")
        append(path, 100, 20)
        with path.open("a") as file:
            file.write("error: the end\n")
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[-2:] == [" line 90 warning: late", " error: the end"]
        assert app.pane.modes == "warnings only"

        await pilot.press("W")
        await pilot.pause()
        assert app.lines[-2:] == [" line 119", " error: the end"]


async def test_long_lines_wrap_at_the_width_there_is(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        path.write_text("0123456789" * 6 + "END\n")
        await opened(pilot, path)
        await pilot.press("R")
        await pilot.pause()
        assert [line.strip() for line in app.lines[:2]] == [
            "0123456789" * 3 + "01234567",
            "89" + "0123456789" * 2 + "END",
        ]

        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert app.lines[0].startswith(" 0123456789")
        assert app.lines[1] == ""


async def test_the_found_line_is_copied(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot, path)
        await pilot.press("y")
        assert app.clipboard == "line 99"
        await pilot.press("slash", *"line 42", "enter", "y")
        await pilot.pause()
        assert app.clipboard == "line 42"


async def test_all_running_fills_are_shown_as_one_and_the_one_fill_again(tmp_path: Path) -> None:
    for number, second in ((31, 2), (32, 1), (33, 3)):
        (tmp_path / f"fill-{number:06}.log").write_text(f"12:00:0{second}.000Z fill   of {number}\n")
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(100, 24)) as pilot:
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        await pilot.press("m")
        await app.main.dashboard.log_pane.read_more()
        await settled(pilot)
        shown = grid(app)
        said = [line.split()[-1] for line in shown if " fill   of " in line]
        assert said == ["32", "31", "33"]
        assert any("of all running fills, times in UTC" in line for line in shown)

        await pilot.press("m")
        await app.main.dashboard.log_pane.read_more()
        await settled(pilot)
        assert len([line for line in grid(app) if " fill   of " in line]) == 1
