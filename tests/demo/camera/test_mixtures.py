"""Whatever a simulated camera mixes, what it says that it will play is what it plays."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.clock import moved
from anr_tui.demo.camera.faults import Faults, Tells
from anr_tui.demo.camera.rtsp import parse_clock
from anr_tui.domain.window import Window
from tests import camera_mixtures
from tests.demo.camera.client import Frame, connected
from tests.demo.camera.fetched import faulty
from tests.demo.conftest import span

ASKED = span(12, 34)


async def said_and_sent(card: Card, faults: Faults) -> tuple[str, list[Frame]]:
    """The window that the camera says it will play, and all that it then sends."""
    async with faulty(card, faults) as camera, connected(camera) as client:
        reply = await client.play(camera, moved(ASKED, faults.digits_offset_s), Require="onvif-replay")
        assert reply.status == 200
        return reply.headers["range"], await client.frames()


@settings(max_examples=40)
@given(camera_mixtures.faults)
def test_what_it_says_that_it_will_play_is_what_it_plays(card: Card, faults: Faults) -> None:
    truthful = replace(faults, tells_range=Tells.TRUTH, refuses_require=False)
    said, frames = asyncio.run(said_and_sent(card, truthful))

    # Marks are by the camera's clock, ranges in its digits.
    zone = timedelta(seconds=truthful.clock.local_time_offset_s)
    marks = [frame.mark[0] + zone for frame in frames if frame.channel == 0 and frame.mark]
    start, end = (parse_clock(digits) for digits in said.removeprefix("clock=").split("-"))
    assert start == marks[0]
    assert marks[-1] < end <= marks[-1] + timedelta(seconds=0.2)


@settings(max_examples=20)
@given(camera_mixtures.holes(ASKED))
def test_what_a_card_holds_lies_in_the_window(held: list[Window]) -> None:
    assert held[0].start == ASKED.start
    assert all(ASKED.start <= each.start < each.end <= ASKED.end for each in held)
