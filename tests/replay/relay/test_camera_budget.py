"""What a camera may send that is no footage, and how long it may keep the worker busy at a stretch."""

import asyncio
import time

import pytest

from anr_tui.replay.relay.camera_budget import CameraBudget
from anr_tui.replay.rtsp.parser import BreachError, Headers, Item, Media, Request, Response
from tests.replay.peer import ScriptedCamera, connected, frame, plain_answer, relay_to, transport

CONTINUE = Response(100, "Continue", Headers((("CSeq", "1"),))).to_bytes()
OPTIONS = Request("OPTIONS", "*", Headers((("CSeq", "1"),))).to_bytes()
FLOODS = {
    "interim answers": (CONTINUE, "messages"),
    "requests": (OPTIONS, "messages"),
    "empty frames": (frame(0, b""), "frames that hold no footage"),
    "frames of a byte": (frame(0, b"x"), "frames that hold no footage"),
    "empty reports": (frame(1, b""), "frames that hold no footage"),
    "reports": (frame(1, b"\x81\xc9\x00\x01abcd"), "frames that hold no footage"),
}


class Seconds:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("item", "a_second"),
    [
        (Response(200, "OK"), 5),
        (Request("OPTIONS", "*"), 5),
        # Forty times real time: reports every few seconds of media, on two streams.
        (Media(memoryview(b""), 0, idle_frames=1), 100),
        (Media(memoryview(b""), 512_000), 1000),
    ],
)
def test_what_working_cameras_send_never_uses_a_budget_up(item: Item, a_second: int) -> None:
    clock = Seconds()
    budget = CameraBudget(clock)

    for _ in range(a_second * 60):
        clock.now += 1 / a_second
        budget.charge(item)


@pytest.mark.parametrize("item", [Response(100, ""), Request("OPTIONS", "*"), Media(memoryview(b""), 0, (), 10)])
def test_a_flood_is_a_breach(item: Item) -> None:
    budget = CameraBudget(Seconds())

    with pytest.raises(BreachError, match="floods us"):
        for _ in range(1000):
            budget.charge(item)


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize("when", ["OPTIONS", "PLAY"])
async def test_a_flood_ends_the_session_and_holds_nothing_else_up(kind: str, when: str) -> None:
    """GIVEN a camera that floods before or after it plays WHEN it does so as fast as it is read THEN other tasks have
    their turns meanwhile, the camera is hung up on, and the report says that it was a breach and of what."""
    message, words = FLOODS[kind]

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method != when:
            return plain_answer(request)
        if when == "PLAY":
            await camera.send(plain_answer(request).to_bytes())
        while True:
            await camera.send(message * (500_000 // len(message)))

    longest_s = 0.0

    async def other_work() -> None:
        nonlocal longest_s
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest_s = max(longest_s, time.thread_time() - before)

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        others = asyncio.create_task(other_work())
        if when == "PLAY":
            assert (await player.ask("DESCRIBE")).status == 200
            assert (await player.ask("SETUP", "/0", transport(0))).status == 200
            await player.play()
            await player.rest()
        else:
            assert (await player.ask("OPTIONS")).status == 502
        await camera.is_closed.wait()
        others.cancel()
        report = relay.report

    assert report.has_breached
    assert report.error == f"The camera floods us with {words}."
    assert longest_s < 0.5


async def test_media_before_the_answer_to_play_is_a_breach_only_past_its_bound() -> None:
    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method != "PLAY":
            return plain_answer(request)
        for _ in range(10 * 1024 * 1024 // 60_000):
            await camera.send(frame(0, bytes(60_000)))
        return None

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up(tracks=1)
        assert (await player.play()).status == 502
        assert relay.report.has_breached
        assert relay.report.error == "The camera sent too much media before it answered PLAY."
