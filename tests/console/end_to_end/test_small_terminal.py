"""Below 80x24: what a dialog or a sentence has no room for is still within reach."""

import pytest

from anr_tui.console.drawing.line_box import message_lines
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone, styled, width_of
from anr_tui.platform.glyphs import UNICODE
from tests.console.site import console, grid, settled

LONG = "There is no directory /srv/a/rather/long/path/recordings for recordings. Is the disk mounted? Then try E."


@pytest.mark.parametrize("key", ["w", "u", "question_mark"])
async def test_the_keys_of_a_dialog_stay_in_view_and_its_end_is_reached(key: str) -> None:
    app = console()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press(key)
        await settled(pilot)
        begun = "\n".join(grid(app))
        assert "esc close" in begun

        await pilot.press(*["pagedown"] * 30)
        await settled(pilot)
        ended = "\n".join(grid(app))
        assert "esc close" in ended and ended != begun
        await pilot.press(*["up"] * 60)
        await settled(pilot)
        assert "\n".join(grid(app)) == begun


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_sentence_that_is_longer_than_the_line_is_shown_whole(size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        app.main.show_message(StatusMessage(LONG, Tone.BAD))
        await settled(pilot)
        assert LONG in " ".join(" ".join(grid(app)).split())

        await pilot.press("j")
        await settled(pilot)
        assert app.main.status.size.height == 1


async def test_a_terminal_that_grows_again_is_not_called_small() -> None:
    app = console()
    async with app.run_test(size=(60, 15)) as pilot:
        await settled(pilot)
        assert "is small" in "\n".join(grid(app))
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "is small" not in "\n".join(grid(app))


def test_a_sentence_without_an_end_takes_four_lines() -> None:
    lines = message_lines(styled("so " * 1000, Tone.BAD), 80, UNICODE)

    assert len(lines) == 4
    assert all(width_of(line.left) <= 79 for line in lines)
    assert lines[-1].left[-1].text.endswith(UNICODE.cut)
