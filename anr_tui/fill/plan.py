"""The plan of a fill: the gap's window without the coverage on disk, cut into pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, pieces, subtract, total_s

# One key frame interval at each end: cameras start at a key frame, and file names have whole seconds.
TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fill asks for: `missing` is what no recording holds, `pieces` what is fetched.

    Each piece becomes one part file, and starts on a whole second.
    """

    missing: tuple[Window, ...]
    pieces: tuple[Window, ...]

    @property
    def wanted_s(self) -> float:
        """The length of the missing footage in seconds."""
        return total_s(self.missing)


def missing_windows(window: Window, held: Iterable[Window]) -> list[Window]:
    """The parts of a gap's window that no recording holds; parts within the tolerance do not count as missing."""
    return subtract(window, held, TOLERANCE_S)


def make_plan(window: Window, held: Iterable[Window], *, piece_s: float) -> Plan:
    """The plan for a gap's window, with pieces of at most `piece_s` seconds; empty where nothing is missing."""
    missing = missing_windows(window, held)
    # File names and replay URLs have whole seconds, so a piece begins on the second at or before its footage.
    whole = [Window(floor_second(hole.start), hole.end) for hole in missing]
    return Plan(tuple(missing), tuple(piece for hole in whole for piece in pieces(hole, piece_s)))


def cut_to_retention(window: Window, oldest_kept: datetime) -> Window | None:
    """The part of a window that the recorder keeps; None where all of it is too old."""
    return window.intersection(Window(oldest_kept, window.end)) if oldest_kept < window.end else None
