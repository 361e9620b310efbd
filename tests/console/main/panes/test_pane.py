"""The panes: the title of the one that has the focus is lit, and no other."""

import pytest

from anr_tui.console.keys.actions import Place
from anr_tui.console.main.app import ConsoleApp
from tests.console.site import console, settled


def titles(app: ConsoleApp) -> dict[Place, object]:
    """How each pane's name is painted."""
    return {
        place: next(segment.style for segment in pane._title.render_line(0) if segment.text.strip() == place.title())
        for place, pane in app.main.dashboard.panes.items()
        if pane.display
    }


@pytest.mark.parametrize("environ", [{"COLORTERM": "truecolor"}, {"NO_COLOR": "1"}], ids=["colours", "no colours"])
async def test_the_title_of_the_focused_pane_is_lit(environ: dict[str, str]) -> None:
    app = console(environ=environ)
    async with app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        for key in ("shift+tab", "tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            await settled(pilot)
            painted = titles(app)
            lit = painted.pop(app.main.place)  # type: ignore[arg-type]  # the focus is on a pane
            assert lit not in painted.values()
            assert len(set(painted.values())) == 1
