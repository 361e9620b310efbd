"""A closer look at one gap: its screen and its pictures, key by key."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from anr_tui.console.dialogs.question import ConfirmDialog, HelpScreen, UrlDialog
from anr_tui.console.keys.actions import DETAIL_KEYS, EXPORT_KEYS, MOVES, PICTURE_KEYS, Action
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.screens.external_programs import has_display
from anr_tui.console.screens.gap_lines import detail_lines, text_of
from anr_tui.console.screens.gap_screen import GapScreen
from anr_tui.console.screens.picture_screen import PictureScreen
from anr_tui.console.terminal.cell_images import RAMP
from anr_tui.domain.errors import AnrError
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind
from anr_tui.view.snapshot.snapshot import FillRow
from tests.console.screens.one_gap import gap_detail
from tests.console.site import MASKED, RecordingView, console, grid, settled, site_events, site_snapshot, until

SIZE = (120, 60)


async def opened(pilot: Pilot[None], *keys: str) -> GapScreen:
    await pilot.press(*keys, "d")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, GapScreen)
    await until(pilot, lambda: screen.detail is not None)
    await settled(pilot)
    return screen


async def pictured(pilot: Pilot[None]) -> PictureScreen:
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, PictureScreen)
    await settled(pilot)
    return screen


def text(app: ConsoleApp) -> str:
    return "\n".join(line.rstrip() for line in grid(app))


async def choose(pilot: Pilot[None], gap_id: str) -> None:
    """Put the cursor on this gap."""
    assert pilot.app.main.dashboard.gaps.choose(gap_id)  # type: ignore[attr-defined]  # a ConsoleApp
    await pilot.pause()


@pytest.mark.parametrize("keys", [DETAIL_KEYS, PICTURE_KEYS, EXPORT_KEYS])
def test_no_key_means_two_things_on_one_screen(keys: tuple[Action, ...]) -> None:
    every = [key for action in keys for key in action.keys.split(",")]
    moves = [key for action in MOVES for key in action.keys.split(",")] if keys is DETAIL_KEYS else []

    assert len(every) == len(set(every))
    assert not set(every) & set(moves)


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


@pytest.mark.parametrize("outcome", Outcome)
def test_every_attempt_says_what_follows_and_what_to_do(outcome: Outcome) -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    fill = replace(
        detail.fills[0].fill, outcome=outcome, reason="It said no.", ended_at=detail.fills[0].fill.started_at
    )
    context = console().context()
    lines = detail_lines(replace(detail, fills=(FillRow(fill, "gate", None),)), context, 200)

    shown = text_of(lines)
    assert outcome.words in shown
    assert outcome.traits.next_step in shown
    assert outcome.traits.remedy in shown


def test_what_follows_is_said_of_the_newest_attempt_only_and_of_a_failed_gap_that_nothing_does() -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    fill = replace(
        detail.fills[0].fill, outcome=Outcome.NO_FOOTAGE, reason="It said no.", ended_at=detail.fills[0].fill.started_at
    )
    attempts = tuple(FillRow(replace(fill, id=number), "gate", None) for number in (9, 8))
    failed = replace(detail.row, gap=replace(detail.row.gap, fill_state=FillState.FAILED))
    context = console().context()

    shown = text_of(detail_lines(replace(detail, fills=attempts), context, 200))
    assert shown.count(Outcome.NO_FOOTAGE.traits.next_step) == 1
    shown = text_of(detail_lines(replace(detail, row=failed, fills=attempts), context, 200))
    assert "nothing happens automatically: no attempts are left" in shown
    assert Outcome.NO_FOOTAGE.traits.next_step not in shown


@pytest.mark.parametrize("width", [20, 40, 76, 116, 300])
def test_no_line_is_wider_than_the_screen_and_no_word_is_lost(width: int) -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    lines = detail_lines(detail, console().context(), width)

    assert len({line.key for line in lines}) == len(lines)
    wrapped = "".join(text_of(lines).split())
    assert "".join(MASKED.command.split()) in wrapped.replace("command", "", 1).replace("command", "") or width < 40


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


async def test_o_gives_the_file_to_the_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    player = tmp_path / "player.py"
    player.write_text(
        "import os, sys\n"
        f"open({str(told) + '.part'!r}, 'w').write('|'.join([sys.argv[-1], str(os.getsid(0) == os.getpid())]))\n"
        f"os.rename({str(told) + '.part'!r}, {str(told)!r})\n"
    )
    landed = tmp_path / "front-gate" / "20260613_114800.mp4"
    landed.parent.mkdir()
    landed.touch()
    monkeypatch.setenv("DISPLAY", ":7")
    view = RecordingView(recordings=tmp_path, player=(sys.executable, str(player)))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await pictured(pilot)
        await pilot.press("o")
        await pilot.pause()
        assert "opened 20260613_114800.mp4" in grid(app)[-2]
        await until(pilot, told.exists)

    assert told.read_text() == f"{landed}|True"


async def test_o_without_a_display_or_a_player_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    landed = tmp_path / "front-gate" / "20260613_114800.mp4"
    landed.parent.mkdir()
    view = RecordingView(recordings=tmp_path, player=(str(tmp_path / "no-player"),))
    app = console(view)
    async with app.run_test(size=(250, 24)) as pilot:
        await pilot.press("v")
        await pictured(pilot)
        for step, words in (
            (lambda: None, "No display here (DISPLAY)"),
            (lambda: monkeypatch.setenv("DISPLAY", ":7"), "is not there any more"),
            (landed.touch, "no-player cannot be started (No such file or directory): set ANR_PLAYER."),
        ):
            step()
            await pilot.press("o")
            await pilot.pause()
            assert words in grid(app)[-2]


def test_a_desktop_is_told_by_its_display() -> None:
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_display({}, "darwin")
    assert not has_display({"DISPLAY": ""}, "linux")
