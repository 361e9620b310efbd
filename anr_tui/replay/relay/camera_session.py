"""The camera's side of one replay: how it is asked, what it is asked again without, and how its session is kept.

Sources: RFC 2326; ONVIF Streaming specification, replay (`Require: onvif-replay`, `Rate-Control: no`).
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
# These say something about the login, the footage or the camera's load, and nothing about the headers we add.
_NOT_ABOUT_HEADERS = {401, 403, 404, 408, 453, 454, 455, 457, 459, 460, 461, 503}
_TEARDOWN_TIMEOUT_S = 2.0
_KEEP_ALIVE_TIMEOUT_S = 5.0
_KEEP_ALIVE_EVERY_S = 20.0
_TIMEOUT = re.compile(r";\s*timeout\s*=\s*(\d{1,6})(?!\d)", re.ASCII | re.IGNORECASE)


class CameraSession:
    """Asks a camera over its connection; `dial` connects again with the login, which happens once per cause at most.

    Some cameras drop the connection after their login challenge, some where they see a `Require` they do not know.
    Before a session is set up nothing is lost by that. `play_headers` are the dialect's own, for PLAY.
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
        """Whether the camera refused the password: then nothing more is asked of it."""
        return self._connection.is_login_refused

    @property
    def keep_alive_s(self) -> float:
        """How often the session must be kept alive, in seconds."""
        return max(1.0, min(_KEEP_ALIVE_EVERY_S, self._timeout_s / 2))

    def is_keep_alive(self, request: Request) -> bool:
        """Whether the request only keeps a running replay alive."""
        return self.is_playing and request.method in KEEP_ALIVES

    async def pump(
        self, on_media: Callable[[Media], Awaitable[None]], on_request: Callable[[Request], Awaitable[None]]
    ) -> str:
        """Read until the camera is gone for good; gives what was wrong, "" for a plain close."""
        while True:
            connection = self._connection
            end = await connection.pump(on_media, on_request, self._throttle)
            if self._may_dial:
                # Who is asking may connect again, and needs its answer read.
                self._turn.clear()
                await self._turn.wait()
            if connection is self._connection:
                return end

    async def ask(self, request: Request, url: str) -> Response:
        """The final answer, with the headers that lift the 1x limit where the camera takes them.

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
        """Pass a request on without waiting for its answer."""
        self._connection.post(request.method, url, request.headers.only(*_TO_CAMERA))

    async def forward(self, frames: bytes) -> None:
        """Pass ffmpeg's receiver reports on."""
        await self._connection.forward(frames)

    def gather(self) -> None:
        """Take media in larger portions from now on."""
        self._connection.gather()

    async def answer(self, request: Request, *lines: tuple[str, str]) -> None:
        """Answer a request of the camera's with 200. Raises OSError."""
        await self._connection.answer(request, *lines)

    async def keep_alive(self, url: str) -> None:
        """Keep the session alive ourselves; the answer may lie behind media that is not read yet."""
        with suppress(CameraConnectionError):
            await self._connection.exchange(self._keep_alive_method, url, self._headers, timeout_s=self.keep_alive_s)

    async def tear_down(self, url: str) -> None:
        """Free the camera's session slot, where ffmpeg did not."""
        if not self._has_open_session:
            return
        self._end()
        try:
            await self._connection.exchange("TEARDOWN", url, self._headers, timeout_s=_TEARDOWN_TIMEOUT_S)
            self._findings.say("TEARDOWN sent for ffmpeg")
        except CameraConnectionError:
            self._findings.say("TEARDOWN sent for ffmpeg, no answer")

    async def close(self, url: str, *, at_once: bool) -> None:
        """Close the connection; `at_once` sends the TEARDOWN that is still due, and waits for nothing."""
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
        """Connect again after a drop whose cause is known and new, else raise the drop; also CameraConnectionError."""
        causes = ["login"] * drop.is_after_challenge + ["Require"] * bool(self._extra(method))
        cause = next((cause for cause in causes if cause not in self._causes), None)
        if cause is None or not self._may_dial:
            raise drop
        self._causes.add(cause)
        if cause == "Require":
            # A camera that hangs up on one header it does not know may do so on the other, when it is too late.
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
            # A keep-alive that the camera leaves unanswered must not hold up the next one.
            limit_s = _KEEP_ALIVE_TIMEOUT_S
        return await self._connection.exchange(request.method, url, headers, request.body, timeout_s=limit_s)

    def _headers_for(self, request: Request) -> Headers:
        """What ffmpeg says, with the dialect's own headers in the place of ffmpeg's in PLAY."""
        headers = request.headers.only(*_TO_CAMERA)
        if request.method != "PLAY" or not self._play_headers:
            return headers
        replaced = {name.lower() for name, _ in self._play_headers}
        kept = tuple(line for line in headers.lines if line[0].lower() not in replaced)
        return Headers((*kept, *self._play_headers))

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
        """From here on the answer to TEARDOWN counts, and it lies behind all media that the camera has sent."""
        self._is_torn_down = True
        self._throttle.release()

    @property
    def _has_open_session(self) -> bool:
        is_ours = bool(self._id) and not self._is_torn_down
        return is_ours and self._connection.is_open and not self._connection.is_login_refused

    @property
    def _headers(self) -> Headers:
        return Headers((("Session", self._id),))
