"""Arithmetic of windows: half-open spans of UTC time, `[start, end)`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open span of UTC time. Both ends are aware datetimes and `start < end`; else ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window's ends need a time zone")
        if self.start >= self.end:
            raise ValueError(f"a window must end after it starts: {self.start} to {self.end}")

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return (self.end - self.start).total_seconds()

    def overlaps(self, other: "Window") -> bool:
        """Whether the two share a moment."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Window") -> "Window | None":
        """What the two share, if anything."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


def merged(windows: Iterable[Window], tolerance_s: float = 0.0) -> list[Window]:
    """The union, ordered, in as few windows as it takes; seams of at most `tolerance_s` seconds close."""
    tolerance = timedelta(seconds=tolerance_s)
    result: list[Window] = []
    for window in sorted(windows):
        if result and window.start <= result[-1].end + tolerance:
            result[-1] = Window(result[-1].start, max(result[-1].end, window.end))
        else:
            result.append(window)
    return result


def subtract(window: Window, covered: Iterable[Window], tolerance_s: float = 0.0) -> list[Window]:
    """What of `window` no covered window holds, ordered; remainders of at most `tolerance_s` s are left out."""
    rest: list[Window] = []
    start = window.start
    for held in merged(covered):
        if held.end <= start:
            continue
        if held.start >= window.end:
            break
        if held.start > start:
            rest.append(Window(start, held.start))
        start = held.end
    if start < window.end:
        rest.append(Window(start, window.end))
    return [left for left in rest if left.seconds > tolerance_s]


def shared(first: Sequence[Window], second: Sequence[Window]) -> list[Window]:
    """What both hold, ordered. Each is ordered and its windows do not overlap, as `merged` leaves them; linear."""
    both: list[Window] = []
    at, other = 0, 0
    while at < len(first) and other < len(second):
        part = first[at].intersection(second[other])
        if part is not None:
            both.append(part)
        if first[at].end <= second[other].end:
            at += 1
        else:
            other += 1
    return both


def pieces(window: Window, piece_s: float) -> list[Window]:
    """Cut into slices of at most `piece_s` seconds; 0 keeps the window whole."""
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
    """Seconds held by windows that do not overlap."""
    return sum(window.seconds for window in windows)
