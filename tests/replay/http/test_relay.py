"""The HTTP relay by itself: who is served, what is said, how it ends."""

import asyncio
import os

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.mediamtx.faults import HttpFaults
from anr_tui.demo.mediamtx.server import PlaybackServer, playback_server
from anr_tui.domain.errors import ReplayError
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.http.relay import HttpRelay
from anr_tui.replay.relay.rate_limit import RateLimit

USER, PASSWORD = "admin", "s3cret"


def relay_to(server: PlaybackServer, log: list[str], **options: object) -> HttpRelay:
    url = f"http://{USER}:{PASSWORD}@127.0.0.1:{server.port}/get?path=gate&start=2026-06-13T12:00:00Z&duration=10"
    relay = HttpRelay(request_of_url(url), log=log.append, **options)  # type: ignore[arg-type]
    relay.expect(os.getpid())
    return relay


async def downloaded(url: str, head: str | None = None) -> bytes:
    """All that comes for a GET of a loopback URL."""
    place, _, path = url.removeprefix("http://").partition("/")
    host, port = place.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write((head or f"GET /{path} HTTP/1.1\r\nHost: {place}\r\n\r\n").encode())
    try:
        return await reader.read(-1)
    finally:
        writer.close()


async def test_it_serves_the_footage_and_reports_it(card: Card) -> None:
    log: list[str] = []
    async with playback_server(card, username=USER, password=PASSWORD) as server, relay_to(server, log) as relay:
        answer = await downloaded(relay.url)
        report = relay.report
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK") and body[4:8] == b"ftyp"
    assert (report.status, report.method, report.media_bytes) == (200, "GET", len(body))
    assert report.reached and report.announced_end and report.closed_by == "camera" and not report.error
    assert PASSWORD not in "\n".join(log) and server.requests[0].target not in head.decode()


async def test_only_who_knows_the_token_is_served(card: Card) -> None:
    async with playback_server(card) as server, relay_to(server, []) as relay:
        place = relay.url.rpartition("/")[0]
        for head in ("GET /else HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"):
            assert (await downloaded(f"{place}/else", head)).startswith(b"HTTP/1.1 404")
        assert not server.requests
        assert (await downloaded(relay.url)).startswith(b"HTTP/1.1 200")


async def test_a_refusal_reaches_ffmpeg_without_the_devices_words(card: Card) -> None:
    log: list[str] = []
    async with playback_server(card, faults=HttpFaults(status=503)) as server, relay_to(server, log) as relay:
        answer = await downloaded(relay.url)
        assert (relay.report.status, relay.report.full_speed) == (503, None)
    assert answer.startswith(b"HTTP/1.1 502") and b"refused" not in answer


async def test_a_body_that_breaks_off_is_said_and_not_taken_for_the_end(card: Card) -> None:
    async with playback_server(card, faults=HttpFaults(cuts_after_s=5)) as server, relay_to(server, []) as relay:
        answer = await downloaded(relay.url)
        report = relay.report
    assert len(answer) > 1000
    assert "before all of its answer had come" in report.error
    assert report.closed_by == "camera" and not report.announced_end


async def test_an_ended_stream_ends_for_ffmpeg_at_once(card: Card) -> None:
    async with playback_server(card, faults=HttpFaults(stalls_after_s=5)) as server, relay_to(server, []) as relay:
        downloading = asyncio.create_task(downloaded(relay.url))
        while not relay.report.media_bytes:
            await asyncio.sleep(0.01)
        relay.end_stream()
        assert len(await downloading) > 0


async def test_a_halted_limit_holds_the_body_back_and_counts_as_no_silence(card: Card) -> None:
    limit = RateLimit(0)
    async with playback_server(card) as server, relay_to(server, [], limits=(limit,)) as relay:
        downloading = asyncio.create_task(downloaded(relay.url))
        while not relay.report.is_held:
            await asyncio.sleep(0.01)
        assert not downloading.done()
        limit.rate = None
        body = (await downloading).partition(b"\r\n\r\n")[2]
        assert len(body) == relay.report.media_bytes


async def test_a_device_that_takes_no_connection_is_said(card: Card) -> None:
    faults = HttpFaults(refuses_connections=True)
    async with playback_server(card, faults=faults) as server, relay_to(server, []) as relay:
        await downloaded(relay.url)
        assert not relay.report.reached
        assert relay.report.error == f"Cannot connect to the camera at 127.0.0.1:{server.port}: Connection refused."


def test_the_relay_speaks_http_only() -> None:
    with pytest.raises(ReplayError, match="speaks HTTP"):
        HttpRelay(request_of_url("rtsp://cam/x"), log=print)
