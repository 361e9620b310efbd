"""A closer look at one gap, key by key."""

from dataclasses import replace

import pytest

from anr_tui.console.dialogs.question import ConfirmDialog, HelpScreen, UrlDialog
from anr_tui.console.screens.gap_screen import GapScreen
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import RequestKind
from tests.console.screens.gap_keys import SIZE, opened, text
from tests.console.site import RecordingView, console, grid, settled, site_events, site_snapshot, until


async def test_d_shows_all_there_is_to_know_about_a_gap() -> None:
    view = RecordingView(events=site_events())
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)

        shown = text(app)
        for words in (
            "2026-06-13 13:48:00",
            "2026-06-13 11:48:00Z",
            "5m of 10m",
            "fill 31",
            "fetching 62%",
            "camera busy",
            "20260613_114800.mp4",
            "a" * 64,
            "fill by ana@desk: done",
            "10m of footage are missing.",
            "rtsp://operator:***@",
            "ffmpeg -rtsp_transport tcp",
        ):
            assert words in shown
        assert "hunter2" not in shown


async def test_it_is_read_again_only_when_the_site_has_news() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert view.details == 1
        await app.main.read_once()
        await settled(pilot)
        assert view.details == 1

        fills = view.snapshot.gaps[0].fill
        assert fills is not None
        row = replace(view.snapshot.gaps[0], fill=replace(fills, got_s=540.0))
        view.change(gaps=(row, *view.snapshot.gaps[1:]))
        await app.main.read_once()
        await until(pilot, lambda: view.details == 2)
        await settled(pilot)

        assert "fetching 90%" in text(app)


async def test_the_chosen_line_stays_chosen_while_a_fill_runs() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("G")
        key = screen.table.row.key if screen.table.row else None
        view.change(gaps=(replace(view.snapshot.gaps[0], fill=None), *view.snapshot.gaps[1:]))
        view.change(gaps=site_snapshot().gaps)
        await app.main.read_once()
        await until(pilot, lambda: view.details == 2)
        await settled(pilot)

        assert screen.table.row is not None and screen.table.row.key == key


@pytest.mark.parametrize(("key", "kind"), [("f", RequestKind.FILL), ("r", RequestKind.RETRY)])
async def test_keys_for_the_gap_work_there(key: str, kind: RequestKind) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "j")
        await pilot.press(key)
        await settled(pilot)

        assert [(asked[0], asked[1]) for asked in view.asked] == [(kind, "gap-002")]
        assert grid(app)[-2].rstrip().endswith(": asked")


async def test_c_asks_before_it_cancels_there() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("y")
        await settled(pilot)

        assert view.asked == [(RequestKind.CANCEL, None, 31)]
        assert isinstance(app.screen, GapScreen)


async def test_u_shows_the_url_there() -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("u")
        await settled(pilot)
        assert isinstance(app.screen, UrlDialog)


@pytest.mark.parametrize("key", ["escape", "d", "q"])
async def test_keys_lead_back(key: str) -> None:
    app = console(RecordingView())
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press(key)
        await settled(pilot)
        assert app.screen is app.main


async def test_who_only_looks_may_read_it_and_ask_nothing() -> None:
    view = RecordingView(is_read_only=True)
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f")
        await settled(pilot)

        assert view.asked == []
        assert "fill" not in grid(app)[-1].split()
        assert "read-only" in grid(app)[-2]


async def test_a_gap_that_cannot_be_read_is_said() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        view.error = AnrError("The journal is damaged.")
        await pilot.press("d")
        await settled(pilot)

        assert "The journal is damaged." in grid(app)[-2]


async def test_help_the_zone_and_the_palette_are_there_too() -> None:
    app = console()
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        before = grid(app)[0]
        await pilot.press("T")
        await settled(pilot)
        assert grid(app)[0].rstrip().endswith("UTC") and grid(app)[0] != before

        offered = {command.title: command.callback for command in app.get_system_commands(screen)}
        assert {"fill", "retry", "picture", "time zone", "back"} <= set(offered)
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await settled(pilot)
        await offered["back"]()
        await settled(pilot)
        assert app.screen is app.main


async def test_what_is_typed_after_a_slash_is_looked_for_and_never_done() -> None:
    view = RecordingView(events=site_events())
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("slash", *"for", "enter")
        await settled(pilot)
        assert view.asked == []
        assert grid(app)[-2].strip() == "found: for"

        await pilot.press("slash", *["backspace"] * 3, *"CAMERA BUSY", "enter")
        await settled(pilot)
        assert isinstance(app.screen, GapScreen)
        assert app.screen.table.cursor > 0
        first = app.screen.table.cursor
        await pilot.press("n")
        assert grid(app)[-2].strip() == "found: CAMERA BUSY"
        assert app.screen.table.cursor >= first
