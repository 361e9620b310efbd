"""Bandwidth limits by themselves: never faster than the rate, fair, and changed while others wait."""

import asyncio
import time
from typing import Any

import pytest

from anr_tui.replay.relay.rate_limit import RateLimit, Throttle
from anr_tui.replay.rtsp.connection import CHUNK_BYTES
from tests.steady_clock import let_pass, on_steady_clock


async def is_waiting(task: asyncio.Task[Any]) -> bool:
    """Whether the task is still not done after everything that was ready has run."""
    for _ in range(5):
        await asyncio.sleep(0)
    return not task.done()


async def test_no_limit_never_waits() -> None:
    limit = RateLimit()
    task = asyncio.create_task(limit.take(10**12))
    assert not await is_waiting(task)


@on_steady_clock
async def test_it_is_never_faster_than_its_rate() -> None:
    limit = RateLimit(800_000)
    began = time.monotonic()
    for _ in range(20):
        await limit.take(2_000)
    assert time.monotonic() - began >= 0.4 - 0.001


@on_steady_clock
async def test_an_idle_limit_saves_up_a_quarter_of_a_second_at_most() -> None:
    limit = RateLimit(8_000)
    let_pass(3600)
    await limit.take(250)
    task = asyncio.create_task(limit.take(1))
    assert await is_waiting(task)
    task.cancel()


@on_steady_clock
async def test_several_share_it_equally() -> None:
    """GIVEN three askers and a machine that stalls WHEN they ask without end THEN no one is ahead by over a portion."""
    limit, taken = RateLimit(8_000_000), [0, 0, 0]

    async def ask(who: int) -> None:
        while min(taken) < 60:
            await limit.take(4_000)
            taken[who] += 1
            assert max(taken) - min(taken) <= 1

    for start_ms in range(20, 300, 40):
        asyncio.get_running_loop().call_later(start_ms / 1000, let_pass, 0.03)
    await asyncio.gather(*(ask(who) for who in range(3)))


@pytest.mark.parametrize("rate", [None, 10**12])
async def test_a_new_rate_holds_for_those_who_wait(rate: int | None) -> None:
    limit = RateLimit(1)
    tasks = [asyncio.create_task(limit.take(1_000_000)) for _ in range(3)]
    assert await is_waiting(tasks[0])
    limit.rate = rate
    await asyncio.gather(*tasks)


async def test_a_halted_limit_lets_nothing_through_until_it_is_lifted() -> None:
    limit = RateLimit(0)
    task = asyncio.create_task(limit.take(0))
    assert await is_waiting(task)
    limit.rate = 0
    assert await is_waiting(task)
    limit.rate = 8_000
    await task


async def test_a_limit_that_is_set_does_not_charge_for_what_went_before() -> None:
    limit = RateLimit()
    await limit.take(10**12)
    limit.rate = 8_000
    await limit.take(0)


async def test_what_a_cancelled_asker_used_is_still_owed() -> None:
    limit = RateLimit(8_000)
    task = asyncio.create_task(limit.take(1_000_000))
    assert await is_waiting(task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    other = asyncio.create_task(limit.take(1))
    assert await is_waiting(other)
    other.cancel()


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        RateLimit(-1)
    limit = RateLimit(5)
    with pytest.raises(ValueError, match="at least 0"):
        limit.rate = -1
    assert limit.rate == 5


@on_steady_clock
async def test_the_slowest_of_several_limits_decides() -> None:
    slow, fast = RateLimit(400_000), RateLimit(80_000_000)
    throttle = Throttle([fast, slow])
    throttle.engage()
    began = time.monotonic()
    for _ in range(5):
        throttle.owe(4_000)
        assert await throttle.next_portion() == 400_000 // 8 // 8
    assert time.monotonic() - began >= 0.4 - 0.001
    assert not throttle.is_held
    assert throttle.held_s == pytest.approx(0.4, abs=0.2)


async def test_a_throttle_that_is_not_engaged_owes_but_does_not_hold() -> None:
    limit = RateLimit(8_000)
    throttle = Throttle([limit])
    throttle.owe(100_000)
    assert await throttle.next_portion() == CHUNK_BYTES
    throttle.engage()
    task = asyncio.create_task(throttle.next_portion())
    assert await is_waiting(task)
    assert throttle.is_held
    throttle.release()
    assert await task > 0
    assert not throttle.is_held
    assert throttle.released_at is not None


@on_steady_clock
async def test_what_passed_without_a_limit_is_not_charged_to_a_later_one() -> None:
    limit = RateLimit()
    throttle = Throttle([limit])
    throttle.engage()
    throttle.owe(10**12)
    assert await throttle.next_portion() == CHUNK_BYTES
    limit.rate = 8_000
    assert await throttle.next_portion() < CHUNK_BYTES
    assert throttle.held_s < 0.1
