"""Which running fills do not move, so that they need not hold the places of others."""

from collections.abc import Mapping
from dataclasses import dataclass

WINDOW_S = 60.0
"""A fill that has brought next to nothing for so long does not move, in seconds."""
_LEAST_SPEED = 0.1


@dataclass(frozen=True, slots=True)
class _Mark:
    at: float
    got_s: float
    is_still: bool = False


class Standstill:
    """Watches how much media each running fill has; callers pass the time in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._marks: dict[int, _Mark] = {}

    def look(self, got_s: Mapping[int, float], now: float) -> int:
        """How many fills do not move; `got_s` are the seconds of media that each has so far, by the fill's id."""
        self._marks = {fill: self._mark(fill, seconds, now) for fill, seconds in got_s.items()}
        return sum(mark.is_still for mark in self._marks.values())

    def _mark(self, fill: int, got_s: float, now: float) -> _Mark:
        before = self._marks.get(fill)
        if before is None:
            return _Mark(now, got_s)
        if now - before.at < WINDOW_S:
            return before
        return _Mark(now, got_s, is_still=got_s - before.got_s < _LEAST_SPEED * (now - before.at))
