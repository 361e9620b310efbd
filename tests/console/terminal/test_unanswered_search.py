"""What is typed after `/` where nothing is searched acts as no key."""

import pytest

from anr_tui.domain.request import RequestKind
from tests.console.site import RecordingView, console, settled, until

SIZE = (120, 36)


@pytest.mark.parametrize(
    ("opening", "typed"),
    [("c", "y"), ("w", "worker"), ("u", "qf"), ("u", "cr"), ("question_mark", "quitr"), ("x", "cjt")],
)
async def test_no_letter_of_it_is_a_key(opening: str, typed: str) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(opening)
        await until(pilot, lambda: app.screen is not app.main)
        dialog = app.screen
        await pilot.press("slash", *typed)
        await pilot.pause()
        assert (app.screen, view.asked) == (dialog, [])
        assert True not in view.revealed

        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog, "this ends the words, not the dialog"
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is app.main


async def test_after_it_keys_are_keys_again() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("c", "slash", "y", "enter", "y")
        await settled(pilot)
        assert [kind for kind, *_ in view.asked] == [RequestKind.CANCEL]


async def test_where_slash_is_known_and_where_text_is_typed_nothing_is_swallowed() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"a/b", "enter")
        await settled(pilot)
        await pilot.press("escape", "f")
        await settled(pilot)
        assert [kind for kind, *_ in view.asked] == [RequestKind.FILL]
