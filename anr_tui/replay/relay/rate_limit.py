"""Bandwidth limits: a relay reads from its camera only as fast as its limits allow, and TCP makes the camera wait."""

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import suppress

from anr_tui.replay.rtsp.connection import CHUNK_BYTES

# How many seconds' worth of bytes an idle limit saves up, and a limited relay reads at once.
_BURST_S = 0.25
_PORTION_S = 0.125
_MIN_PORTION_BYTES = 4096


class RateLimit:
    """A limit that several relays share in order, so that relays which ask for equal amounts get equal shares.

    `rate` is in bits per second, None for unlimited, 0 for halted. It may be set at any time, and applies at once to
    those who already wait. Bytes that were read stay charged even where their reader was cancelled, since they did
    cross the line.
    """

    def __init__(self, rate: int | None = None) -> None:
        self._rate = _checked(rate)
        self._asked = 0
        self._allowed = 0.0
        self._at = time.monotonic()
        self._changed = asyncio.Event()
        # After a stall many bytes are allowed at once, and the first relay to ask must not take them all.
        self._turn = asyncio.Lock()

    @property
    def rate(self) -> int | None:
        """The limit in bits per second; None for unlimited, 0 for halted. Setting a negative rate raises ValueError."""
        return self._rate

    @rate.setter
    def rate(self, rate: int | None) -> None:
        rate = _checked(rate)
        if rate == self._rate:
            return
        self._settle()
        self._rate = rate
        self._changed.set()
        self._changed = asyncio.Event()

    async def take(self, size_bytes: int) -> None:
        """Charge `size_bytes`, and wait until the limit has allowed them."""
        await self.until(self.charge(size_bytes))

    def charge(self, size_bytes: int) -> int:
        """Charge `size_bytes` without waiting. Returns the total charged so far in bytes, for `until`."""
        if self._rate is None:
            return 0
        self._settle()
        self._asked += size_bytes
        return self._asked

    async def until(self, due: int) -> None:
        """Wait until the limit has allowed `due` bytes in total, and while it is halted."""
        async with self._turn:
            while (delay_s := self._delay_s(due)) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if math.isinf(delay_s) else delay_s):
                        await self._changed.wait()

    def _delay_s(self, due: int) -> float:
        if self._rate is None:
            return 0.0
        if self._rate == 0:
            return math.inf
        self._settle()
        return (due - self._allowed) * 8 / self._rate

    def _settle(self) -> None:
        """Bring the allowed bytes up to now. Without a limit everything that was charged is allowed."""
        now = time.monotonic()
        if self._rate is None:
            self._allowed = self._asked
        else:
            grown = self._allowed + (now - self._at) * self._rate / 8
            self._allowed = min(grown, self._asked + self._rate / 8 * _BURST_S)
        self._at = now


class Throttle:
    """Holds one relay back to what all its limits allow.

    It charges the bytes that were read before it allows the next read. So media that has arrived never waits, and one
    portion may exceed a limit that was halted meanwhile.
    """

    def __init__(self, limits: Sequence[RateLimit] = ()) -> None:
        self.released_at: float | None = None
        self._limits = tuple(limits)
        self._is_engaged = False
        self._owed = 0
        self._held_s = 0.0
        self._held_since: float | None = None
        self._hold: asyncio.Timeout | None = None

    @property
    def is_held(self) -> bool:
        """Whether the relay is waiting for a limit at this moment."""
        return self._held_since is not None

    @property
    def held_s(self) -> float:
        """The time spent waiting so far in seconds, the current wait included."""
        return self._held_s + (0.0 if self._held_since is None else time.monotonic() - self._held_since)

    @property
    def is_throttling(self) -> bool:
        """Whether any limit is in force, in which case the camera's answers wait behind media that is not read yet."""
        return self._is_engaged and any(limit.rate is not None for limit in self._limits)

    def engage(self) -> None:
        """Begin to hold back; until then, what was read is only added up."""
        self._is_engaged = True

    def release(self) -> None:
        """Stop holding back; whoever waits continues at once."""
        self._is_engaged = False
        if self._hold is not None:
            self._hold.reschedule(asyncio.get_running_loop().time())

    def owe(self, size_bytes: int) -> None:
        """Note `size_bytes` of media that was read, to be charged before the next read."""
        self._owed += size_bytes

    async def next_portion(self) -> int:
        """Wait until the limits allow the next read. Returns how many bytes to read at most."""
        if not self._is_engaged:
            return CHUNK_BYTES
        owed, self._owed = self._owed, 0
        if self.is_throttling:
            await self._pay(owed)
        rates = [limit.rate for limit in self._limits if limit.rate is not None]
        portion = int(min(rates) / 8 * _PORTION_S) if rates else CHUNK_BYTES
        return max(_MIN_PORTION_BYTES, min(portion, CHUNK_BYTES))

    async def _pay(self, owed: int) -> None:
        dues = [(limit, limit.charge(owed)) for limit in self._limits]
        self._held_since = time.monotonic()
        self._hold = asyncio.timeout(None)
        try:
            async with self._hold:
                for limit, due in dues:
                    await limit.until(due)
        except TimeoutError:
            pass  # released
        finally:
            self.released_at = time.monotonic()
            self._held_s += self.released_at - self._held_since
            self._hold = self._held_since = None


def _checked(rate: int | None) -> int | None:
    if rate is not None and rate < 0:
        raise ValueError(f"a rate must be at least 0 bits per second, not {rate}")
    return rate
