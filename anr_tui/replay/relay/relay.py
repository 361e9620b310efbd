"""The relay: an RTSP go-between on loopback. ffmpeg talks to it, it talks to the camera.

So the camera's address and login are in no argument list and no ffmpeg message, and a camera that can is asked to
replay faster than 1x, for which ffmpeg has no option. It reads no faster than its bandwidth limits allow. TCP
interleaved only.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from types import TracebackType

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.timestamps import now_utc
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_connection import CameraConnection, CameraConnectionError, connect
from anr_tui.replay.relay.camera_session import CameraSession
from anr_tui.replay.relay.loopback_listener import GREETING_TIMEOUT_S, LOOPBACK, LoopbackListener
from anr_tui.replay.relay.rate_limit import RateLimit, Throttle
from anr_tui.replay.relay.report import Findings, RelayReport, ReplayTime
from anr_tui.replay.relay.session import Session
from anr_tui.replay.rtsp.auth import Login
from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import Request, Response

__all__ = ["RateLimit", "Relay", "RelayReport", "ReplayTime"]


class Relay:
    """Serves one ffmpeg from one camera while its `async with` block lasts.

    `log` gets masked one-line sentences. `connect_timeout_s` bounds the connection to the camera and each answer.
    `limits` may be shared with other relays; the slowest one decides. `clock` gives our UTC time.
    More than `most_bytes` of media ends the replay.
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
        most_bytes: float = math.inf,
    ) -> None:
        if request.scheme not in {"rtsp", "rtsps"}:
            raise ReplayError(f"The relay speaks RTSP, not {request.scheme}.")
        self._request = request
        self._full_speed = full_speed
        self._connect_timeout_s = connect_timeout_s
        self._throttle = Throttle(limits)
        self._findings = Findings(request, log, self._throttle, clock, most_bytes=most_bytes)
        self._listener = LoopbackListener("rtsp", self._findings.say)
        self._session: Session | None = None

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
        """Let ffmpeg see the end of the stream, so that it finishes its file at once.

        Asked to quit while it waits for a silent camera, it would give up unwritten media instead.
        """
        if self._session is not None:
            self._session.end_stream()

    async def __aenter__(self) -> "Relay":
        loop = asyncio.get_running_loop()
        self._listener.listen(await loop.create_server(lambda: Connection("ffmpeg", self._accept), LOOPBACK, 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything; a running replay is given a moment to end the camera's session."""
        self._listener.abort()
        await self._listener.close()
        if error is None:
            self._listener.raise_failure()

    def _accept(self, connection: Connection) -> None:
        self._listener.serve(partial(self._greet, connection), connection.abort, connection.peer_address)

    async def _greet(self, connection: Connection) -> None:
        """Serve the one who shows the token, turn away everyone else."""
        try:
            async with asyncio.timeout(GREETING_TIMEOUT_S):
                first = await connection.next_item()
            if not isinstance(first, Request):
                return
            if not self._listener.admits_url(first.uri.encode("latin-1")):
                await connection.send(_reply(first, 404, "Not Found"))
                return
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
        self._session = Session(ffmpeg, camera, self._findings, self._throttle, self.url, self._request.url)
        await self._session.run(first)

    async def _dial_again(self, login: Login) -> CameraConnection:
        return await connect(self._request, self._findings, self._connect_timeout_s, login)


def _reply(request: Request, status: int, reason: str) -> bytes:
    return Response(status, reason, request.headers.only("CSeq")).to_bytes()
