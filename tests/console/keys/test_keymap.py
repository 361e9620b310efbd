"""What each key does: from the press to what is asked of the worker and said on the status line."""

from dataclasses import replace
from pathlib import Path

import pytest

from anr_tui.console.dialogs.question import ConfirmDialog, HelpScreen, UrlDialog
from anr_tui.domain.errors import AnrError
from anr_tui.domain.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.site import RecordingView, console, grid, settled, until

DASH = UNICODE.dash


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("f", (RequestKind.FILL, "gap-001", None)),
        ("r", (RequestKind.RETRY, "gap-001", None)),
        ("p", (RequestKind.PAUSE, None, None)),
        ("H", (RequestKind.HALT, None, None)),
        ("s", (RequestKind.SWEEP, None, None)),
    ],
)
async def test_a_key_asks_the_worker_and_is_acknowledged(key: str, asked: tuple[object, ...]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await settled(pilot)

        assert view.asked == [asked]
        assert grid(app)[22].rstrip().endswith(": asked")


async def test_what_became_of_a_request_is_said() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("f")
        await settled(pilot)
        for state, reason, words in (
            (RequestState.TAKEN, "", "the worker took it"),
            (RequestState.REFUSED, "the card no longer holds it", "refused: the card no longer holds it"),
        ):
            view.answer(1, state, reason)
            await app.main.read_once()
            await pilot.pause()

            assert grid(app)[22].strip() == f"fill front gate 06-13 13:48:00{DASH}13:58:00: {words}"


async def test_p_resumes_a_paused_worker() -> None:
    view = RecordingView()
    view.change(worker=replace(view.snapshot.worker, state=WorkerState.PAUSED))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await settled(pilot)

        assert view.asked == [(RequestKind.RESUME, None, None)]
        assert "worker paused" in grid(app)[0]


@pytest.mark.parametrize(("answer", "asked"), [("y", [(RequestKind.CANCEL, None, 31)]), ("n", []), ("escape", [])])
async def test_cancel_asks_first(answer: str, asked: list[object]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        assert any(f"Cancel the fill of front gate 06-13 13:48:00{DASH}13:58:00?" in line for line in grid(app))
        await pilot.press(answer)
        await settled(pilot)

        assert view.asked == asked
        assert app.screen is app.main


async def test_what_does_not_run_cannot_be_cancelled() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j", "c")
        await settled(pilot)

        assert "no fill of it runs" in grid(app)[22]
        assert view.asked == []


async def test_a_fill_is_acted_on_from_the_fills_too() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "c", "y")
        await settled(pilot)

        assert view.asked == [(RequestKind.CANCEL, None, 32)]


async def test_a_key_that_means_nothing_here_says_where_it_does() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", "f")
        await settled(pilot)

        assert "choose one in the fills or gaps first" in grid(app)[21]
        assert "u URL" not in grid(app)[23]
        assert view.asked == []


async def test_a_site_without_a_worker_says_that_requests_wait() -> None:
    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await settled(pilot)

        assert grid(app)[22].strip() == "sweep now: asked; no worker runs, so it waits"
        assert "no worker runs" in grid(app)[0]


async def test_an_error_is_a_sentence() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.error = AnrError("The journal is read-only.", "Ask the owner for mode 0660.")
        for key in ("f", "u", "s"):
            await pilot.press(key)
            await settled(pilot)

            assert grid(app)[22].strip() == "The journal is read-only. Ask the owner for mode 0660."
            assert app.screen is app.main


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


@pytest.mark.parametrize(("answer", "asked"), [("y", [(RequestKind.END, None, None)]), ("n", [])])
async def test_ending_the_worker_asks_first(answer: str, asked: list[object]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("E")
        await pilot.pause()
        assert any("Running fills stop and keep what arrived" in line for line in grid(app))
        await pilot.press(answer)
        await settled(pilot)

        assert view.asked == asked


async def test_a_service_is_not_ended_from_here_and_that_is_said_at_once() -> None:
    view = RecordingView()
    view.change(worker=replace(view.snapshot.worker, lifetime=Lifetime.SERVICE))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.main.read_once()
        await pilot.press("E")
        await settled(pilot)
        assert "This worker is a service" in grid(app)[22]
        assert view.asked == []


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


async def test_the_command_palette_offers_what_fits_the_place() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        offered = {command.title for command in app.get_system_commands(app.main)}
        assert {"fill", "retry", "URL", "sweep", "quit"} <= offered
        app.main.dashboard.cameras.focus()
        await pilot.pause()
        assert "URL" not in {command.title for command in app.get_system_commands(app.main)}
        for command in app.get_system_commands(app.main):
            if command.title == "all keys":
                command.callback()
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_a_click_on_the_footer_is_its_key() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        await pilot.click(app.main.footer, offset=(grid(app)[47].index("p pause") + 2, 0))
        await settled(pilot)

        assert view.asked == [(RequestKind.PAUSE, None, None)]
