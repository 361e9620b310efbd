"""What a fill asks the camera for: the gap's window, minus coverage on disk, cut into pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, pieces, subtract, total_s

# A key frame interval at each seam and end: cameras start at a key frame, recorders name files by the whole second.
TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`missing` is what no recording holds; `pieces` what is fetched, one file each, starting on whole seconds."""

    missing: tuple[Window, ...]
    pieces: tuple[Window, ...]

    @property
    def wanted_s(self) -> float:
        """Seconds of footage that are missing."""
        return total_s(self.missing)


def missing_windows(window: Window, held: Iterable[Window]) -> list[Window]:
    """What of a gap's window no recording holds; slivers within the tolerance do not count as missing."""
    return subtract(window, held, TOLERANCE_S)


def make_plan(window: Window, held: Iterable[Window], *, piece_s: float) -> Plan:
    """Plan a gap's window; nothing missing gives an empty plan."""
    missing = missing_windows(window, held)
    # File names and replay URLs know whole seconds only, so a piece begins on the second at or before its footage.
    whole = [Window(floor_second(left.start), left.end) for left in missing]
    return Plan(tuple(missing), tuple(piece for left in whole for piece in pieces(left, piece_s)))


def cut_to_retention(window: Window, oldest_kept: datetime) -> Window | None:
    """The part of a window that the recorder would not delete as soon as it lands; None: too old altogether."""
    return window.intersection(Window(oldest_kept, window.end)) if oldest_kept < window.end else None
