"""What a camera may send that is no footage, and how long its bytes may keep the worker busy at a stretch.

A camera that repeats interim answers, requests or empty frames as fast as the network carries them would otherwise take
the whole event loop, on which all other fills and the worker's lease depend.
"""

import asyncio
import time
from collections.abc import Callable

from anr_tui.platform.allowance import Allowance
from anr_tui.replay.rtsp.parser import BreachError, Item, Media

# A device that answers keep-alives and asks a question now and then sends a few messages a minute.
_MESSAGES, _MESSAGES_PER_S = 500, 10.0
# RTCP, and frames too short to hold a packet. A camera sends some reports a second, at forty times real time hundreds.
_IDLE_FRAMES, _IDLE_FRAMES_PER_S = 5000, 500.0
_SLICE_S = 0.01


class CameraBudget:
    """The budget of one connection to a camera."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._messages = Allowance(_MESSAGES, _MESSAGES_PER_S, clock)
        self._idle_frames = Allowance(_IDLE_FRAMES, _IDLE_FRAMES_PER_S, clock)
        self._reads = 0
        self._pause_at = clock() + _SLICE_S

    def charge(self, item: Item) -> None:
        """Charge what came. Raises BreachError where no working camera sends that much of it."""
        if isinstance(item, Media):
            if item.idle_frames and not self._idle_frames.take(item.idle_frames):
                raise BreachError("The camera floods us with frames that hold no footage.")
        elif not self._messages.take(1):
            raise BreachError("The camera floods us with messages.")

    async def pause(self, reads: int) -> None:
        """Let everything else have its turn, if this camera's bytes have taken their share of time.

        `reads` is how often the connection has waited for bytes so far, during which everything else had its turn.
        """
        now = self._clock()
        if reads != self._reads:
            self._reads, self._pause_at = reads, now + _SLICE_S
        elif now >= self._pause_at:
            await asyncio.sleep(0)
            self._pause_at = self._clock() + _SLICE_S
