"""The camera's side of one replay: its requests and their repetition without refused headers, and its RTSP session.

Sources: RFC 2326 (RTSP 1.0); ONVIF Streaming specification, "Replay" (`Require: onvif-replay`, `Rate-Control: no`).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from anr_tui.replay.relay.camera_connection import CameraConnection, CameraConnectionError, DroppedError
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.relay.report import Findings
from anr_tui.replay.rtsp.auth import Login
from anr_tui.replay.rtsp.parser import Headers, Media, Request, Response

KEEP_ALIVES = {"OPTIONS", "GET_PARAMETER", "SET_PARAMETER"}
_REQUIRE = ("Require", "onvif-replay")
_NO_RATE_CONTROL = ("Rate-Control", "no")
_TO_CAMERA = ("User-Agent", "Accept", "Session", "Transport", "Range", "Content-Type")
# These statuses concern the login, the footage or the camera's load, and not the headers that we add.
_NOT_ABOUT_HEADERS = {401, 403, 404, 408, 453, 454, 455, 457, 459, 460, 461, 503}
_TEARDOWN_TIMEOUT_S = 2.0
_KEEP_ALIVE_TIMEOUT_S = 5.0
_KEEP_ALIVE_EVERY_S = 20.0
_TIMEOUT = re.compile(r";\s*timeout\s*=\s*(\d{1,6})(?!\d)", re.ASCII | re.IGNORECASE)


class CameraSession:
    """One replay session at a camera: sends requests over its connection, and connects again where a camera hangs up.

    Some cameras close the connection after their login challenge, some when they see a `Require` that they do not know.
    Nothing is lost by either before a session is set up, so `dial` then connects again, at most once for each of these
    causes, with the login that is known. `full_speed` asks for delivery without a rate limit (`Rate-Control: no`).
    `play_headers` are the dialect's own headers for PLAY.
    """

    def __init__(
        self,
        connection: CameraConnection,
        dial: Callable[[Login], Awaitable[CameraConnection]],
        findings: Findings,
        throttle: Throttle,
        *,
        full_speed: bool,
        play_headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.is_playing = False
        self._connection = connection
        self._dial = dial
        self._findings = findings
        self._throttle = throttle
        self._play_headers = tuple(play_headers)
        self._adds_require = full_speed
        self._adds_rate_control = full_speed
        self._id = ""
        self._timeout_s = 60
        self._keep_alive_method = "OPTIONS"
        self._is_torn_down = False
        self._described: tuple[Request, str] | None = None
        self._may_dial = False
        self._causes: set[str] = set()
        self._turn = asyncio.Event()

    @property
    def is_login_refused(self) -> bool:
        """Whether the camera refused the password, after which it is asked nothing more."""
        return self._connection.is_login_refused

    @property
    def keep_alive_s(self) -> float:
        """The interval at which the session must be kept alive, in seconds."""
        return max(1.0, min(_KEEP_ALIVE_EVERY_S, self._timeout_s / 2))

    def is_keep_alive(self, request: Request) -> bool:
        """Whether a request only keeps a running replay alive."""
        return self.is_playing and request.method in KEEP_ALIVES

    async def pump(
        self, on_media: Callable[[Media], Awaitable[None]], on_request: Callable[[Request], Awaitable[None]]
    ) -> str:
        """Read until the camera is gone and no new connection follows.

        Returns the sentence that explains the end, "" where the camera simply closed the connection.
        """
        while True:
            connection = self._connection
            end = await connection.pump(on_media, on_request, self._throttle)
            if self._may_dial:
                # The request that is under way may connect again, and then needs a reader for its answer.
                self._turn.clear()
                await self._turn.wait()
            if connection is self._connection:
                return end

    async def ask(self, request: Request, url: str) -> Response:
        """The camera's final answer to a request, sent with the headers that lift the 1x limit where it accepts them.

        Raises CameraConnectionError.
        """
        self._may_dial = not self._id and request.method in {"OPTIONS", "DESCRIBE", "SETUP"}
        try:
            response = await self._ask(request, url)
        finally:
            self._may_dial = False
            self._turn.set()
        if response.status < 300:
            self._accepted(request, url, response)
        return response

    def post(self, request: Request, url: str) -> None:
        """Pass a request on to the camera without waiting for its answer."""
        self._connection.post(request.method, url, request.headers.only(*_TO_CAMERA))

    async def forward(self, frames: bytes) -> None:
        """Pass ffmpeg's RTCP receiver reports on to the camera."""
        await self._connection.forward(frames)

    def gather(self) -> None:
        """Read media in larger portions from now on."""
        self._connection.gather()

    async def answer(self, request: Request, *lines: tuple[str, str]) -> None:
        """Answer a request that the camera sent with 200, and `lines` as further headers. Raises OSError."""
        await self._connection.answer(request, *lines)

    async def keep_alive(self, url: str) -> None:
        """Send a keep-alive of our own. An answer is not required: it may stand behind media that is not read yet."""
        with suppress(CameraConnectionError):
            await self._connection.exchange(self._keep_alive_method, url, self._headers, timeout_s=self.keep_alive_s)

    async def tear_down(self, url: str) -> None:
        """Free the camera's session slot with a TEARDOWN, where ffmpeg did not send one."""
        if not self._has_open_session:
            return
        self._end()
        try:
            await self._connection.exchange("TEARDOWN", url, self._headers, timeout_s=_TEARDOWN_TIMEOUT_S)
            self._findings.say("TEARDOWN sent for ffmpeg")
        except CameraConnectionError:
            self._findings.say("TEARDOWN sent for ffmpeg, no answer")

    async def close(self, url: str, *, at_once: bool) -> None:
        """Close the connection; `at_once` first sends a TEARDOWN that is still due, without waiting for its answer."""
        if at_once and self._has_open_session:
            self._connection.post("TEARDOWN", url, self._headers)
        await self._connection.close()

    async def _ask(self, request: Request, url: str) -> Response:
        headers = self._headers_for(request)
        while True:
            extra = self._extra(request.method)
            try:
                response = await self._exchange(request, url, headers.plus(*extra))
            except DroppedError as drop:
                await self._connect_again(drop, request.method)
                continue
            if not extra or response.status < 400 or response.status in _NOT_ABOUT_HEADERS:
                break
            self._adds_require = False
            if request.method == "PLAY":
                self._adds_rate_control = False
            added = " and ".join(name for name, _ in extra)
            self._findings.say(f"{request.method} {response.status} with {added}, asked again without")
        if not (response.status == 200 and self.is_keep_alive(request)):
            added = "".join(f", {name}: {value}" for name, value in extra)
            self._findings.say(f"{request.method} {response.status} {self._findings.reason(response)}{added}")
        return response

    async def _connect_again(self, drop: DroppedError, method: str) -> None:
        """Connect again after a drop whose cause is known and has not occurred before.

        Raises the drop where its cause is unknown or repeated, and CameraConnectionError where connecting fails.
        """
        causes = ["login"] * drop.is_after_challenge + ["Require"] * bool(self._extra(method))
        cause = next((cause for cause in causes if cause not in self._causes), None)
        if cause is None or not self._may_dial:
            raise drop
        self._causes.add(cause)
        if cause == "Require":
            # A camera that hangs up on one unknown header may do so on the other one at PLAY, when it is too late.
            self._adds_require = self._adds_rate_control = False
            self._findings.say(f"camera closed the connection on {method} with Require, connecting again without")
        else:
            self._findings.say(f"camera closed the connection after its login challenge to {method}, connecting again")
        await self._connection.close()
        self._connection = await self._dial(self._connection.login)
        self._turn.set()
        if method == "SETUP" and self._described is not None:
            described, url = self._described
            await self._connection.exchange("DESCRIBE", url, described.headers.only(*_TO_CAMERA))

    async def _exchange(self, request: Request, url: str, headers: Headers) -> Response:
        limit_s = None
        if request.method == "TEARDOWN":
            self._end()
            limit_s = _TEARDOWN_TIMEOUT_S
        elif self.is_keep_alive(request):
            # An unanswered keep-alive must not delay the next one.
            limit_s = _KEEP_ALIVE_TIMEOUT_S
        return await self._connection.exchange(request.method, url, headers, request.body, timeout_s=limit_s)

    def _headers_for(self, request: Request) -> Headers:
        """ffmpeg's headers for the camera; in PLAY the dialect's own headers replace those of the same name."""
        headers = request.headers.only(*_TO_CAMERA)
        if request.method != "PLAY" or not self._play_headers:
            return headers
        replaced = {name.lower() for name, _ in self._play_headers}
        other_lines = tuple(line for line in headers.lines if line[0].lower() not in replaced)
        return Headers((*other_lines, *self._play_headers))

    def _extra(self, method: str) -> list[tuple[str, str]]:
        require = [_REQUIRE] if self._adds_require and method in {"SETUP", "PLAY"} else []
        return [*require, _NO_RATE_CONTROL] if self._adds_rate_control and method == "PLAY" else require

    def _accepted(self, request: Request, url: str, response: Response) -> None:
        session = response.headers.get("Session")
        self._id = session.partition(";")[0].strip() or self._id
        if match := _TIMEOUT.search(session):
            self._timeout_s = int(match[1])
        if request.method == "OPTIONS" and "GET_PARAMETER" in response.headers.get("Public"):
            self._keep_alive_method = "GET_PARAMETER"
        elif request.method == "DESCRIBE":
            self._described = request, url
        elif request.method == "PLAY":
            self.is_playing = True
            self._findings.played(full_speed=self._adds_rate_control)

    def _end(self) -> None:
        """Mark the session as ended, and stop throttling.

        Only the answer to TEARDOWN matters now, and it stands behind all media that the camera has sent.
        """
        self._is_torn_down = True
        self._throttle.release()

    @property
    def _has_open_session(self) -> bool:
        is_ours = bool(self._id) and not self._is_torn_down
        return is_ours and self._connection.is_open and not self._connection.is_login_refused

    @property
    def _headers(self) -> Headers:
        return Headers((("Session", self._id),))
