"""The log on the screen: it follows the end, and stays where a person reads."""

from pathlib import Path

import pytest

from anr_tui.console.logs.log_buffer import LINES_KEPT
from tests.console.logs.log_app import LogApp, append


async def test_the_end_is_followed(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.pane.show_file(path, "no line yet")
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[0] == " no line yet"

        append(path, 0, 3)
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[:4] == [" line 0", " line 1", " line 2", ""]

        append(path, 3, 100)
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[-1] == " line 102"
        assert app.pane.is_following


async def test_scrolling_up_pauses_and_the_end_follows_again(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        append(path, 0, 100)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.pause()
        await pilot.press("k", "pageup")
        await pilot.pause()
        assert not app.pane.is_following
        before = app.lines

        append(path, 100, 50)
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines == before

        await pilot.press("G")
        await pilot.pause()
        assert app.lines[-1] == " line 149"
        assert app.told == [False, True]


@pytest.mark.parametrize(
    ("keys", "top"), [(("g",), 0), (("home", "j"), 1), (("g", "pagedown", "down", "up"), 9), (("g", "end"), 90)]
)
async def test_every_move(path: Path, keys: tuple[str, ...], top: int) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        append(path, 0, 100)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.press(*keys)
        await pilot.pause()

        assert app.lines[0] == f" line {top}"


async def test_long_lines_are_reached_sideways(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        path.write_text("0123456789" * 9 + "END\n")
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.press("left", *["right"] * 9)
        await pilot.pause()
        assert app.lines[0].rstrip().endswith("END")

        await pilot.press(*["left"] * 9)
        await pilot.pause()
        assert app.lines[0].startswith(" 0123")


async def test_a_chatty_log_stays_bounded_and_in_place_while_paused(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        append(path, 0, LINES_KEPT)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.press("k")
        await pilot.pause()
        before = app.lines
        append(path, LINES_KEPT, 1000)
        await app.pane.read_more()
        await pilot.pause()

        assert app.pane.virtual_size.height == LINES_KEPT + 1
        assert app.lines == before


async def test_of_a_large_log_the_end_is_shown_and_how_much_is_above(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(120, 10)) as pilot:
        append(path, 0, 300_000)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[-1] == " line 299999"

        await pilot.press("g")
        await pilot.pause()
        left_out = path.stat().st_size - LINES_KEPT * len("line 295000\n")
        assert app.lines[0].startswith(f" {left_out / 1e6:.1f} MB before this are left out")
        assert app.lines[1] == f" line {300_000 - LINES_KEPT}"


async def test_a_log_that_this_user_may_not_read_is_a_sentence(path: Path) -> None:
    path.symlink_to(path)  # fails for root too
    app = LogApp()
    async with app.run_test(size=(250, 10)) as pilot:
        app.pane.show_file(path, "no line yet")
        await app.pane.read_more()
        await pilot.pause()
        assert f" The log {path} cannot be read by this user (" in app.pane.render_line(0).text

        path.unlink()
        append(path, 0, 1)
        await app.pane.read_more()
        await pilot.pause()
        assert app.lines[0] == " line 0"


async def test_another_fill_starts_with_an_empty_followed_pane(path: Path, tmp_path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        append(path, 0, 100)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.press("g")
        app.pane.show_file(tmp_path / "other.log", "no line yet")
        await app.pane.read_more()
        await pilot.pause()

        assert app.lines[0] == " no line yet"
        assert app.pane.is_following


async def test_a_truncated_log_shows_only_what_is_there_now(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        append(path, 0, 100)
        app.pane.show_file(path, "")
        await app.pane.read_more()
        path.write_text("afresh\n")
        await app.pane.read_more()
        await pilot.pause()

        assert app.lines[:2] == [" afresh", ""]


async def test_a_log_cannot_speak_to_the_terminal(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(60, 10)) as pilot:
        path.write_text("[rtsp @ 0x1] \x1b]0;PWNED\x07 [/dev/video0]\n")
        app.pane.show_file(path, "")
        await app.pane.read_more()
        await pilot.pause()

        assert app.lines[0] == " [rtsp @ 0x1] ]0;PWNED [/dev/video0]"
        assert "\x1b" not in "".join(app.lines)
