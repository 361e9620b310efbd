"""Relays in a process of their own, run as a worker runs them, so that their CPU can be measured apart.

`python -m benchmarks.relay_process URL COUNT` writes COUNT loopback URLs, one a line, and ends when its standard input
is closed (see `benchmarks.measured`).
"""

import asyncio
import contextlib
import os
import sys

from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.relay import Relay
from benchmarks.measured import report_use


async def run(url: str, count: int) -> None:
    """Relay `count` sessions of a URL until standard input is closed."""
    target = request_of_url(url)
    async with contextlib.AsyncExitStack() as stack:
        relays = [Relay(target, full_speed=False, log=lambda _: None) for _ in range(count)]
        for relay in relays:
            await stack.enter_async_context(relay)
            # The players are other processes of whoever started the benchmark.
            relay.expect(os.getsid(0))
        await report_use("\n".join(relay.url for relay in relays))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2])))
