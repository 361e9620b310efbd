"""What is asked of all marked gaps: of which, after which question, in which words."""

import re

import pytest

from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.main.app import ConsoleApp
from anr_tui.domain.errors import AnrError
from anr_tui.domain.gap import FillState
from anr_tui.domain.request import RequestState
from anr_tui.view.snapshot.snapshot import GapRow
from tests.console.commands.builders import CANCEL, FILL, RETRY, press
from tests.console.site import NAMES, RecordingView, camera_id, console, gap, grid, settled, status_line


def dialog(app: ConsoleApp) -> str:
    """The text between the borders of the dialog."""
    return " ".join(found[1].strip() for line in grid(app) if (found := re.search("│(.*)│", line)))


async def test_fill_asks_for_those_that_are_missing_in_one_sentence() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("space", "space", "space", "space", "space", "f")
        await settled(pilot)
        assert view.asked == [(FILL, "gap-004", None), (FILL, "gap-005", None)]
        assert status_line(app) == "fill 2 gaps of 5: 2 asked"
        assert app.main.dashboard.gaps_state.marks.keys == frozenset()

        for number, state, words in (
            (1, RequestState.TAKEN, "2 asked, 1 taken"),
            (2, RequestState.REFUSED, "2 asked, 1 taken, 1 refused"),
            (1, RequestState.DONE, "2 asked, 1 done, 1 refused"),
        ):
            view.answer(number, state)
            await app.main.read_once()
            await pilot.pause()
            assert status_line(app) == f"fill 2 gaps of 5: {words}"


async def test_retry_asks_for_those_of_which_something_was_tried() -> None:
    view = RecordingView()
    untried = GapRow(gap(99, "roof", 5, 60), "roof", None)
    view.change(gaps=(untried, *view.snapshot.gaps[3:6]))
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("asterisk", "r")
        await settled(pilot)

        assert [each[:2] for each in view.asked] == [(RETRY, "gap-004"), (RETRY, "gap-005"), (RETRY, "gap-006")]


async def test_cancel_asks_once_for_all_that_run() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "asterisk", "c")
        assert isinstance(app.screen, ConfirmDialog)
        assert any("Cancel 3 fills?" in line for line in grid(app))
        await pilot.press("y")
        await settled(pilot)

        assert sorted(view.asked) == [(CANCEL, None, 31), (CANCEL, None, 32), (CANCEL, None, 33)]


async def test_marked_fills_stand_for_their_gaps() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "j", "j", "space", "space", "f")
        await settled(pilot)

        assert view.asked == [(FILL, "gap-004", None), (FILL, "gap-005", None)]


async def test_what_applies_to_none_is_said_and_asks_nothing() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        for key, words in (("f", "being filled"), ("r", "was never tried")):
            await pilot.press("g", "escape", "space", key)
            await settled(pilot)
            assert status_line(app).startswith("1 gap marked: ")
            assert words in status_line(app)
        await pilot.press("escape", "j", "j", "space", "c")
        await settled(pilot)
        assert status_line(app) == "1 gap marked: none of them is being filled or requested."
        assert view.asked == []


@pytest.mark.parametrize(("answer", "asked"), [("y", 12), ("n", 0)])
async def test_more_than_ten_gaps_are_asked_about_with_what_they_cost(answer: str, asked: int) -> None:
    view = RecordingView()
    gaps = [GapRow(gap(number, camera_id(NAMES[0]), number, 600), NAMES[0], None) for number in range(100, 112)]
    view.change(gaps=(*view.snapshot.gaps[:1], *gaps))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "asterisk", "f")
        words = dialog(app)
        assert "Fill 12 gaps?" in words
        assert "2h of footage: about" in words
        assert "one after the other at the speeds measured so far" in words
        await pilot.press(answer)
        await settled(pilot)

        assert len(view.asked) == asked
        assert app.main.dashboard.gaps_state.marks.keys == (
            frozenset() if asked else {row.id for row in app.main.dashboard.gaps.rows}
        )


async def test_where_nothing_was_measured_the_question_says_so() -> None:
    view = RecordingView()
    gaps = [GapRow(gap(number, "roof", number, 600, fill_state=FillState.FAILED), "roof", None) for number in range(11)]
    view.change(gaps=tuple(gaps), fills=())
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "asterisk", "r")

        words = dialog(app)
        assert "Retry 11 gaps?" in words
        assert "no speed was measured yet" in words


async def test_an_error_is_said_and_the_marks_stay() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.error = AnrError("The journal is read-only.")
        await pilot.press("j", "j", "j", "space", "f")
        await settled(pilot)

        assert status_line(app) == "The journal is read-only."
        assert len(app.main.dashboard.gaps_state.marks.keys) == 1


async def test_who_only_looks_marks_but_asks_nothing() -> None:
    view = RecordingView(is_read_only=True)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("f", "r", "c", "z"):
            await pilot.press("space", key)
            await settled(pilot)
            assert "read-only" in status_line(app)
        assert view.asked == []
