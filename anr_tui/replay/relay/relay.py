"""The relay: an RTSP go-between on loopback. ffmpeg talks to it, it talks to the camera.

So the camera's address and login are in no argument list and no ffmpeg message, and a camera that can is asked to
replay faster than 1x, for which ffmpeg has no option. It reads no faster than its bandwidth limits allow. TCP
interleaved only.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.timestamps import now_utc
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_connection import CameraConnection, CameraConnectionError, connect
from anr_tui.replay.relay.camera_session import CameraSession
from anr_tui.replay.relay.rate_limit import RateLimit, Throttle
from anr_tui.replay.relay.report import Findings, RelayReport, ReplayTime
from anr_tui.replay.relay.session import Session
from anr_tui.replay.rtsp.auth import Login
from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import Request, Response

__all__ = ["RateLimit", "Relay", "RelayReport", "ReplayTime"]

_GREETING_TIMEOUT_S = 5.0
_FAREWELL_TIMEOUT_S = 3.0
_MAX_GREETERS = 8


class Relay:
    """Serves one ffmpeg from one camera while its `async with` block lasts.

    `log` gets masked one-line sentences. `connect_timeout_s` bounds the connection to the camera and each answer.
    `limits` may be shared with other relays; the slowest one decides. `clock` gives our UTC time.
    Raises ReplayError for a request that is not rtsp or rtsps (whose certificate is not checked: cameras sign theirs
    themselves).
    """

    def __init__(
        self,
        request: ReplayRequest,
        *,
        full_speed: bool,
        log: Callable[[str], None],
        connect_timeout_s: float = 10.0,
        limits: Sequence[RateLimit] = (),
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        if request.scheme not in {"rtsp", "rtsps"}:
            raise ReplayError(f"The relay speaks RTSP, not {request.scheme}.")
        self._request = request
        self._full_speed = full_speed
        self._connect_timeout_s = connect_timeout_s
        self._throttle = Throttle(limits)
        self._findings = Findings(request, log, self._throttle, clock)
        self._token = secrets.token_urlsafe(24)
        self._server: asyncio.Server | None = None
        self._url = ""
        self._is_taken = False
        self._session: Session | None = None
        self._greeters: dict[asyncio.Task[None], Connection] = {}
        self._failures: list[BaseException] = []

    @property
    def url(self) -> str:
        """The loopback URL for ffmpeg; "" before the block is entered."""
        return self._url

    @property
    def report(self) -> RelayReport:
        """What was found out so far."""
        return self._findings.report

    def end_stream(self) -> None:
        """Let ffmpeg see the end of the stream, so that it finishes its file at once.

        Asked to quit while it waits for a silent camera, it would give up unwritten media instead.
        """
        if self._session is not None:
            self._session.end_stream()

    async def __aenter__(self) -> "Relay":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection("ffmpeg", self._accept), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._url = f"rtsp://127.0.0.1:{port}/{self._token}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything; a running replay is given a moment to end the camera's session."""
        self._stop_listening()
        for connection in self._greeters.values():
            connection.abort()
        try:
            if self._greeters:
                await asyncio.wait(self._greeters, timeout=_FAREWELL_TIMEOUT_S)
        finally:
            for task in self._greeters:
                task.cancel()
            await asyncio.gather(*self._greeters, return_exceptions=True)
        if self._failures and error is None:
            raise self._failures[0]

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    def _accept(self, connection: Connection) -> None:
        if len(self._greeters) >= _MAX_GREETERS:
            connection.abort()
            return
        task = asyncio.create_task(self._greet(connection))
        self._greeters[task] = connection
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._greeters[task]
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)

    async def _greet(self, connection: Connection) -> None:
        """Serve the one who shows the token, turn away everyone else."""
        try:
            async with asyncio.timeout(_GREETING_TIMEOUT_S):
                first = await connection.next_item()
            if not isinstance(first, Request):
                return
            if self._is_taken or not secrets.compare_digest(first.uri.encode("latin-1"), self._url.encode()):
                await connection.send(_reply(first, 404, "Not Found"))
                return
            self._is_taken = True
            self._stop_listening()
            await self._serve(connection, first)
        except (ReplayError, OSError):
            return  # a stranger that speaks no RTSP, or says nothing
        finally:
            await connection.close()

    async def _serve(self, ffmpeg: Connection, first: Request) -> None:
        try:
            connection = await connect(self._request, self._findings, self._connect_timeout_s)
        except CameraConnectionError as error:
            self._findings.fail(str(error))
            await ffmpeg.send(_reply(first, 502, "Bad Gateway"))
            return
        camera = CameraSession(
            connection,
            self._dial_again,
            self._findings,
            self._throttle,
            full_speed=self._full_speed,
            play_headers=self._request.headers,
        )
        self._session = Session(ffmpeg, camera, self._findings, self._throttle, self._url, self._request.url)
        await self._session.run(first)

    async def _dial_again(self, login: Login) -> CameraConnection:
        return await connect(self._request, self._findings, self._connect_timeout_s, login)


def _reply(request: Request, status: int, reason: str) -> bytes:
    return Response(status, reason, request.headers.only("CSeq")).to_bytes()
