"""The HTTP relay: ffmpeg downloads from loopback, the relay downloads from the device.

So the device's address and login are in no argument list and no ffmpeg message, ffmpeg's standard input stays free for
`q`, and the relay reads no faster than its bandwidth limits allow, as the RTSP relay does.
"""

import asyncio
import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.timestamps import now_utc
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_connection import CameraConnectionError
from anr_tui.replay.relay.loopback_listener import GREETING_TIMEOUT_S, LOOPBACK, LoopbackListener
from anr_tui.replay.relay.rate_limit import RateLimit, Throttle
from anr_tui.replay.relay.report import Findings, RelayReport
from anr_tui.replay.rtsp.parser import BreachError, Response

if TYPE_CHECKING:
    import aiohttp

_MAX_HEAD_BYTES = 8192
_REQUEST_LINE = re.compile(rb"GET (/[!-~]{1,200}) HTTP/1\.[01]\r\n")
# Pages and messages, of a device that says in words what a status should have said.
_NO_FOOTAGE_TYPES = ("text/", "application/json", "application/xml")


class HttpRelay:
    """Serves one ffmpeg from one device while its `async with` block lasts.

    `log` gets masked one-line sentences. `connect_timeout_s` bounds the connection to the device. `limits` may be
    shared with other relays; the slowest one decides. `clock` gives our UTC time. More than
    `most_bytes` ends the replay. Raises ReplayError for a request that
    is not http or https (whose certificate is not checked: cameras sign theirs themselves).
    """

    def __init__(
        self,
        request: ReplayRequest,
        *,
        log: Callable[[str], None],
        connect_timeout_s: float = 10.0,
        limits: Sequence[RateLimit] = (),
        clock: Callable[[], datetime] = now_utc,
        most_bytes: float = math.inf,
    ) -> None:
        if request.scheme not in {"http", "https"}:
            raise ReplayError(f"The relay speaks HTTP, not {request.scheme}.")
        self._request = request
        self._connect_timeout_s = connect_timeout_s
        self._throttle = Throttle(limits)
        self._findings = Findings(request, log, self._throttle, clock, most_bytes=most_bytes)
        self._listener = LoopbackListener("http", self._findings.say)
        self._is_over = asyncio.Event()

    @property
    def url(self) -> str:
        """The loopback URL for ffmpeg; "" before the block is entered."""
        return self._listener.url

    @property
    def report(self) -> RelayReport:
        """What was found out so far."""
        return self._findings.report

    def expect(self, pid: int) -> None:
        """Let in what the process `pid` opens, or one of its session: our own ffmpeg. Before that, it waits."""
        self._listener.expect(pid)

    def end_stream(self) -> None:
        """Let ffmpeg see the end of the stream, so that it finishes its file at once."""
        self._is_over.set()

    async def __aenter__(self) -> "HttpRelay":
        self._listener.listen(await asyncio.start_server(self._accept, LOOPBACK, 0, limit=_MAX_HEAD_BYTES))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._is_over.set()
        await self._listener.close()
        if error is None:
            self._listener.raise_failure()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        self._listener.serve(partial(self._greet, reader, writer), writer.transport.abort, peer)

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the one who shows the token, turn away everyone else."""
        try:
            async with asyncio.timeout(GREETING_TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
            match = _REQUEST_LINE.match(head)
            if match is None or not self._listener.admits_path(match[1]):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            await self._serve(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # a stranger that speaks no HTTP, or says nothing
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, ffmpeg: asyncio.StreamWriter) -> None:
        """Carry the body until it ends, ffmpeg leaves, or the stream is ended."""
        carrying = asyncio.create_task(self._carry(ffmpeg))
        ending = asyncio.create_task(self._is_over.wait())
        try:
            await asyncio.wait([carrying, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            carrying.cancel()
            await asyncio.wait([carrying, ending])
        if not carrying.cancelled() and (failure := carrying.exception()) is not None:
            raise failure

    async def _carry(self, ffmpeg: asyncio.StreamWriter) -> None:
        from anr_tui.replay.http.download import open_download

        try:
            async with open_download(self._request, self._findings, self._connect_timeout_s) as response:
                if self._refuses(response):
                    ffmpeg.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                self._findings.played(full_speed=True)
                ffmpeg.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                await self._carry_body(response, ffmpeg)
        except BreachError as error:
            self._findings.breached()
            self._findings.fail(str(error))
        except CameraConnectionError as error:
            self._findings.closed("camera")
            self._findings.fail(str(error))

    async def _carry_body(self, response: "aiohttp.ClientResponse", ffmpeg: asyncio.StreamWriter) -> None:
        from anr_tui.replay.http.download import read_portion

        self._throttle.engage()
        while portion := await read_portion(response, await self._throttle.next_portion()):
            self._findings.arrived(len(portion))
            self._throttle.owe(len(portion))
            try:
                ffmpeg.write(portion)
                await ffmpeg.drain()
            except OSError:
                self._findings.closed("ffmpeg")
                return
        self._findings.closed("camera")
        if "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower():
            # Only then is the end of the body more than the end of a connection.
            self._findings.announced_end()

    def _refuses(self, response: "aiohttp.ClientResponse") -> bool:
        """Whether the answer is no footage; that is noted."""
        answer = Response(response.status, response.reason or "")
        content_type = response.headers.get("Content-Type", "").lower()
        sentence = ""
        if 300 <= response.status < 400:
            sentence = f"The camera redirected GET to another address ({response.status}), which is not followed."
        elif response.status == 401:
            sentence = "The camera refused the login, or asks for one that cannot be given: GET 401."
        elif response.status >= 400:
            sentence = f"The camera answered GET with {answer.status} {self._findings.reason(answer)}".rstrip() + "."
        elif content_type.startswith(_NO_FOOTAGE_TYPES):
            answer = Response(415, "Unsupported Media Type")
            sentence = "The camera answered GET with a text, not with footage."
        self._findings.answered("GET", answer)
        if sentence:
            self._findings.fail(sentence)
        return bool(sentence)
