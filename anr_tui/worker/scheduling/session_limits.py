"""The limits on sessions: fills at once on the site, sessions at once on each device, and a rest between sessions."""

from collections import Counter
from collections.abc import Iterable

from anr_tui.domain.policy.fill_policy import WaitReason


class SessionLimits:
    """Counts fills and sessions against their limits. Callers pass the time in seconds of a monotonic clock."""

    def __init__(self, *, max_fills: int, sessions_per_device: int, rest_s: float) -> None:
        self._max_fills = max_fills
        self._sessions_per_device = sessions_per_device
        self._rest_s = rest_s
        self._fills = 0
        self._still = 0
        self._limits: dict[str, int] = {}
        self._running: Counter[str] = Counter()
        self._rested_at: dict[str, float] = {}
        self._rests_s: dict[str, float] = {}

    def limit(self, device: str) -> int:
        """How many sessions a device accepts at once."""
        return min(self._sessions_per_device, self._limits.get(device, self._sessions_per_device))

    def lower(self, device: str, limit: int) -> None:
        """Set the number of sessions that a device was found to accept, at least one."""
        self._limits[device] = max(1, limit)

    def sessions(self, device: str) -> int:
        """How many sessions are open on a device."""
        return self._running[device]

    def free_places(self, still: int) -> bool:
        """Let `still` running fills, which do not move, hold no places; whether that frees any.

        At most as many run beside them as places there are.
        """
        before, self._still = self._still, min(still, self._max_fills)
        return self._still > before

    def why_not(
        self, device: str, now: float, *, is_new_fill: bool = True, asked_for: int | None = None
    ) -> WaitReason | None:
        """Why no session may start on a device, None where one may.

        A fill that a person asked for does not wait behind the sweep's: `asked_for` is how many such fills run, None
        where nobody asked for this one.
        """
        held = self._fills if asked_for is None else min(self._fills, asked_for)
        if is_new_fill and held - min(self._still, held) >= self._max_fills:
            return WaitReason.FILLS
        if self._running[device] >= self.limit(device) or now < self._rested_at.get(device, now):
            return WaitReason.DEVICE
        return None

    def take(self, device: str, now: float, *, is_new_fill: bool = True, asked_for: int | None = None) -> bool:
        """Start a session on a device if one may start; a further session of a running fill is no new fill."""
        if self.why_not(device, now, is_new_fill=is_new_fill, asked_for=asked_for) is not None:
            return False
        self._running[device] += 1
        self._fills += is_new_fill
        return True

    def release(self, device: str, now: float, *, was_fill: bool = True) -> None:
        """End a session; the device then rests."""
        self._fills -= was_fill
        self._running[device] -= 1
        if not self._running[device]:
            del self._running[device]
        self._rested_at[device] = now + self.rest_s(device)

    def rest_s(self, device: str) -> float:
        """How long a device rests between two sessions, in seconds."""
        return max(self._rest_s, self._rests_s.get(device, 0.0))

    def rests(self, device: str, rest_s: float) -> None:
        """Set how long a device was found to need between two sessions, in seconds."""
        self._rests_s[device] = rest_s

    def next_change_at(self, devices: Iterable[str], now: float) -> float | None:
        """When the first of these devices will have rested; None where none rests."""
        return min((at for device in devices if (at := self._rested_at.get(device, now)) > now), default=None)
