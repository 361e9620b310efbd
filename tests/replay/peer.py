"""Both neighbours of the relay, scripted: a camera that answers as a test says, and an ffmpeg that asks by hand."""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self

from anr_tui.domain.timestamps import now_utc
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.relay import Relay
from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import Headers, Item, Media, Parser, Request, Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from datetime import datetime

    from anr_tui.replay.relay.rate_limit import RateLimit

SDP = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 10.9.8.7",
        "s=Gate 10.9.8.7",
        "t=0 0",
        "a=control:*",
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        "a=control:trackID=1",
        "m=audio 0 RTP/AVP 8",
        "a=control:trackID=2",
        "",
    ]
)

Answer = Callable[["ScriptedCamera", Request], Awaitable[Response | None]]


def frame(channel: int, payload: bytes) -> bytes:
    """One interleaved frame."""
    return b"$" + bytes([channel]) + len(payload).to_bytes(2, "big") + payload


def items(parser: Parser, received: bytes) -> "Iterator[Item]":
    """What a parser finds when it is given bytes; media holds until the next is asked for."""
    while received:
        room = parser.room(len(received))
        room[:], received = received[: len(room)], received[len(room) :]
        parser.received(len(room))
        while (item := parser.next_item()) is not None:
            yield item


def plain_answer(request: Request, status: int = 200, *lines: tuple[str, str]) -> Response:
    """What an ordinary camera says."""
    headers: list[tuple[str, str]] = [("CSeq", request.headers.get("CSeq")), *lines]
    body = b""
    if status == 200 and request.method == "DESCRIBE":
        headers.append(("Content-Type", "application/sdp"))
        body = SDP.encode()
    if status == 200 and request.method == "SETUP":
        headers.append(("Session", "4711;timeout=60"))
        headers.append(("Transport", request.headers.get("Transport") + ";source=10.9.8.7"))
    return Response(status, "Whatever", Headers(tuple(headers)), body)


class ScriptedCamera:
    """A listener whose connections answer by `answer`; where that gives None it has answered, or will not."""

    def __init__(self, answer: Answer | None = None, context: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self._context = context
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.received = bytearray()
        self.line: Connection | None = None
        self.is_closed = asyncio.Event()
        self.changed = asyncio.Condition()
        self.tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection("the relay", self._accept), "127.0.0.1", 0, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    async def send(self, data: bytes) -> None:
        assert self.line is not None
        await self.line.send(data)

    async def close_line(self) -> None:
        assert self.line is not None
        await self.line.close()

    def stop_listening(self) -> None:
        """Take no more connections."""
        self._server.close()

    async def until(self, holds: Callable[["ScriptedCamera"], bool]) -> None:
        """Wait for something that a message brings about."""
        async with self.changed:
            await self.changed.wait_for(lambda: holds(self))

    def _accept(self, connection: Connection) -> None:
        task = asyncio.create_task(self._serve(connection))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, line: Connection) -> None:
        self.line = line
        try:
            while (received := await line.next_item()) is not None:
                if isinstance(received, Request):
                    self.requests.append(received)
                    response = await self.answer(self, received) if self.answer else plain_answer(received)
                    if response is not None:
                        await line.send(response.to_bytes())
                elif isinstance(received, Response):
                    self.responses.append(received)
                else:
                    self.received += received.frames
                async with self.changed:
                    self.changed.notify_all()
        except OSError:
            pass  # the relay hung up first
        finally:
            self.is_closed.set()
            await line.close()


class Player:
    """The ffmpeg side, by hand."""

    def __init__(self, connection: Connection, url: str) -> None:
        self.connection = connection
        self.url = url
        self.media = bytearray()
        self._cseq = 0

    async def post(self, method: str, path: str = "", *lines: tuple[str, str]) -> None:
        self._cseq += 1
        headers = Headers((("CSeq", str(self._cseq)), ("User-Agent", "Lavf63"), *lines))
        await self.connection.send(Request(method, self.url + path, headers).to_bytes())

    async def ask(self, method: str, path: str = "", *lines: tuple[str, str]) -> Response:
        """Ask and give the answer; media before it is kept in `media`."""
        await self.post(method, path, *lines)
        return await self.answer()

    async def answer(self) -> Response:
        while not isinstance(received := await self.connection.next_item(), Response):
            assert isinstance(received, Media), "the relay closed the connection"
            self.media += received.frames
        return received

    async def media_item(self) -> Media:
        received = await self.connection.next_item()
        assert isinstance(received, Media)
        return received

    async def set_up(self, tracks: int = 1) -> None:
        """OPTIONS, DESCRIBE and SETUP, as ffmpeg does."""
        assert (await self.ask("OPTIONS")).status == 200
        assert (await self.ask("DESCRIBE")).status == 200
        for track in range(tracks):
            assert (await self.ask("SETUP", f"/{track}", transport(track))).status == 200

    async def play(self) -> Response:
        return await self.ask("PLAY", "/session", ("Session", "4711"), ("Range", "npt=0.000-"))

    async def rest(self) -> bytes:
        """Every media byte up to the end of the stream."""
        while (received := await self.connection.next_item()) is not None:
            if isinstance(received, Media):
                self.media += received.frames
        return bytes(self.media)


def transport(track: int) -> tuple[str, str]:
    return "Transport", f"RTP/AVP/TCP;unicast;interleaved={2 * track}-{2 * track + 1}"


@asynccontextmanager
async def connected(relay: Relay) -> "AsyncIterator[Player]":
    """A player on its own connection to the relay, which is let in as ffmpeg would be."""
    relay.expect(os.getpid())
    port = int(relay.url.split(":")[2].split("/")[0])
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: Connection("the relay"), "127.0.0.1", port)
    try:
        yield Player(connection, relay.url)
    finally:
        await connection.close()


def relay_to(
    camera: ScriptedCamera,
    log: list[str],
    *,
    full_speed: bool = True,
    login: str = "admin:s3cret@",
    scheme: str = "rtsp",
    timeout_s: float = 5,
    limits: "Sequence[RateLimit]" = (),
    clock: "Callable[[], datetime]" = now_utc,
) -> Relay:
    url = f"{scheme}://{login}127.0.0.1:{camera.port}/Streaming/tracks/101?starttime=a&endtime=b"
    return Relay(
        request_of_url(url),
        full_speed=full_speed,
        log=log.append,
        connect_timeout_s=timeout_s,
        limits=limits,
        clock=clock,
    )
