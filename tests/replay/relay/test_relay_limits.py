"""Relays under bandwidth limits, on real sockets: the camera waits, nobody gives up, and the end comes at once."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from anr_tui.replay.relay import camera_session
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.replay.relay.relay import Relay
from tests.replay.peer import Player, ScriptedCamera, connected, frame, plain_answer, relay_to
from tests.steady_clock import on_steady_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anr_tui.replay.rtsp.parser import Request, Response

PIECE = frame(0, b"x" * 1400)


class FloodingCamera(ScriptedCamera):
    """A camera that sends as fast as the line takes once it has answered PLAY."""

    def __init__(self) -> None:
        super().__init__(self._flood)

    async def _flood(self, _: ScriptedCamera, request: "Request") -> "Response | None":
        if request.method == "PLAY":
            await self.send(plain_answer(request).to_bytes())
            self.tasks.add(asyncio.create_task(self._send_without_end()))
        elif self.line is not None:
            # Its answers stand behind its media, as a camera's do.
            self.line.post(plain_answer(request).to_bytes())
        return None

    async def _send_without_end(self) -> None:
        try:
            while True:
                await self.send(PIECE * 100)
        except OSError:
            return


@asynccontextmanager
async def flood(log: list[str], *limits: RateLimit) -> "AsyncIterator[tuple[FloodingCamera, Relay, Player]]":
    """A relay that plays from a flooding camera."""
    async with FloodingCamera() as camera, relay_to(camera, log, limits=limits) as relay, connected(relay) as player:
        await player.set_up()
        await player.play()
        yield camera, relay, player


async def read(player: Player, size_bytes: int) -> None:
    """Take that much media."""
    got = 0
    while got < size_bytes:
        got += len((await player.media_item()).frames)


async def held(relay: Relay) -> None:
    """Wait until the relay waits for its limit, and for nothing else."""
    seen = -1
    while not relay.report.is_held or seen != relay.report.media_bytes:
        seen = relay.report.media_bytes
        await asyncio.sleep(0.05)


@on_steady_clock
async def test_a_capped_relay_reads_no_faster_than_its_limit() -> None:
    limit = RateLimit(8_000_000)
    async with flood([], limit) as (_, relay, player):
        began = time.monotonic()
        await read(player, 1_000_000)
        took_s = time.monotonic() - began
        # What was read before the throttle was engaged and the quarter second saved up pass at once.
        assert 0.3 < took_s < 3
        assert relay.report.held_s > 0.2


@on_steady_clock
async def test_relays_share_the_sites_limit_and_their_cameras_have_their_own() -> None:
    site, slow = RateLimit(16_000_000), RateLimit(1_000_000)
    async with AsyncExitStack() as stack:
        courses = [await stack.enter_async_context(flood([], site, own)) for own in (RateLimit(), RateLimit(), slow)]
        reading = [asyncio.create_task(read(player, 10**9)) for _, _, player in courses]
        while min(relay.report.media_bytes for _, relay, _ in courses[:2]) < 1_500_000:
            await asyncio.sleep(0.05)
        first, second, third = (relay.report.media_bytes for _, relay, _ in courses)
        for task in reading:
            task.cancel()
    assert first == pytest.approx(second, rel=0.35)
    assert third < first / 2


@on_steady_clock
async def test_a_halted_relay_passes_nothing_and_goes_on_when_it_is_lifted() -> None:
    limit = RateLimit(0)
    async with flood([], limit) as (_, relay, player):
        await held(relay)
        stopped_at = relay.report.media_bytes
        assert stopped_at < 1_000_000
        assert relay.report.quiet_since == pytest.approx(time.monotonic(), abs=0.5)
        limit.rate = None
        await read(player, stopped_at + 1_000_000)
        report = relay.report
        assert not report.is_held
        assert report.held_s > 0
        assert report.quiet_since is not None and report.quiet_since >= (report.released_at or 0) > 0


async def test_a_halt_in_mid_stream_stops_the_camera() -> None:
    limit = RateLimit()
    async with flood([], limit) as (_, relay, player):
        await read(player, 1_000_000)
        limit.rate = 0
        reading = asyncio.create_task(read(player, 10**9))
        await held(relay)
        stopped_at = relay.report.media_bytes
        await asyncio.wait([reading], timeout=0.3)
        assert relay.report.media_bytes == stopped_at
        reading.cancel()


async def test_a_halted_relay_still_carries_requests_to_the_camera_and_answers_ffmpeg() -> None:
    limit = RateLimit(0)
    async with flood([], limit) as (camera, relay, player):
        await held(relay)
        assert (await player.ask("GET_PARAMETER", "/session", ("Session", "4711"))).status == 200
        await player.connection.send(frame(1, b"receiver report"))
        await camera.until(lambda camera: "GET_PARAMETER" in camera.methods and bool(camera.received))
        assert relay.report.is_held
    assert camera.received == frame(1, b"receiver report")


async def test_a_relay_that_is_held_long_keeps_both_sides_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a halted relay WHEN ffmpeg asks nothing THEN the camera is asked, and ffmpeg sees a sign of life."""
    monkeypatch.setattr(camera_session.CameraSession, "keep_alive_s", 0.05)
    limit = RateLimit(0)
    async with flood([], limit) as (camera, relay, player):
        await camera.until(lambda camera: camera.methods.count("OPTIONS") >= 4)
        assert camera.requests[-1].headers.get("Session") == "4711"
        while (await player.media_item()).frames[-4:] != frame(0, b""):
            pass
        assert relay.report.error == ""


@pytest.mark.parametrize("rate", [0, 100_000])
@on_steady_clock
async def test_ending_the_stream_ends_a_held_relay_at_once(rate: int) -> None:
    log: list[str] = []
    async with FloodingCamera() as camera, relay_to(camera, log, limits=[RateLimit(rate)]) as relay:
        async with connected(relay) as player:
            await player.set_up()
            await player.play()
            await held(relay)
            began = time.monotonic()
            relay.end_stream()
            await player.rest()
        await camera.is_closed.wait()
        assert time.monotonic() - began < 1.5
        assert "TEARDOWN" in camera.methods
    # Its answer lies behind the media that was held back, and is waited for no longer than that takes.
    assert "TEARDOWN sent for ffmpeg" in log


@on_steady_clock
async def test_leaving_the_block_ends_a_held_relay_at_once() -> None:
    async with FloodingCamera() as camera:
        async with AsyncExitStack() as stack:
            relay = await stack.enter_async_context(relay_to(camera, [], limits=[RateLimit(0)]))
            player = await stack.enter_async_context(connected(relay))
            await player.set_up()
            await player.play()
            await held(relay)
            began = time.monotonic()
            await relay.__aexit__(None, None, None)
            assert time.monotonic() - began < 1.5
        await camera.is_closed.wait()
        assert "TEARDOWN" in camera.methods


async def test_cancelling_a_held_relay_ends_it_at_once() -> None:
    is_held = asyncio.Event()

    async def fill(camera: ScriptedCamera) -> None:
        async with relay_to(camera, [], limits=[RateLimit(0)]) as relay, connected(relay) as player:
            await player.set_up()
            await player.play()
            await held(relay)
            is_held.set()
            await asyncio.Event().wait()

    async with FloodingCamera() as camera:
        task = asyncio.create_task(fill(camera))
        await is_held.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await camera.is_closed.wait()
        left = {one.get_name() for one in asyncio.all_tasks() - {asyncio.current_task()} - camera.tasks}
        assert left == set()


async def test_a_relay_whose_limit_is_halted_from_the_start_still_sets_up_and_plays() -> None:
    limit = RateLimit(0)
    async with ScriptedCamera() as camera, relay_to(camera, [], limits=[limit]) as relay, connected(relay) as player:
        await player.set_up()
        assert (await player.play()).status == 200
        await camera.send(PIECE)
        await held(relay)
        await camera.send(PIECE)
        await camera.close_line()
        assert relay.report.closed_by is None
        limit.rate = None
        assert await player.rest() == PIECE * 2
        assert relay.report.closed_by == "camera"
