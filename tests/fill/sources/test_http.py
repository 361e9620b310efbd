"""One download: what HTTP devices do that no RTSP camera can."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.login import Auth
from anr_tui.demo.footage.footage import make_footage
from anr_tui.demo.mediamtx.faults import Body, HttpFaults
from anr_tui.demo.mediamtx.server import PlaybackServer, playback_server
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, find_ffmpeg
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.sources import interface
from anr_tui.fill.sources.http import HttpSource
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FetchResult, SourceSettings, StopCause
from anr_tui.fill.verdict import Verdict, judge_piece
from anr_tui.replay.dialects.access import make_access
from tests.fill.camera_row import camera_row

START = datetime(2026, 6, 13, 12, tzinfo=UTC)
HELD = Window(START, START + timedelta(seconds=12))
USER, PASSWORD = "operator", 's3cr3t /@:"é'


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    directory = tmp_path_factory.mktemp("card")
    make_footage(directory / "20260613_120000.mp4", HELD, ffmpeg=find_ffmpeg("ffmpeg"), size=(160, 90), gop_s=2.0)
    return Card(directory)


def second(from_s: float, to_s: float) -> Window:
    return Window(START + timedelta(seconds=from_s), START + timedelta(seconds=to_s))


async def fetched_from(
    server: PlaybackServer, part: Path, ffmpeg: Ffmpeg, window: Window = HELD, **columns: object
) -> tuple[FetchResult, Verdict | None]:
    row = camera_row(server.port, **({"vendor": "mediamtx", "username": USER, "password": Secret(PASSWORD)} | columns))
    source = HttpSource(make_access(row, row.password), SourceSettings(ffmpeg, stall_s=3))
    order = FetchOrder(window, AudioMode.NONE, full_speed=True)
    fetched = await source.fetch(order, part, FetchControl(asyncio.Event(), lambda _: None, lambda *_: None))
    got_s = sum(run.seconds for run in read_media(part).runs) if part.exists() and part.stat().st_size else 0.0
    return fetched, judge_piece(fetched, got_s, window.seconds)


@pytest.mark.parametrize("auth", [Auth.BASIC, Auth.DIGEST, Auth.DIGEST_SHA256])
async def test_any_login_is_given_and_a_whole_answer_is_known_to_be_whole(
    card: Card, tmp_path: Path, ffmpeg: Ffmpeg, auth: Auth
) -> None:
    async with playback_server(card, username=USER, password=PASSWORD, auth=auth) as server:
        fetched, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert verdict is None and fetched.is_complete
    assert ["authorization" in asked.headers for asked in server.requests] == [False, True]


async def test_the_end_of_a_connection_is_not_taken_for_the_end_of_the_footage(
    card: Card, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    async with playback_server(card, faults=HttpFaults(has_no_length=True)) as server:
        fetched, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert verdict is None
    assert fetched.closed_by_camera and not fetched.is_complete


async def test_a_redirect_is_not_followed(card: Card, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    async with playback_server(card) as other, playback_server(card) as server:
        server.faults = HttpFaults(redirect_to=f"http://127.0.0.1:{other.port}/get")
        _, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert verdict is not None and verdict.outcome is Outcome.NOT_UNDERSTOOD
    assert "302" in verdict.reason
    assert not other.requests


@pytest.mark.parametrize(("body", "outcome"), [(Body.PAGE, Outcome.NOT_UNDERSTOOD), (Body.NOTHING, Outcome.NO_FOOTAGE)])
async def test_a_yes_that_brings_no_footage_is_none(
    card: Card, tmp_path: Path, ffmpeg: Ffmpeg, body: Body, outcome: Outcome
) -> None:
    async with playback_server(card, faults=HttpFaults(body=body)) as server:
        _, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert verdict is not None and verdict.outcome is outcome


async def test_a_slow_body_is_waited_for(card: Card, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    size_bytes = next(card.directory.glob("*.mp4")).stat().st_size
    async with playback_server(card, faults=HttpFaults(bytes_per_s=size_bytes / 4)) as server:
        fetched, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert verdict is None
    assert fetched.media_took_s > 2


async def test_a_device_that_never_answers_is_given_up(card: Card, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    async with playback_server(card, faults=HttpFaults(never_answers=True)) as server:
        fetched, verdict = await fetched_from(server, tmp_path / "x.mp4.part", ffmpeg)
    assert fetched.cause is StopCause.STALLED and fetched.is_reached
    assert verdict is not None and verdict.outcome is Outcome.UNREACHABLE


async def test_what_begins_between_key_frames_shows_the_second_that_was_asked_for(
    card: Card, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    part = tmp_path / "x.mp4.part"
    async with playback_server(card) as server:
        _, verdict = await fetched_from(server, part, ffmpeg, second(3, 11))
    assert verdict is None
    [run] = read_media(part).runs
    assert run.seconds == pytest.approx(8, abs=0.2)
    # The card has a key frame each two seconds: the one at 4 s stands 1 s after the start that was asked for.
    assert key_frames(part)[1].at_s == pytest.approx(1.0, abs=0.1)


async def test_a_template_over_http_needs_no_dialect_of_its_own(card: Card, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    async with playback_server(card, username=USER, password=PASSWORD) as server:
        times = "start=2026-06-13T12:00:00Z&duration=12&asked={start}"
        template = Secret(f"http://127.0.0.1:{server.port}/get?path=gate&{times}")
        _, verdict = await fetched_from(
            server, tmp_path / "x.mp4.part", ffmpeg, vendor="generic", address=None, replay_url_template=template
        )
    assert verdict is None


async def test_a_playlist_sends_nobody_to_another_host(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    asked_elsewhere: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked_elsewhere.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(elsewhere, "127.0.0.1", 0) as other:
        place = f"127.0.0.1:{other.sockets[0].getsockname()[1]}"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://{place}/reboot.ts\n#EXT-X-ENDLIST\n".encode()

        async def device(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {len(playlist)}\r\n\r\n"
            writer.write(head.encode() + playlist)
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(device, "127.0.0.1", 0) as server:
            template = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/get?start={{start}}"
            row = camera_row(80, replay_url_template=Secret(template))
            source = HttpSource(make_access(row, row.password), SourceSettings(ffmpeg, stall_s=3))
            order = FetchOrder(HELD, AudioMode.NONE, full_speed=True)
            control = FetchControl(asyncio.Event(), lambda _: None, lambda *_: None)
            fetched = await source.fetch(order, tmp_path / "x.mp4.part", control)
    assert asked_elsewhere == []
    verdict = judge_piece(fetched, 0.0, HELD.seconds)
    assert verdict is not None and verdict.outcome is Outcome.NOT_UNDERSTOOD


async def test_a_body_without_an_end_is_ended_by_its_bytes(
    tmp_path: Path, ffmpeg: Ffmpeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interface, "_FASTEST_STREAM_BYTES_PER_S", 0)
    monkeypatch.setattr(interface, "_LEAST_LIMIT_BYTES", 1_000_000)
    is_closed = asyncio.Event()

    async def device(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        # A box of media data that has no end, as MP4 allows it.
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n" + b"\0\0\0\0mdat")
        try:
            while True:
                writer.write(bytes(65_536))
                await writer.drain()
        except ConnectionError:
            is_closed.set()

    async with await asyncio.start_server(device, "127.0.0.1", 0) as server:
        template = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/get?start={{start}}"
        row = camera_row(80, replay_url_template=Secret(template))
        source = HttpSource(make_access(row, row.password), SourceSettings(ffmpeg, stall_s=3))
        order = FetchOrder(HELD, AudioMode.NONE, full_speed=True)
        control = FetchControl(asyncio.Event(), lambda _: None, lambda *_: None)
        fetched = await source.fetch(order, tmp_path / "x.mp4.part", control)
        await is_closed.wait()
    assert fetched.has_breached
    assert 1_000_000 < fetched.media_bytes < 2_000_000
    verdict = judge_piece(fetched, 0.0, HELD.seconds)
    assert verdict is not None and verdict.outcome is Outcome.NOT_UNDERSTOOD
    assert "far more than footage of that length" in verdict.reason
