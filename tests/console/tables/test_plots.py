"""What plots say in signs: no part vanishes, and none is longer than its cells."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.styled_text import width_of
from anr_tui.console.tables.plots import bar_axis, day_bar, sparkline
from anr_tui.domain.window import Window
from anr_tui.platform.glyphs import ASCII, UNICODE
from anr_tui.view.reports.days import Day
from tests.console.drawing.spans import text
from tests.console.site import NOW, console

LOOK = console().context()


def day(recovered_s: float, otherwise_s: float, missing_s: float) -> Day:
    window = Window(NOW, NOW + timedelta(days=1))
    return Day(date(2026, 6, 13), window, recovered_s + otherwise_s + missing_s, recovered_s, missing_s)


# The plots.


def test_a_sparkline_goes_up_to_its_highest_and_shows_the_last_that_fit() -> None:
    assert text(sparkline([0, 1, 4, 8], 10, UNICODE)) == "▁▂▅█"
    assert text(sparkline([9, 0, 1, 4, 8], 4, ASCII)) == "_.=#"
    assert sparkline([], 4, ASCII) == sparkline([1.0], 0, ASCII) == ()


def test_a_bar_tells_its_parts_by_signs() -> None:
    assert text(day_bar(day(50, 25, 25), 100, 20, UNICODE)) == "▄" * 10 + "─" * 5 + "█" * 5
    assert text(day_bar(day(50, 25, 25), 200, 20, ASCII)) == "=====--##"
    assert text(day_bar(day(99_999, 0, 1), 100_000, 10, ASCII)) == "=========#", "what is short has a cell"
    assert day_bar(day(0, 0, 0), 0, 10, ASCII) == ()


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e7), st.floats(1, 3), st.integers(8, 200))
def test_no_bar_is_longer_than_its_cells_and_no_part_of_it_vanishes(
    back_s: float, other_s: float, still_s: float, more: float, cells: int
) -> None:
    of = day(back_s, other_s, still_s)
    bar = text(day_bar(of, of.wanted_s * more, cells, ASCII))
    assert len(bar) <= cells
    assert ("=" in bar) == (back_s > 0.01) and ("#" in bar) == (still_s > 0.01)


def test_the_axis_names_lengths_where_they_end() -> None:
    context = console(encoding="ascii").context()
    assert text(bar_axis(7200, 40, context)).rstrip() == "|0        |30m      |1h       |1h 30m"
    assert text(bar_axis(0, 10, context)) == " " * 10


@given(st.floats(0.1, 1e8), st.integers(8, 200))
def test_an_axis_is_as_wide_as_its_bars(longest_s: float, cells: int) -> None:
    assert width_of(bar_axis(longest_s, cells, LOOK)) == cells
