"""The simulated playback server answers as MediaMTX does, seen by a client that is not ours."""

import asyncio
import io
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import av
import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, make_footage
from anr_tui.demo.mediamtx.server import PlaybackServer, playback_server
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import find_ffmpeg

START = datetime(2026, 6, 13, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """Ten seconds, a hole of ten, and ten seconds more; a key frame each two seconds."""
    directory = tmp_path_factory.mktemp("card")
    for at in (0, 20):
        window = Window(START + timedelta(seconds=at), START + timedelta(seconds=at + 10))
        path = directory / f"{window.start:%Y%m%d_%H%M%S}.mp4"
        make_footage(path, window, ffmpeg=find_ffmpeg("ffmpeg"), size=(160, 90), gop_s=2.0)
    return Card(directory)


async def asked(server: PlaybackServer, **query: str) -> tuple[int, bytes]:
    words = {"path": "gate", "start": "2026-06-13T12:00:00Z", "duration": "10", "format": "fmp4"} | query
    url = f"http://127.0.0.1:{server.port}/get?{urlencode(words)}"

    def get() -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(url, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    return await asyncio.to_thread(get)


def times(body: bytes) -> list[float]:
    with av.open(io.BytesIO(body)) as clip:
        stream = clip.streams.video[0]
        return [float(packet.dts * packet.time_base) for packet in clip.demux(stream) if packet.dts is not None]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"start": "2026-06-13T14:00:00+02:00"}, 200),
        ({"start": "20260613T120000Z"}, 400),
        ({"start": "2026-06-13T12:00:00"}, 400),
        ({"duration": "long"}, 400),
        ({"format": "avi"}, 400),
        ({"path": "yard"}, 400),
        ({"start": "2026-06-13T12:00:11Z", "duration": "5"}, 404),
    ],
)
async def test_each_question_has_its_status(card: Card, query: dict[str, str], status: int) -> None:
    async with playback_server(card) as server:
        assert (await asked(server, **query))[0] == status


async def test_it_stops_at_the_first_hole_without_a_word(card: Card) -> None:
    async with playback_server(card) as server:
        _, body = await asked(server, duration="30")
    assert times(body)[-1] == pytest.approx(10, abs=0.2)


async def test_a_window_that_begins_in_a_hole_leaves_its_place_empty(card: Card) -> None:
    async with playback_server(card) as server:
        _, body = await asked(server, start="2026-06-13T12:00:15Z", duration="10")
    assert times(body)[0] == pytest.approx(5, abs=0.2)


async def test_pictures_before_the_start_are_all_at_its_beginning(card: Card) -> None:
    async with playback_server(card) as server:
        _, body = await asked(server, start="2026-06-13T12:00:03Z", duration="4")
    early = [at for at in times(body) if at < 0.01]
    assert len(early) > 5 and times(body)[-1] == pytest.approx(4 - 1 / FRAMES_PER_SECOND, abs=0.01)
