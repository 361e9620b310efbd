"""How many lines each pane gets, on every height of terminal and for sites of every size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.main.panes.pane_heights import PaneHeights, pane_heights

# Header of two lines, status line, footer.
_AROUND = 4
_COUNTS = st.sampled_from([0, 1, 2, 6, 9, 40, 500])


def gap_rows(lines: int, heights: PaneHeights) -> int:
    """The gaps that are in view: what title and head of each pane, and the rows of the others, leave."""
    cameras = 2 + heights.cameras if heights.cameras is not None else 0
    fills = 1 + heights.fills + (heights.fills > 0) if heights.fills is not None else 0
    return lines - cameras - fills - (heights.log or 0) - 2


@pytest.mark.parametrize("cameras", [1, 6, 9, 40, 500])
@pytest.mark.parametrize("fills", [0, 1, 16])
def test_gaps_are_in_view_at_every_height(cameras: int, fills: int) -> None:
    for height in range(24, 61):
        shown = gap_rows(height - _AROUND, pane_heights(height - _AROUND, cameras=cameras, gaps=100_000, fills=fills))
        assert shown >= (8 if height >= 28 else 5), f"{height} lines"


@given(st.integers(1, 80), _COUNTS, _COUNTS, _COUNTS)
def test_no_pane_is_given_what_is_not_there(lines: int, cameras: int, gaps: int, fills: int) -> None:
    heights = pane_heights(lines, cameras=cameras, gaps=gaps, fills=fills)
    if heights.cameras is None:
        return
    assert 0 <= heights.cameras <= cameras
    assert (heights.fills or 0) <= fills
    assert gap_rows(lines, heights) >= min(max(gaps, 1), 5), "what is chosen among the gaps is seen"


@given(st.integers(13, 80), _COUNTS, _COUNTS)
def test_no_blank_lines_stand_beside_a_table_that_has_more(lines: int, cameras: int, fills: int) -> None:
    """With one gap only, the cameras get what it leaves."""
    heights = pane_heights(lines, cameras=cameras, gaps=1, fills=fills)
    blank = gap_rows(lines, heights) - 1
    assert blank == 0 or heights.cameras == cameras or lines < 17


def test_the_log_comes_with_some_lines_or_not_at_all() -> None:
    logs = [pane_heights(lines, cameras=6, gaps=40, fills=3).log for lines in range(20, 57)]
    shown = [each for each in logs if each is not None]
    assert logs[0] is None and shown and min(shown) >= 7
    assert logs.index(shown[0]) + len(shown) == len(logs), "once there is room it stays"


@pytest.mark.parametrize(("lines", "shown"), [(12, PaneHeights(None, None, None)), (16, PaneHeights(3, None, None))])
def test_a_small_terminal_keeps_the_gaps_longest(lines: int, shown: PaneHeights) -> None:
    assert pane_heights(lines, cameras=6, gaps=40, fills=3) == shown


def test_without_fills_there_is_their_title_and_no_log() -> None:
    assert pane_heights(50, cameras=6, gaps=40, fills=0) == PaneHeights(6, 0, None)
