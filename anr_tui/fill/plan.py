"""The plan of a fill: the gap's window without the coverage on disk, cut into pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.policy.coverage import holes_to_fill
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, pieces, total_s

# A key frame interval: cameras start at a key frame, recorders name files by the whole second.
TOLERANCE_S = 2.0
# File names know whole seconds: footage shorter than this is no recording of its own.
_LEAST_PIECE = timedelta(seconds=1)
# So many short holes one fill asks for, the longest first: each costs the camera a session.
_MOST_SHORT_HOLES = 40
# So much one fill asks for, the newest first. A gap whose row begins in 1970 has millions of pieces.
MOST_PLANNED = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Plan:
    """`missing` is what is asked for; `pieces` the same as it is fetched, one file each, from whole seconds on.

    `is_cut`: more is missing than one fill asks for.
    """

    missing: tuple[Window, ...]
    pieces: tuple[Window, ...]
    is_cut: bool = False

    @property
    def wanted_s(self) -> float:
        """The length of the missing footage in seconds."""
        return total_s(self.missing)


def make_plan(window: Window, held: Iterable[Window], *, piece_s: float) -> Plan:
    """Plan a gap's window; `held` is what each recording holds of it. Nothing to ask for gives an empty plan.

    Blocking: a gap of months has many recordings.
    """
    all_missing = _without_most_short(holes_to_fill(window, held))
    missing = _newest(all_missing)
    # File names and replay URLs know whole seconds only, so a piece begins on the second at or before its footage.
    whole = [_in_whole_seconds(hole, window.end) for hole in missing]
    planned = tuple(piece for hole in whole for piece in pieces(hole, piece_s))
    return Plan(tuple(missing), planned, is_cut=missing != all_missing)


def _newest(holes: list[Window]) -> list[Window]:
    """The newest of the holes, as much as one fill asks for."""
    newest: list[Window] = []
    left = MOST_PLANNED
    for hole in reversed(holes):
        if left < _LEAST_PIECE:
            break
        newest.append(Window(max(hole.start, hole.end - left), hole.end))
        left -= newest[-1].end - newest[-1].start
    return newest[::-1]


def _without_most_short(holes: list[Window]) -> list[Window]:
    short = [hole for hole in holes if hole.seconds <= TOLERANCE_S]
    left_out = sorted(short, key=lambda hole: -hole.seconds)[_MOST_SHORT_HOLES:]
    return [hole for hole in holes if hole not in left_out]


def _in_whole_seconds(hole: Window, last: datetime) -> Window:
    start = floor_second(hole.start)
    return Window(start, max(hole.end, min(start + _LEAST_PIECE, last)))


def cut_to_retention(window: Window, oldest_kept: datetime) -> Window | None:
    """The part of a window that the recorder keeps; None where all of it is too old."""
    return window.intersection(Window(oldest_kept, window.end)) if oldest_kept < window.end else None
