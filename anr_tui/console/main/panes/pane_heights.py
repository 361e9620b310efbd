"""How many lines each pane of the main screen gets, by what it holds. Pure.

The gaps come first: what keys act on must be seen. Then a few cameras, the running fills, and the log as soon as there
is room for some lines of it. What is left goes where there are more rows than are in view. A pane that holds nothing is
its title only.
"""

from dataclasses import dataclass

_TITLE = _HEAD = 1
# From so many lines on (the terminal's without header, status line and footer, so usually 4 less) there is room for ...
_CAMERAS_FROM, _FILLS_FROM, _MANY_GAPS_FROM = 13, 17, 24
_FEW_GAPS, _MANY_GAPS = 5, 8
_FEW_CAMERAS, _SOME_CAMERAS = 3, 6
_SOME_FILLS, _MANY_FILLS = 3, 8
# Title and lines of the log: fewer tell nothing, and more are wanted by nobody who reads the tables.
_LEAST_LOG, _MOST_LOG = 7, 12


@dataclass(frozen=True, slots=True)
class PaneHeights:
    """The lines of the panes: `cameras` and `fills` count the rows in view, `log` title and lines.

    None: the pane is not shown; 0: only its title is. The gaps get what is left.
    """

    cameras: int | None
    fills: int | None
    log: int | None


def pane_heights(lines: int, *, cameras: int, gaps: int, fills: int) -> PaneHeights:
    """Share `lines` among panes that hold so many rows."""
    if lines < _CAMERAS_FROM:
        return PaneHeights(None, None, None)
    few_gaps = min(max(gaps, 1), _FEW_GAPS if lines < _MANY_GAPS_FROM else _MANY_GAPS)
    left = lines - 2 * (_TITLE + _HEAD) - few_gaps
    if lines < _FILLS_FROM:
        return PaneHeights(min(cameras, _FEW_CAMERAS, left), None, None)
    fills_rows = min(fills, _SOME_FILLS)
    left -= _TITLE + (_HEAD if fills else 0) + fills_rows
    camera_rows = min(cameras, _SOME_CAMERAS, left)
    left -= camera_rows
    log = _LEAST_LOG if fills and left >= _LEAST_LOG else None
    left -= log or 0
    more_cameras = min(cameras - camera_rows, left // 3)
    more_fills = min(fills - fills_rows, _MANY_FILLS - fills_rows, left // 4)
    left -= more_cameras + more_fills
    # What the gaps do not need.
    spare = max(0, left - max(0, gaps - few_gaps))
    longer_log = min(spare, _MOST_LOG - log) if log else 0
    more_cameras += min(spare - longer_log, cameras - camera_rows - more_cameras)
    return PaneHeights(camera_rows + more_cameras, fills_rows + more_fills, log + longer_log if log else None)
