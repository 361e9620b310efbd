"""The number of bytes that the screen sends to the terminal: a gate for slow lines, and a meter."""

from collections import deque
from collections.abc import Callable, Mapping

PAINT_S = 1.0
"""The seconds between two paints on a slow line, except after a key."""

BYTES_PER_S = 1500
"""The bytes a second that paints may send on a slow line, except after a key."""

ANSWER_S = 0.5
"""The seconds after a key in which everything is painted at once, since it is the answer to the key."""

_METER_S = 60.0
_AROUND = 24
"""The bytes around an update, for the cursor and the synchronized output."""


def is_slow_line(environ: Mapping[str, str], wish: str) -> bool:
    """Whether to send little: as the setting `wish` demands (`slow`, `fast`), else where SSH is used."""
    if wish in ("slow", "fast"):
        return wish == "slow"
    return bool(environ.get("SSH_CONNECTION"))


class LineMeter:
    """Counts the bytes sent to the terminal within the last minute. `clock` gives elapsed time in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()
        self.total = 0

    def note(self, text: str) -> int:
        """Count one update; returns its number of bytes."""
        count = len(text.encode("utf-8", "replace")) + _AROUND
        self._sent.append((self._clock(), count))
        self.total += count
        self._forget_old()
        return count

    @property
    def bytes_per_minute(self) -> int:
        """The bytes sent in the last minute, or since the start if that was less than a minute ago."""
        self._forget_old()
        return sum(count for _, count in self._sent)

    def _forget_old(self) -> None:
        while self._sent and self._sent[0][0] < self._clock() - _METER_S:
            self._sent.popleft()


class PaintGate:
    """Holds back paints that come too soon on a slow line. `clock` gives elapsed time in seconds."""

    def __init__(self, is_slow: bool, clock: Callable[[], float]) -> None:
        self.is_slow = is_slow
        self._clock = clock
        self._open_at = self._answer_until = float("-inf")

    def key_came(self) -> None:
        """Note that a key was pressed, whose answer a person waits for."""
        self._answer_until = self._clock() + ANSWER_S

    def painted(self, size_bytes: int) -> None:
        """Note that a paint sent `size_bytes`: the more, the longer the wait until the next one."""
        self._open_at = self._clock() + max(PAINT_S, size_bytes / BYTES_PER_S)

    @property
    def wait_s(self) -> float:
        """The seconds for which to hold a paint back; 0 to paint now."""
        now = self._clock()
        return 0.0 if not self.is_slow or now < self._answer_until else max(0.0, self._open_at - now)
