"""The relay's connection to a camera.

It sends one request at a time, and answers the camera's login challenge itself.
"""

import asyncio
import os
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from anr_tui.domain.errors import ReplayError
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_budget import CameraBudget
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.relay.report import Findings
from anr_tui.replay.rtsp.auth import Login
from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import BreachError, Headers, Media, Request, Response, RtspError

# The Date of an answer that took longer tells how slow the network is, not how the camera's clock is set.
_PROMPT_S = 1.0
_MOST_UNAWAITED = 256


class CameraConnectionError(ReplayError):
    """The camera cannot be reached, does not answer, or closed the connection."""


class DroppedError(CameraConnectionError):
    """The camera closed the connection instead of answering.

    `is_after_challenge`: the camera did so right after it had asked for a login.
    """

    is_after_challenge = False


class CameraConnection:
    """An open connection to a camera. `pump` must run for `exchange` to receive its answers.

    `login` keeps what the camera has asked for and accepted so far, so that the next connection can use it. `timeout_s`
    limits the wait for each answer, in seconds.
    """

    def __init__(self, connection: Connection, login: Login, findings: Findings, timeout_s: float) -> None:
        self.login = login
        self._connection = connection
        self._findings = findings
        self._timeout_s = timeout_s
        self._cseq = 0
        self._asked_at = 0.0
        self._waiting: dict[int, asyncio.Future[Response]] = {}
        self._unawaited: deque[int] = deque(maxlen=_MOST_UNAWAITED)
        self._end: str | None = None
        self._is_dropped = False
        self._gathers = False

    @property
    def is_login_refused(self) -> bool:
        """Whether the camera refused the password, after which it is asked nothing more."""
        return self.login.is_refused

    @property
    def is_open(self) -> bool:
        """Whether the camera has not closed the connection."""
        return self._end is None

    async def exchange(
        self, method: str, uri: str, headers: Headers, body: bytes = b"", *, timeout_s: float | None = None
    ) -> Response:
        """Send a request and return the final answer; a 401 only where no login can be given, or it was refused.

        Raises CameraConnectionError where no answer comes within `timeout_s` seconds (the connection's own limit,
        unless given).
        """
        tries, is_challenged = 0, False
        while True:
            authorization = self.login.authorization(method, uri)
            extra = [("Authorization", authorization)] if authorization else []
            try:
                response = await self._ask(Request(method, uri, headers.plus(*extra), body), timeout_s)
            except DroppedError as drop:
                drop.is_after_challenge = is_challenged
                raise
            tries += bool(authorization)
            if response.status != 401:
                if authorization:
                    self.login.accepted()
                return response
            if not self.login.challenged(response.headers.all("WWW-Authenticate"), tries=tries):
                return response
            is_challenged = True
            if self.login.challenge:
                self._findings.say(f"{method} 401, answered with {self.login.challenge.words}")

    async def forward(self, frames: bytes) -> None:
        """Pass ffmpeg's interleaved frames (RTCP receiver reports) on to the camera.

        A broken connection raises nothing here: `pump` notices it.
        """
        with suppress(OSError):
            async with asyncio.timeout(self._timeout_s):
                await self._connection.send(frames)

    def post(self, method: str, uri: str, headers: Headers) -> None:
        """Send a request without waiting for its answer."""
        authorization = self.login.authorization(method, uri)
        extra = [("Authorization", authorization)] if authorization else []
        self._connection.post(self._numbered(Request(method, uri, headers.plus(*extra))).to_bytes())
        self._unawaited.append(self._cseq)

    def gather(self) -> None:
        """Read media in larger portions from now on, except while an answer is awaited."""
        self._gathers = True
        self._connection.gather()

    async def answer(self, request: Request, *lines: tuple[str, str]) -> None:
        """Answer a request that the camera sent with 200, and `lines` as further headers. Raises OSError."""
        headers = request.headers.only("CSeq", "Session").plus(*lines)
        await self._connection.send(Response(200, "OK", headers).to_bytes())

    async def pump(
        self,
        on_media: Callable[[Media], Awaitable[None]],
        on_request: Callable[[Request], Awaitable[None]],
        throttle: Throttle,
    ) -> str:
        """Read until the camera is gone, as fast as `throttle` allows.

        Returns the sentence that explains the end, "" where the camera simply closed the connection.
        """
        end, is_drop = "", True
        budget = CameraBudget()
        try:
            while (received := await self._connection.next_item(throttle.next_portion)) is not None:
                budget.charge(received)
                await budget.pause(self._connection.reads)
                if isinstance(received, Media):
                    await on_media(received)
                elif isinstance(received, Response):
                    self._settle(received)
                else:
                    await on_request(received)
        except RtspError as error:
            end, is_drop = str(error), False
            if isinstance(error, BreachError):
                self._findings.breached()
                self._connection.abort()
        except OSError as error:
            end = f"The connection to the camera broke: {error_words(error)}."
        self._hang_up(end, is_drop=is_drop)
        return end

    async def close(self) -> None:
        """Close the connection to the camera."""
        await self._connection.close()

    async def _ask(self, request: Request, timeout_s: float | None) -> Response:
        if self._end is not None:
            raise self._gone(request.method)
        numbered = self._numbered(request)
        number = self._cseq
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._asked_at = time.monotonic()
            self._findings.asked()
            self._connection.hurry()
            self._connection.post(numbered.to_bytes())
            async with asyncio.timeout(timeout_s or self._timeout_s):
                return await future
        except TimeoutError:
            self._unawaited.append(number)
            sentence = f"The camera accepted the connection but did not answer {request.method}."
            raise CameraConnectionError(sentence) from None
        except ConnectionAbortedError:
            raise self._gone(request.method) from None
        finally:
            del self._waiting[number]
            if not self._waiting:
                self._findings.settled()
                if self._gathers:
                    self._connection.gather()

    def _gone(self, method: str) -> CameraConnectionError:
        kind = DroppedError if self._is_dropped else CameraConnectionError
        return kind(self._end or f"The camera closed the connection before it answered {method}.")

    def _numbered(self, request: Request) -> Request:
        self._cseq += 1
        headers = Headers((("CSeq", str(self._cseq)), *request.headers.lines))
        return Request(request.method, request.uri, headers, request.body)

    def _settle(self, response: Response) -> None:
        """Hand an answer to the request that awaits it.

        Interim answers, and answers that nobody awaits any more, are dropped.
        """
        if response.status < 200:
            return
        if time.monotonic() - self._asked_at <= _PROMPT_S:
            self._findings.dated(response.headers.get("Date"))
        oldest = min(self._waiting, default=None)
        if oldest is None:
            return
        cseq = response.headers.get("CSeq")
        number = int(cseq) if cseq.isascii() and cseq.isdigit() and len(cseq) < 10 else oldest
        if number in self._unawaited:
            self._unawaited.remove(number)
            return
        # Cameras with CSeq numbers of their own, such as always 0 or one too low, answer in order.
        future = self._waiting.get(number, self._waiting[oldest])
        if not future.done():
            future.set_result(response)

    def _hang_up(self, end: str, *, is_drop: bool) -> None:
        self._end, self._is_dropped = end, is_drop
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionAbortedError())


async def connect(
    request: ReplayRequest, findings: Findings, timeout_s: float, login: Login | None = None
) -> CameraConnection:
    """Connect to the camera within `timeout_s` seconds, with the `login` of an earlier connection if there was one.

    With `rtsps` the certificate is trusted by the request's `trust`. Raises CameraConnectionError.
    """
    context = tls_context(request.trust) if request.scheme == "rtsps" else None
    try:
        async with asyncio.timeout(timeout_s):
            loop = asyncio.get_running_loop()
            transport, connection = await loop.create_connection(
                lambda: Connection("The camera"), request.host, request.port, ssl=context
            )
    except TimeoutError:
        raise CameraConnectionError(
            f"The camera at {request.device} did not accept the connection within {timeout_s:g} s."
        ) from None
    except (OSError, UnicodeError) as error:
        raise CameraConnectionError(
            f"Cannot connect to the camera at {request.device}: {error_words(error)}."
        ) from None
    if context and not request.trust.takes_certificate(certificate_of(transport)):
        await connection.close()
        raise CameraConnectionError(request.trust.breach)
    findings.reached()
    findings.say(f"connected to {request.device}" + (", TLS" if context else ""))
    if login is not None:
        login.reconnected()
    login = login or Login(request.login.username, request.login.password, trust=request.trust)
    return CameraConnection(connection, login, findings, timeout_s)


def tls_context(trust: DeviceTrust) -> ssl.SSLContext:
    """A TLS context; but for the rule `ca` it accepts any certificate, because cameras sign theirs themselves."""
    context = ssl.create_default_context()
    if trust.tls != "ca":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def certificate_of(transport: asyncio.BaseTransport | None) -> bytes | None:
    """The certificate (DER) at the other end of a TLS connection; None where there is none."""
    tls = transport.get_extra_info("ssl_object") if transport is not None else None
    return tls.getpeercert(binary_form=True) if tls is not None else None


def error_words(error: Exception) -> str:
    """The operating system's words for an error, without addresses."""
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or 'handshake failed'}"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
