"""Bandwidth caps: a relay reads no faster from its camera than its limits allow, and TCP makes the camera wait."""

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import suppress

from anr_tui.replay.rtsp.connection import CHUNK_BYTES

# How much an idle limit saves up, and how much of a second a limited relay reads at once.
_BURST_S = 0.25
_PORTION_S = 0.125
_MIN_PORTION_BYTES = 4096


class RateLimit:
    """A cap that several relays share: first come, first served, so equal askers get equal shares.

    `rate` is in bits per second, None for unlimited, 0 for halted; it may be set at any time, and holds at once also
    for those who wait. What was used is owed even where its asker was cancelled: it did cross the line.
    """

    def __init__(self, rate: int | None = None) -> None:
        self._rate = _checked(rate)
        self._asked = 0
        self._allowed = 0.0
        self._at = time.monotonic()
        self._changed = asyncio.Event()
        # After a stall much is allowed at once, and the first to ask must not take it all.
        self._turn = asyncio.Lock()

    @property
    def rate(self) -> int | None:
        """Bits per second."""
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
        """Use up `size_bytes`, and wait until they are allowed."""
        await self.until(self.charge(size_bytes))

    def charge(self, size_bytes: int) -> int:
        """Use up `size_bytes` without waiting; gives what `until` waits for."""
        if self._rate is None:
            return 0
        self._settle()
        self._asked += size_bytes
        return self._asked

    async def until(self, due: int) -> None:
        """Wait until what was charged is allowed, and while the limit is halted."""
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
        """Bring what is allowed up to now; without a limit nothing is owed."""
        now = time.monotonic()
        if self._rate is None:
            self._allowed = self._asked
        else:
            grown = self._allowed + (now - self._at) * self._rate / 8
            self._allowed = min(grown, self._asked + self._rate / 8 * _BURST_S)
        self._at = now


class Throttle:
    """Holds one relay back to what all its limits allow. It pays for what it has read before it reads on.

    So nothing that arrived waits, and one portion may pass a limit that was halted meanwhile.
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
        """Whether the relay waits for a limit right now."""
        return self._held_since is not None

    @property
    def held_s(self) -> float:
        """Seconds held so far, the current wait included."""
        return self._held_s + (0.0 if self._held_since is None else time.monotonic() - self._held_since)

    @property
    def is_throttling(self) -> bool:
        """Whether any limit holds now, so that answers wait behind media that is not read yet."""
        return self._is_engaged and any(limit.rate is not None for limit in self._limits)

    def engage(self) -> None:
        """Begin to hold back; before, what is owed only adds up."""
        self._is_engaged = True

    def release(self) -> None:
        """Hold back no more, from now on: what waits goes on."""
        self._is_engaged = False
        if self._hold is not None:
            self._hold.reschedule(asyncio.get_running_loop().time())

    def owe(self, size_bytes: int) -> None:
        """Note media that was read."""
        self._owed += size_bytes

    async def next_portion(self) -> int:
        """Wait until the limits allow more; gives how many bytes to read at most."""
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
