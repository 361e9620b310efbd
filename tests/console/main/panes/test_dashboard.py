"""Which panes there are on a terminal of which size."""

import re

import pytest

from tests.console.site import RecordingView, console, grid, settled


@pytest.mark.parametrize(
    ("size", "there", "gone"),
    [
        ((80, 24), ("Cameras", "Gaps", "Fills"), ("Log",)),
        ((250, 70), ("Cameras", "Gaps", "Fills", "Log"), ()),
        ((80, 20), ("Cameras", "Gaps"), ("Fills", "Log")),
        ((60, 14), ("Gaps",), ("Cameras", "Fills", "Log")),
        ((30, 8), ("Gaps",), ("Cameras", "Fills", "Log")),
    ],
    ids=str,
)
async def test_as_the_terminal_shrinks_panes_go_in_an_order(
    size: tuple[int, int], there: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    app = console(RecordingView())
    async with app.run_test(size=(250, 70)) as pilot:
        await settled(pilot)
        await pilot.resize_terminal(*size)
        await settled(pilot)
        titles = re.findall(r"─ ([A-Z][a-z]+) ", "\n".join(grid(app)))

        assert [name for name in there if name not in titles] == []
        assert [name for name in gone if name in titles] == []
        assert (" is small" in " ".join(grid(app)[-5:])) is (size[1] < 24)
        before = app.main.dashboard.gaps.cursor
        await pilot.press("j")
        assert app.main.dashboard.gaps.cursor == before + 1
