"""Who may run now: fills at once for the site, sessions at once per device, and a rest between sessions."""

from collections import Counter
from collections.abc import Iterable


class Slots:
    """Counts what runs. Times are seconds of a monotonic clock, passed in."""

    def __init__(self, *, max_fills: int, sessions_per_device: int, rest_s: float) -> None:
        self._max_fills = max_fills
        self._sessions_per_device = sessions_per_device
        self._rest_s = rest_s
        self._running: Counter[str] = Counter()
        self._rested_at: dict[str, float] = {}

    def take(self, device: str, now: float) -> bool:
        """Start a session on a device, if one may start."""
        if self._running.total() >= self._max_fills or self._running[device] >= self._sessions_per_device:
            return False
        if now < self._rested_at.get(device, now):
            return False
        self._running[device] += 1
        return True

    def release(self, device: str, now: float) -> None:
        """End a session; the device then rests."""
        self._running[device] -= 1
        if not self._running[device]:
            del self._running[device]
        self._rested_at[device] = now + self._rest_s

    def next_change_at(self, devices: Iterable[str], now: float) -> float | None:
        """When the first of these devices will have rested; None: none of them rests."""
        return min((at for device in devices if (at := self._rested_at.get(device, now)) > now), default=None)
