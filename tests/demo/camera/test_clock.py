"""The simulated camera's clocks: digits of its own zone, and a Date that has nothing to do with its footage."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Clock, Faults, StartAt, StartRule, Tells
from anr_tui.domain.timestamps import now_utc
from tests.demo.camera.client import connected
from tests.demo.camera.fetched import faulty, fetched_s, steady_s
from tests.demo.conftest import span

ZONE_S = 5.5 * 3600
LOCAL = Clock(local_time_offset_s=ZONE_S)


async def test_digits_are_its_local_time(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    faults = Faults(clock=LOCAL)
    assert await fetched_s(ffmpeg, card, faults, span(ZONE_S + 5, ZONE_S + 15), tmp_path) == steady_s(5, 15)
    async with faulty(card, faults) as camera, connected(camera) as client:
        assert (await client.ask("DESCRIBE", camera.url(span(5, 15)))).status == 404


async def test_answers_have_its_digits_while_its_date_and_marks_are_right(card: Card) -> None:
    async with faulty(card, Faults(clock=LOCAL, tells_range=Tells.TRUTH)) as camera, connected(camera) as client:
        asked = span(ZONE_S + 5.4, ZONE_S + 15)
        described = await client.ask("DESCRIBE", camera.url(asked))
        played = await client.play(camera, asked, Require="onvif-replay")
        frames = await client.frames()
    assert "a=range:clock=20260613T173005Z-20260613T173015Z\r\n" in described.body
    assert played.headers["range"] == "clock=20260613T173005Z-20260613T173015Z"
    assert abs(parsedate_to_datetime(played.headers["date"]) - now_utc()) < timedelta(seconds=5)
    assert next(frame.mark for frame in frames if frame.channel == 0) == (span(5, 6).start, True)


async def dates_ahead_s(camera: SimulatedCamera, connections: int = 1) -> list[float]:
    """How far the Date of an answer is ahead, for one connection after another."""
    ahead = []
    for _ in range(connections):
        async with connected(camera) as client:
            reply = await client.ask("OPTIONS", camera.url(span(0, 1)))
            ahead.append((parsedate_to_datetime(reply.headers["date"]) - now_utc()).total_seconds())
    return ahead


async def test_the_date_alone_is_wrong(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    faults = Faults(clock=Clock(date_offset_s=600))
    async with faulty(card, faults) as camera:
        assert await dates_ahead_s(camera) == pytest.approx([600], abs=3)
    assert await fetched_s(ffmpeg, card, faults, span(5, 15), tmp_path) == steady_s(5, 15)


async def test_the_date_steps_from_one_connection_to_the_next(card: Card) -> None:
    async with faulty(card, Faults(clock=Clock(date_offset_s=-60, date_step_s=25))) as camera:
        assert await dates_ahead_s(camera, 3) == pytest.approx([-60, -35, -10], abs=3)


async def test_the_date_has_no_seconds(card: Card) -> None:
    async with faulty(card, Faults(clock=Clock(cuts_date_to_minute=True))) as camera, connected(camera) as client:
        date = (await client.ask("OPTIONS", camera.url(span(0, 1)))).headers["date"]
    assert re.search(r"\d\d:\d\d:00 GMT$", date)
    assert -65 < (parsedate_to_datetime(date) - now_utc()).total_seconds() <= 0


async def test_there_is_no_date(card: Card) -> None:
    async with faulty(card, Faults(clock=Clock(tells_date=False))) as camera, connected(camera) as client:
        assert "date" not in (await client.ask("OPTIONS", camera.url(span(0, 1)))).headers


@pytest.mark.parametrize(
    ("tells", "said"),
    [
        (Tells.LENGTH, None),
        (Tells.TRUTH, "clock=20260613T120002Z-20260613T120012Z"),
        (Tells.ASKED, "clock=20260613T120005Z-20260613T120015Z"),
        (Tells.CARD, "clock=20260613T120000Z-20260613T120040Z"),
        (Tells.OTHER_ZONE, "clock=20260613T140002Z-20260613T140012Z"),
        (Tells.NO_ZONE, "clock=20260613T140002-20260613T140012"),
        (Tells.EPOCH, "clock=19700101T000000Z-"),
        (Tells.LIVE, "npt=now-"),
        (Tells.GARBAGE, f"clock={'9' * 12_000}"),
    ],
)
async def test_it_says_what_it_will_play_or_what_was_asked(card: Card, tells: Tells, said: str | None) -> None:
    faults = Faults(tells_range=tells, start=StartRule(StartAt.BEFORE, offset_s=-3))
    async with faulty(card, faults) as camera, connected(camera) as client:
        described = await client.ask("DESCRIBE", camera.url(span(5, 15)))
        played = await client.play(camera, span(5, 15))
    assert f"a=range:{said or 'npt=0-10.000'}\r\n" in described.body
    assert played.headers["range"] == (said or "npt=0.000-")


async def test_it_says_nothing_of_what_it_will_play(card: Card) -> None:
    async with faulty(card, Faults(tells_range=Tells.NOTHING)) as camera, connected(camera) as client:
        described = await client.ask("DESCRIBE", camera.url(span(5, 15)))
        played = await client.play(camera, span(5, 15))
    assert "a=range" not in described.body
    assert "range" not in played.headers


async def test_what_it_will_play_begins_with_its_next_footage_and_ends_with_its_last(card: Card) -> None:
    async with faulty(card, Faults(tells_range=Tells.TRUTH)) as camera, connected(camera) as client:
        assert (await client.play(camera, span(25, 60))).headers["range"] == "clock=20260613T120030Z-20260613T120040Z"
