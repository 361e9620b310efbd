"""An allowance: so many at once, and so many more each second."""

import time
from collections.abc import Callable


class Allowance:
    """Allows `most` at once, and `per_s` more each second up to that; `clock` gives seconds that only grow."""

    def __init__(self, most: float, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._per_s = per_s
        self._clock = clock
        self._left = most
        self._at = clock()

    def take(self, count: int = 1) -> bool:
        """Take `count` where so many are left; False, and nothing is taken, where not."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < count:
            return False
        self._left -= count
        return True
