"""Words that are looked for in a log."""

from pathlib import Path

import pytest

from tests.console.logs.log_app import LogApp, mixed_log, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return mixed_log(tmp_path)


async def test_a_search_goes_from_line_to_line_and_around_the_end(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot, path)
        await pilot.press("slash", *"WARNING", "enter")
        await pilot.pause()
        found = []
        for key in ("y", "N", "n", "n"):
            await pilot.press(key, "y")
            await pilot.pause()
            found.append(app.clipboard)

        assert found == [
            "line 90 warning: late",
            "line 80 warning: late",
            "line 90 warning: late",
            "line 0 warning: late",
        ]
        assert " line 0 warning: late" in app.lines
        assert not app.pane.is_following


async def test_what_is_nowhere_is_said(path: Path) -> None:
    app = LogApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot, path)
        await pilot.press("slash", *"nowhere", "enter")
        await pilot.pause()

        assert app.said == ["No line here has 'nowhere'."]
