"""Statistics as lines of a screen."""

from anr_tui.console.drawing.styled_text import width_of
from anr_tui.console.screens.stats_lines import stats_lines
from anr_tui.view.reports.camera_speed import SpeedOrder
from tests.console.screens.month import month_view
from tests.console.site import ZONE, console


async def test_no_line_is_wider_than_the_screen() -> None:
    stats = await month_view().stats(ZONE, 30)
    for width in (60, 77, 117, 129, 130, 157, 300):
        lines = stats_lines(stats, console().context(), width, SpeedOrder.NAME, 30)
        assert len({line.key for line in lines}) == len(lines)
        assert max(width_of(line.spans) for line in lines) <= max(width, 77), width
