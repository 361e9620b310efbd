"""The keys that lead from one part of the console to another."""

from pathlib import Path

import pytest

from anr_tui.console.dialogs.question import HelpScreen, UrlDialog
from tests.console.site import RecordingView, console, grid, settled, site_events, until


async def test_a_shows_one_cameras_gaps_and_follows_the_cursor() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        assert {row.camera_name for row in app.main.dashboard.gaps.rows} == {"front gate"}
        await pilot.press("shift+tab", "j")
        await pilot.pause()
        assert {row.camera_name for row in app.main.dashboard.gaps.rows} == {"loading dock"}
        assert any("Gaps 4 of loading dock" in line for line in grid(app))
        await pilot.press("a")
        assert len(app.main.dashboard.gaps.rows) == 20


async def test_enter_on_a_camera_goes_to_its_gaps() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", "j", "j", "enter")
        await pilot.pause()

        assert {row.camera_name for row in app.main.dashboard.gaps.rows} == {"warehouse aisle"}
        assert app.focused is app.main.dashboard.gaps


@pytest.mark.parametrize("closing", ["l", "escape"])
async def test_l_gives_the_log_the_screen_and_back(tmp_path: Path, closing: str) -> None:
    (tmp_path / "fill-000033.log").write_text("".join(f"line {number}\n" for number in range(50)))
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: app.focused is app.main.dashboard.log_pane)
        await app.main.dashboard.log_pane.read_more()
        await pilot.pause()
        assert [grid(app)[3].strip(), grid(app)[21].strip(" ▇▆▅▄▃▂▁")] == ["line 31", "line 49"]

        await pilot.press(closing)
        await until(pilot, lambda: app.focused is app.main.dashboard.gaps)
        assert any("Cameras 6" in line for line in grid(app))


async def test_enter_opens_the_log_of_the_chosen_gap(tmp_path: Path) -> None:
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.focused is app.main.dashboard.log_pane)

        assert app.main.dashboard.log_pane.path == tmp_path / "fill-000032.log"
        assert "Log of loading dock" in grid(app)[2]


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_opens_and_escape_closes_it(key: str) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert isinstance(app.screen, HelpScreen)
        assert not any("no gap noted" in line for line in grid(app))
        await pilot.press("down", "pagedown", *"j" * 20)
        await pilot.pause()
        assert any("no gap noted" in line for line in grid(app))
        await pilot.press("escape")
        assert app.screen is app.main


async def test_u_shows_the_url_masked_reveals_and_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    view = RecordingView()
    app = console(view)
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await settled(pilot)
        assert isinstance(app.screen, UrlDialog)
        assert "hunter2" not in "".join(grid(app))
        assert "rtsp://operator:***@192.0.2.11:554/Streaming/tracks/101?starttime=" in "".join(grid(app))
        await pilot.press("c", "C")
        assert copied[0].startswith("rtsp://operator:***@")
        assert copied[1].startswith("ffmpeg ")

        await pilot.press("r")
        await settled(pilot)
        assert "hunter2" in "".join(grid(app))
        assert "The password is on the screen now." in "".join(grid(app))
        await pilot.press("r")
        await settled(pilot)
        assert "hunter2" not in "".join(grid(app))
        assert view.revealed == [False, True, False]
        await pilot.press("escape")
        assert app.screen is app.main


async def test_what_is_typed_after_a_slash_in_the_events_is_looked_for_and_never_done() -> None:
    view = RecordingView(events=site_events())
    app = console(view)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("e")
        await settled(pilot)
        before = app.main.dashboard.events.cursor
        await pilot.press("slash", *"frcq", "enter")
        await settled(pilot)
        assert (view.asked, app.main.dashboard.events.cursor) == ([], before)
        assert "nothing here has 'frcq'" in grid(app)[-2]

        await pilot.press("slash", *["backspace"] * 4, *"ANA@DESK", "enter")
        await settled(pilot)
        found = app.main.dashboard.events.cursor
        assert found != before
        await pilot.press("n")
        assert app.main.dashboard.events.cursor != found
