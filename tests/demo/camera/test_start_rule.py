"""Where the simulated camera begins, and what it does about a look behind the end of its footage."""

import math
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import Auth, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import AfterEnd, Faults, Reply, Stale, StartAt, StartRule
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import floor_second, format_file_stem, now_utc
from anr_tui.domain.window import Window
from tests.demo.camera.client import connected, track_url
from tests.demo.camera.fetched import faulty, fetch, fetched_s, shown_s, steady_s
from tests.demo.conftest import NOON, span
from tests.picture_times import picture_times


@pytest.fixture(scope="module")
def long_gop_card(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Card:
    """A card with a key frame every 20 seconds of two minutes."""
    directory = tmp_path_factory.mktemp("long")
    make_footage(directory / "20260613_120000.mp4", span(0, 120), ffmpeg=ffmpeg, size=(160, 90), gop_s=20)
    return Card(directory)


@pytest.mark.parametrize(
    ("rule", "start_s", "end_s"),
    [
        (StartRule(offset_s=-3), 2, 9),
        (StartRule(offset_s=4), 9, 16),
        (StartRule(offset_s=-3, end_offset_s=0), 2, 12),
        (StartRule(offset_s=4, end_offset_s=0), 9, 12),
        (StartRule(is_live=True), 33, 40),
    ],
)
async def test_it_plays_another_window_than_asked(
    card: Card, ffmpeg: str, tmp_path: Path, rule: StartRule, start_s: float, end_s: float
) -> None:
    assert await fetched_s(ffmpeg, card, Faults(start=rule), span(5, 12), tmp_path) == steady_s(start_s, end_s)


@pytest.mark.parametrize(
    ("at", "start_s"), [(StartAt.BEFORE, 20), (StartAt.EXACT, 40), (StartAt.AFTER, 40)], ids=lambda value: str(value)
)
async def test_a_plain_client_gets_a_long_group_of_pictures_from_one_key_frame_or_the_next(
    long_gop_card: Card, ffmpeg: str, tmp_path: Path, at: StartAt, start_s: float
) -> None:
    faults = Faults(start=StartRule(at=at))
    assert await fetched_s(ffmpeg, long_gop_card, faults, span(31, 51), tmp_path) == steady_s(start_s, 51)


@pytest.mark.parametrize(("at", "first_s"), [(StartAt.BEFORE, 20), (StartAt.EXACT, 31), (StartAt.AFTER, 40)])
async def test_marks_say_with_which_picture_it_begins(long_gop_card: Card, at: StartAt, first_s: float) -> None:
    async with faulty(long_gop_card, Faults(start=StartRule(at=at))) as camera, connected(camera) as client:
        await client.play(camera, span(31, 51), Require="onvif-replay")
        marks = [frame.mark for frame in await client.frames() if frame.channel == 0 and frame.mark]
    assert marks[0] == (span(first_s, first_s + 1).start, at is not StartAt.EXACT)


async def test_a_live_camera_plays_the_present_whatever_is_asked(ffmpeg: str, tmp_path: Path) -> None:
    now = floor_second(now_utc())
    held = Window(now - timedelta(seconds=10), now + timedelta(seconds=60))
    make_footage(tmp_path / f"{format_file_stem(held.start)}.mp4", held, ffmpeg=ffmpeg, size=(160, 90))
    camera = SimulatedCamera(Card(tmp_path), auth=Auth.NONE, pace=Pace(math.inf))
    camera.faults = Faults(start=StartRule(is_live=True))
    target = tmp_path / "20260613_120000.part"
    async with camera:
        began = now_utc()
        await fetch(ffmpeg, camera, span(5, 12), target)
    first = picture_times(target)[0].shown
    assert timedelta(seconds=-1.2) <= first - began <= timedelta(seconds=20)


async def test_it_opens_with_the_rest_of_an_earlier_session(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    faults = Faults(stale=Stale(seconds=3, footage_offset_s=20))
    assert await fetched_s(ffmpeg, card, faults, span(10, 15), tmp_path) == steady_s(30, 33) + steady_s(10, 15)
    async with faulty(card, faults) as camera, connected(camera) as client:
        reply = await client.play(camera, span(10, 15), Require="onvif-replay")
        frames = [frame for frame in await client.frames() if frame.ends_picture]
    assert len({frame.ssrc for frame in frames[:15]}) == len({frame.ssrc for frame in frames[15:]}) == 1
    assert frames[14].ssrc != frames[15].ssrc
    assert abs(frames[15].timestamp - frames[14].timestamp) > 60 * 90_000
    assert f"rtptime={frames[15].timestamp}" in reply.headers["rtp-info"]
    assert not any(frame.mark for frame in frames[:15])


async def test_only_the_first_replays_are_stale(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    target = tmp_path / "20260613_120000.mp4"
    async with faulty(card, Faults(stale=Stale(3, 20), plays=1)) as camera:
        found = []
        for _ in range(2):
            await fetch(ffmpeg, camera, span(10, 15), target)
            found.append(len(shown_s(target)))
    assert found == [40, 25]


@pytest.mark.parametrize("reply", [Reply.NOT_FOUND, Reply.BAD_REQUEST])
async def test_a_window_after_the_end_is_refused(card: Card, reply: Reply) -> None:
    faults = Faults(after_end=AfterEnd(span(10, 11).start, reply))
    async with faulty(card, faults) as camera, connected(camera) as client:
        assert (await client.ask("DESCRIBE", camera.url(span(9, 20)))).status == 200
        for start_s in (10, 15):
            assert (await client.ask("DESCRIBE", camera.url(span(start_s, 20)))).status == int(reply)


async def test_a_range_after_the_end_is_refused(card: Card) -> None:
    faults = Faults(after_end=AfterEnd(span(10, 11).start))
    async with faulty(card, faults) as camera, connected(camera) as client:
        url = camera.url(span(5, 20))
        setup = await client.ask("SETUP", track_url(url, 1), Transport="RTP/AVP/TCP;interleaved=0-1")
        session = setup.headers["session"].partition(";")[0]
        assert (await client.ask("PLAY", url, Session=session, Range="clock=20260613T120012Z-")).status == 404
        assert (await client.ask("PLAY", url, Session=session, Range="clock=20260613T120008Z-")).status == 200


async def test_a_window_after_the_end_gets_no_answer(card: Card) -> None:
    faults = Faults(after_end=AfterEnd(moment=span(10, 11).start, reply=Reply.SILENCE))
    async with faulty(card, faults) as camera, connected(camera) as client:
        await client.send("DESCRIBE", camera.url(span(12, 20)))
        # What is asked next is answered next: the answer before it never came.
        assert (await client.ask("OPTIONS", camera.url(span(12, 20)))).headers["cseq"] == "2"


async def test_a_window_after_the_end_closes_the_connection(card: Card) -> None:
    faults = Faults(after_end=AfterEnd(moment=span(10, 11).start, reply=Reply.CLOSES))
    async with faulty(card, faults) as camera, connected(camera) as client:
        await client.send("DESCRIBE", camera.url(span(12, 20)))
        assert await client.reader.read() == b""


async def test_a_window_after_the_end_is_played_without_media(card: Card) -> None:
    faults = Faults(after_end=AfterEnd(span(40, 41).start, Reply.NO_MEDIA))
    async with faulty(card, faults) as camera, connected(camera) as client:
        assert (await client.ask("DESCRIBE", camera.url(span(40, 50)))).status == 200
        assert (await client.play(camera, span(40, 50))).status == 200
        session = next(each.headers["session"] for each in camera.requests if each.method == "PLAY")
        await client.send("GET_PARAMETER", camera.url(span(40, 50)), Session=session)
        assert await client.reader.read(4) == b"RTSP"


async def test_the_end_is_a_moment_of_the_footage_not_of_the_digits(card: Card) -> None:
    faults = Faults(after_end=AfterEnd(NOON + timedelta(seconds=10)), clock_offset_s=3600)
    async with faulty(card, faults) as camera, connected(camera) as client:
        assert (await client.ask("DESCRIBE", camera.url(span(3605, 3620)))).status == 200
        assert (await client.ask("DESCRIBE", camera.url(span(3612, 3620)))).status == 404
