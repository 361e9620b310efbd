"""What was asked for is taken back, as far as that can be."""

import pytest

from anr_tui.domain.request import RequestState
from tests.console.commands.builders import CANCEL, FILL, press
from tests.console.site import RecordingView, console, settled, status_line

# Undo.


async def test_what_no_worker_has_taken_is_taken_back() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("j", "j", "j", "r")
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        assert status_line(app).endswith(": taken back")
        (request,) = await view.answers([1])
        assert request.state is RequestState.WITHDRAWN
        await app.main.read_once()
        await pilot.press("z")
        await settled(pilot)
        assert status_line(app) == "There is no fill, retry or cancel of this console to take back."


@pytest.mark.parametrize("state", [RequestState.TAKEN, RequestState.DONE])
async def test_a_retry_that_was_taken_cannot_be_undone(state: RequestState) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("j", "j", "j", "r")
        await settled(pilot)
        view.answer(1, state)
        await pilot.press("z")
        await settled(pilot)
        await app.main.read_once()

        assert status_line(app).endswith("too late, the worker has answered; the attempts stay reset")
        assert len(view.asked) == 1


@pytest.mark.parametrize(
    ("state", "asked"), [(RequestState.TAKEN, 2), (RequestState.DONE, 2), (RequestState.REFUSED, 1)]
)
async def test_a_cancelled_fill_is_asked_for_again(state: RequestState, asked: int) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await press(pilot, "c")
        await pilot.press("y")
        await settled(pilot)
        view.answer(1, state)
        await pilot.press("z")
        await settled(pilot)

        assert len(view.asked) == asked
        assert view.asked[1:] == [(FILL, "gap-001", None)][: asked - 1]
        assert status_line(app).startswith("fill again front gate" if asked > 1 else "cancel front gate")


async def test_many_are_taken_back_as_far_as_that_can_be() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("j", "j", "j", "space", "space", "space", "f")
        await settled(pilot)
        view.answer(1, RequestState.TAKEN)
        await pilot.press("z")
        await settled(pilot)

        assert view.asked[3:] == [(CANCEL, "gap-004", None)]
        await app.main.read_once()
        assert status_line(app) == "2 of 3 taken back; for the others cancel 1 gap: 1 asked"


async def test_what_somebody_else_asked_first_is_theirs() -> None:
    view = RecordingView(of_others={1})
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("j", "j", "j", "r")
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)

        assert "only they can take it back" in status_line(app)
