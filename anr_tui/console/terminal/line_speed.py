"""How much of the line to the terminal the screen takes: a gate for slow lines, and a meter."""

from collections import deque
from collections.abc import Callable, Mapping

PAINT_S = 1.0
"""On a slow line so much lies between two paints that nobody asked for with a key."""

BYTES_PER_S = 1500
"""What paints that nobody asked for may take of a slow line."""

ANSWER_S = 0.5
"""So long after a key everything is painted at once: it is the answer."""

_METER_S = 60.0
_AROUND = 24
"""Bytes around an update: the cursor, and what makes it appear at once."""


def is_slow_line(environ: Mapping[str, str], wish: str) -> bool:
    """Whether to spare the line: as wished (`slow`, `fast`), else over SSH."""
    if wish in ("slow", "fast"):
        return wish == "slow"
    return bool(environ.get("SSH_CONNECTION"))


class LineMeter:
    """Bytes sent to the terminal within the last minute. `clock` is elapsed time in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()
        self.total = 0

    def note(self, text: str) -> int:
        """Count one update; the answer is its bytes."""
        count = len(text.encode("utf-8", "replace")) + _AROUND
        self._sent.append((self._clock(), count))
        self.total += count
        self._forget_old()
        return count

    @property
    def bytes_per_minute(self) -> int:
        """What went out in the last minute; within the first one, so far."""
        self._forget_old()
        return sum(count for _, count in self._sent)

    def _forget_old(self) -> None:
        while self._sent and self._sent[0][0] < self._clock() - _METER_S:
            self._sent.popleft()


class PaintGate:
    """On a slow line, holds back paints that come too soon. `clock` is elapsed time in seconds."""

    def __init__(self, is_slow: bool, clock: Callable[[], float]) -> None:
        self.is_slow = is_slow
        self._clock = clock
        self._open_at = self._answer_until = float("-inf")

    def key_came(self) -> None:
        """A person waits for the answer."""
        self._answer_until = self._clock() + ANSWER_S

    def painted(self, size_bytes: int) -> None:
        """So much was sent: the more, the longer until the next."""
        self._open_at = self._clock() + max(PAINT_S, size_bytes / BYTES_PER_S)

    @property
    def wait_s(self) -> float:
        """How long to hold a paint back; 0: paint."""
        now = self._clock()
        return 0.0 if not self.is_slow or now < self._answer_until else max(0.0, self._open_at - now)
