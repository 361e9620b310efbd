"""Arithmetic of windows: half-open spans of UTC time, `[start, end)`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open span of UTC time.

    Raises ValueError unless both ends are aware datetimes and `start < end`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window's ends need a time zone")
        if self.start >= self.end:
            raise ValueError(f"a window must end after it starts: {self.start} to {self.end}")

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return (self.end - self.start).total_seconds()

    def overlaps(self, other: "Window") -> bool:
        """Whether the two windows overlap."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Window") -> "Window | None":
        """The window that both cover; None where they do not overlap."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


def merged(windows: Iterable[Window], tolerance_s: float = 0.0) -> list[Window]:
    """The union of the windows, ordered and without overlaps; holes of at most `tolerance_s` seconds are closed."""
    tolerance = timedelta(seconds=tolerance_s)
    result: list[Window] = []
    for window in sorted(windows):
        if result and window.start <= result[-1].end + tolerance:
            result[-1] = Window(result[-1].start, max(result[-1].end, window.end))
        else:
            result.append(window)
    return result


def subtract(window: Window, covered: Iterable[Window], tolerance_s: float = 0.0) -> list[Window]:
    """The parts of `window` that are not covered, ordered; parts of at most `tolerance_s` seconds are left out."""
    uncovered: list[Window] = []
    start = window.start
    for held in merged(covered):
        if held.end <= start:
            continue
        if held.start >= window.end:
            break
        if held.start > start:
            uncovered.append(Window(start, held.start))
        start = held.end
    if start < window.end:
        uncovered.append(Window(start, window.end))
    return [part for part in uncovered if part.seconds > tolerance_s]


def shared(first: Sequence[Window], second: Sequence[Window]) -> list[Window]:
    """The windows that lie in both, ordered. Each input is ordered and without overlaps, as `merged` returns it."""
    both: list[Window] = []
    index, other_index = 0, 0
    while index < len(first) and other_index < len(second):
        part = first[index].intersection(second[other_index])
        if part is not None:
            both.append(part)
        if first[index].end <= second[other_index].end:
            index += 1
        else:
            other_index += 1
    return both


def pieces(window: Window, piece_s: float) -> list[Window]:
    """The window cut into pieces of at most `piece_s` seconds; 0: not cut."""
    if piece_s <= 0:
        return [window]
    step = timedelta(seconds=piece_s)
    cut: list[Window] = []
    start = window.start
    while start < window.end:
        end = min(start + step, window.end)
        cut.append(Window(start, end))
        start = end
    return cut


def total_s(windows: Iterable[Window]) -> float:
    """The sum of the lengths in seconds of windows that do not overlap."""
    return sum(window.seconds for window in windows)
