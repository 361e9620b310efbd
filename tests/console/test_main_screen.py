"""The main screen: what it shows, what each key does, and that nothing from outside harms it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region

from anr_tui.console.app import ConsoleApp
from anr_tui.console.dialogs import ConfirmDialog, HelpScreen, UrlDialog
from anr_tui.console.glyphs import UNICODE
from anr_tui.errors import AnrError
from anr_tui.model import RequestKind, RequestState
from anr_tui.view.snapshot import Snapshot, WorkerRow, WorkerState
from tests.console.site import Clock, RecordingView, console, grid, settled, site_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

DASH = UNICODE.dash
TIMES = UNICODE.times
SIZES = [(80, 24), (120, 32), (160, 48)]


@pytest.mark.parametrize("size", SIZES)
async def test_everything_has_its_place(size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = "\n".join(grid(app))

        for words in (
            "heldar.db", "worker runs  anna@nvr-07 pid 4711", "next sweep in 4 min", "15 pending", "2 failed",
            "3 filled", "missing 2h 32m", "412.0 GB free", "Cameras 6", "Gaps 20 of all cameras", "CEST (UTC+2)",
            "Fills 3 running", "front gate ", "recording", "offline", "set aside: log", "in 2 min", "no replay URL",
            "06-13 13:48:00", "13:58:05", "10m 05s", "filling", "pending", " 62%", f"38.2{TIMES}", "48.3 MB",
            "verifying",
            "camera busy: 453", "f fill  r retry  c cancel  u URL", "? help", "q quit",
        ):  # fmt: skip
            assert words in screen, words


async def test_a_tall_screen_has_the_log_and_ended_fills(tmp_path: Path) -> None:
    (tmp_path / "fill-000033.log").write_text("frame=  100 speed=21.7x\n")
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(160, 48)) as pilot:
        await app.main.board.log_pane.read_more()
        await pilot.pause()
        screen = "\n".join(grid(app))

        assert f"Log of warehouse aisle 06-13 13:47:00{DASH}14:07:10" in screen
        assert "FOLLOW" in screen
        assert "frame=  100 speed=21.7x" in screen
        assert "no footage on the camera" in screen
        assert "192.0.2.15:554 did not answer within 5 s" in screen


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("f", (RequestKind.FILL, "gap-001", None)),
        ("r", (RequestKind.RETRY, "gap-001", None)),
        ("p", (RequestKind.PAUSE, None, None)),
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


async def test_a_sentence_on_the_status_line_gives_way_to_the_chosen_row() -> None:
    clock = Clock()
    app = console(clock=clock)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("s")
        await settled(pilot)
        assert grid(app)[22].strip() == "sweep now: asked"
        clock.forward(21)
        await app.main.read_once()
        await pilot.pause()
        assert grid(app)[22].strip() == f"front gate 06-13 13:48:00{DASH}13:58:00: fetching 62%"
        await pilot.press("s", "j", "j", "j")
        await settled(pilot)
        assert grid(app)[22].strip() == (
            f"parking north 06-13 13:48:00{DASH}13:57:58: pending; camera busy: 453 Not Enough Bandwidth; not tried yet"
        )


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

        assert "choose one in the fills or gaps first" in grid(app)[22]
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
        assert {row.camera_name for row in app.main.board.gaps.rows} == {"front gate"}
        await pilot.press("shift+tab", "j")
        await pilot.pause()
        assert {row.camera_name for row in app.main.board.gaps.rows} == {"loading dock"}
        assert any("Gaps 4 of loading dock" in line for line in grid(app))
        await pilot.press("a")
        assert len(app.main.board.gaps.rows) == 20


async def test_enter_on_a_camera_goes_to_its_gaps() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab", "j", "j", "enter")
        await pilot.pause()

        assert {row.camera_name for row in app.main.board.gaps.rows} == {"warehouse aisle"}
        assert app.focused is app.main.board.gaps


@pytest.mark.parametrize("closing", ["l", "escape"])
async def test_l_gives_the_log_the_screen_and_back(tmp_path: Path, closing: str) -> None:
    (tmp_path / "fill-000033.log").write_text("".join(f"line {number}\n" for number in range(50)))
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await app.main.board.log_pane.read_more()
        await pilot.pause()
        assert app.focused is app.main.board.log_pane
        assert [grid(app)[3].strip(), grid(app)[21].strip(" ▇▆▅▄▃▂▁")] == ["line 31", "line 49"]

        await pilot.press(closing)
        await pilot.pause()
        assert app.focused is app.main.board.gaps
        assert any("Cameras 6" in line for line in grid(app))


async def test_enter_opens_the_log_of_the_chosen_gap(tmp_path: Path) -> None:
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "enter")
        await pilot.pause()

        assert app.main.board.log_pane.path == tmp_path / "fill-000032.log"
        assert "Log of loading dock" in grid(app)[2]


async def test_the_log_follows_the_running_fill_until_a_person_chooses(tmp_path: Path) -> None:
    view = RecordingView(logs=tmp_path)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.main.board.log_pane.path == tmp_path / "fill-000033.log"
        view.change(fills=view.snapshot.fills[1:])
        await app.main.read_once()
        assert app.main.board.log_pane.path == tmp_path / "fill-000032.log"

        await pilot.press("tab", "j")
        view.change(fills=site_snapshot().fills)
        await app.main.read_once()
        assert app.main.board.log_pane.path == tmp_path / "fill-000031.log"


async def test_the_chosen_gap_survives_refreshes() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j", "j")
        view.change(gaps=view.snapshot.gaps[2:])
        await app.main.read_once()
        await pilot.press("f")
        await settled(pilot)

        assert view.asked == [(RequestKind.FILL, "gap-005", None)]


async def test_nothing_new_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    app = console(clock=clock)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        regions = watch_repaints(app, monkeypatch)
        clock.forward(1)
        await app.main.read_once()
        assert regions == []

        clock.forward(50)
        await app.main.read_once()
        assert Region(154, 1, 1, 1) in regions
        assert sum(region.width for region in regions) < 80


async def test_one_fills_progress_repaints_a_few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        regions = watch_repaints(app, monkeypatch)
        first, *rest = view.snapshot.fills
        changed = replace(first, fill=replace(first.fill, size_bytes=152_000_000))
        view.change(fills=(changed, *rest))
        await app.main.read_once()

        assert [region.size for region in regions] == [(1, 1)]


def watch_repaints(app: ConsoleApp, monkeypatch: pytest.MonkeyPatch) -> list[Region]:
    """What widgets ask to have painted from now on; a whole widget counts with its size."""
    regions: list[Region] = []
    for widget in app.main.query("LineTable, LineBox, LogPane"):
        original: Callable[..., object] = widget.refresh

        def refresh(*wanted: Region, _of: object = widget, _original: object = original, **options: bool) -> object:
            regions.extend(wanted or [_of.size.region])  # type: ignore[attr-defined]  # a widget
            return _original(*wanted, **options)  # type: ignore[operator]  # its own refresh

        monkeypatch.setattr(widget, "refresh", refresh)
    return regions


@pytest.mark.parametrize(
    "name",
    ["gate [/dev/video0] \x1b]0;PWNED\x07 [red]x[/red] [/]", "日本語カメラ" * 20, ""],
    ids=["hostile", "wide", "empty"],
)
async def test_a_hostile_camera_name_does_no_harm(name: str) -> None:
    view = RecordingView()
    snapshot = view.snapshot
    view.change(
        cameras=tuple(replace(row, name=name, state=name, vendor=name, set_aside_why=name) for row in snapshot.cameras),
        gaps=tuple(replace(row, camera_name=name) for row in snapshot.gaps),
        fills=tuple(replace(row, camera_name=name, fill=replace(row.fill, reason=name)) for row in snapshot.fills),
        problem=name,
    )
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (("f",), ("c", "y"), ("u", "escape"), ("tab",), ("shift+tab", "shift+tab", "enter"), ("l", "l")):
            await pilot.press(*keys)
            await settled(pilot)

            assert "\x1b" not in "".join(grid(app))
            assert all(len(line) <= 80 for line in grid(app))


async def test_a_site_that_fails_or_falls_silent_is_shown_as_late() -> None:
    view, clock = RecordingView(), Clock()
    app = console(view, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view.error = AnrError("The site database is locked.")
        clock.forward(12)
        await app.main.read_once()
        await pilot.pause()
        assert grid(app)[2].strip() == "problem The site was last seen 12 s ago. The site database is locked."
        assert "Cameras 6" in grid(app)[3]

        clock.forward(120)
        await app.main.read_once()
        await pilot.pause()
        assert "last seen 2 min ago" in grid(app)[2]

        view.error = None
        await app.main.read_once()
        await pilot.pause()
        assert "Cameras 6" in grid(app)[2]


async def test_a_read_that_hangs_does_not_stop_the_screen() -> None:
    class Hanging(RecordingView):
        async def read(self) -> Snapshot | None:
            if self.reads:
                await asyncio.Event().wait()
            return await super().read()

    clock = Clock()
    app = console(Hanging(), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot, asyncio.timeout(10):
        await pilot.pause()
        clock.forward(70)
        while "last seen 1 min ago" not in grid(app)[2]:
            await pilot.pause(0.05)
        await pilot.press("j")
        assert app.main.board.gaps.cursor == 1


async def test_a_site_that_cannot_be_read_at_first_says_why() -> None:
    view = RecordingView(error=AnrError("There is no table recording_gaps."))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "There is no table recording_gaps." in grid(app)[0]
        await pilot.press("f", "j", "enter", "l", "l", "question_mark", "escape", "a")

        view.error = None
        await app.main.read_once()
        await pilot.pause()
        assert "heldar.db" in grid(app)[0]


async def test_the_console_starts_a_worker_where_none_runs() -> None:
    started = []

    async def start() -> None:
        started.append(1)

    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view, start)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()

        assert started == [1]
        assert "started one" in grid(app)[22]


@pytest.mark.parametrize(("answer", "left"), [("y", True), ("n", False)])
async def test_quit_asks_while_our_worker_fills(answer: str, left: bool) -> None:
    async def start() -> None:
        view.change(worker=site_snapshot().worker)

    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view, start)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
        assert any("3 running fills will be stopped; what arrived is kept." in line for line in grid(app))
        await pilot.press(answer)
        await pilot.pause()

        assert app._exit is left


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_does_not_ask_where_the_worker_is_not_ours(key: str) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()

        assert app._exit


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_opens_and_escape_closes_it(key: str) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert isinstance(app.screen, HelpScreen)
        assert not any("out of attempts" in line for line in grid(app))
        await pilot.press("j", "down", "pagedown", "j", "j")
        await pilot.pause()
        assert any("out of attempts" in line for line in grid(app))
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
        app.main.board.cameras.focus()
        await pilot.pause()
        assert "URL" not in {command.title for command in app.get_system_commands(app.main)}
        for command in app.get_system_commands(app.main):
            if command.title == "help":
                command.callback()
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_a_click_on_the_footer_is_its_key() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(app.main.footer, offset=(grid(app)[23].index("s sweep") + 2, 0))
        await settled(pilot)

        assert view.asked == [(RequestKind.SWEEP, None, None)]


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (250, 70)])
async def test_any_size_can_be_used(size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.press("j", "tab", "j", "l", "l", "question_mark", "escape")
        await pilot.pause()

        assert len(grid(app)) == size[1]


async def test_ascii_terminals_get_ascii() -> None:
    view = RecordingView()
    view.change(cameras=tuple(replace(row, name="Einfahrt Süd") for row in view.snapshot.cameras))
    app = console(view, encoding="ascii")
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        assert "".join(grid(app)).isascii()
        for key in ("u", "question_mark"):
            await pilot.press(key)
            await settled(pilot)
            assert "".join(grid(app)).isascii(), key
            await pilot.press("escape")


async def test_without_colours_the_chosen_row_is_reversed() -> None:
    app = console(environ={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "ansi-dark"
        row = app.screen._compositor.render_strips()[12]

        assert all(segment.style.reverse for segment in row if segment.text.strip() == "front gate")
