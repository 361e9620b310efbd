"""One replay: ffmpeg's requests carried to the camera, the camera's media carried to ffmpeg.

Sources: RFC 2326; ONVIF Streaming specification, replay (`Require: onvif-replay`, `Rate-Control: no`).
"""

import asyncio
import re

from anr_tui.errors import ReplayError
from anr_tui.replay import loopback, sdp
from anr_tui.replay.connection import Connection
from anr_tui.replay.link import CameraLink, LinkError
from anr_tui.replay.report import Findings
from anr_tui.replay.rtsp import Headers, Media, Request, Response, RtspError

_REQUIRE = ("Require", "onvif-replay")
_NO_RATE_CONTROL = ("Rate-Control", "no")
_TO_CAMERA = ("User-Agent", "Accept", "Session", "Transport", "Range", "Content-Type")
_TO_FFMPEG = ("Session", "Public", "Range", "Content-Type")
_KEEP_ALIVES = {"OPTIONS", "GET_PARAMETER", "SET_PARAMETER"}
# These say something about the login, the footage or the camera's load, and nothing about the headers we add.
_NOT_ABOUT_HEADERS = {401, 403, 404, 408, 453, 454, 455, 457, 459, 460, 461, 503}
_TEARDOWN_TIMEOUT_S = 2.0
_KEEP_ALIVE_TIMEOUT_S = 5.0
# A camera may ask for ever, the log must not grow for ever.
_MAX_LOGGED_REQUESTS = 20
_MAX_HELD_BYTES = 8 * 1024 * 1024


class Session:
    """Carries one conversation between ffmpeg and a connected camera; `local` is the URL that ffmpeg opened."""

    def __init__(
        self,
        ffmpeg: Connection,
        link: CameraLink,
        findings: Findings,
        local: str,
        request_url: str,
        *,
        full_speed: bool,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._link = link
        self._findings = findings
        self._local = local
        self._urls = {local: sdp.clean_uri(request_url)}
        self._adds_require = full_speed
        self._adds_rate_control = full_speed
        self._session_id = ""
        self._has_asked_play = False
        self._is_playing = False
        self._is_torn_down = False
        self._is_answering = False
        self._is_over = False
        self._camera_requests = 0
        self._is_ffmpeg_gone = False
        self._held: bytearray | None = None

    async def run(self, first: Request) -> None:
        """Carry until ffmpeg is gone, then close the camera's session; `first` is ffmpeg's first request."""
        try:
            async with asyncio.TaskGroup() as group:
                pump = group.create_task(self._pump_camera())
                try:
                    await self._serve_ffmpeg(first)
                    await self._tear_down()
                finally:
                    pump.cancel()
        except asyncio.CancelledError:
            if self._has_open_session:
                self._link.post("TEARDOWN", self._aggregate_url, self._session_headers)
            raise
        finally:
            await self._link.close()

    async def _serve_ffmpeg(self, first: Request) -> None:
        received: Request | Response | Media | None = first
        try:
            while received is not None:
                if isinstance(received, Request):
                    await self._answer(received)
                elif isinstance(received, Media):
                    await self._link.forward(received.frames)
                received = await self._ffmpeg.next_item()
        except OSError:
            pass  # a reset is one way for ffmpeg to leave
        except ReplayError as error:
            self._findings.fail(str(error))
        self._is_ffmpeg_gone = True
        self._findings.closed("ffmpeg")

    async def _pump_camera(self) -> None:
        error = await self._link.pump(self._on_media, self._on_camera_request)
        self._findings.closed("camera")
        if error:
            self._findings.fail(error)
        else:
            self._findings.say("camera closed the connection")
        self.end_stream()

    async def _on_media(self, media: Media) -> None:
        self._findings.arrived(media.rtp_bytes)
        if self._is_ffmpeg_gone or self._is_over:
            return
        if self._held is None:
            await self._send(media.frames)
            return
        if len(self._held) > _MAX_HELD_BYTES:
            raise RtspError("The camera sent too much media before it answered PLAY.")
        self._held += media.frames

    async def _on_camera_request(self, request: Request) -> None:
        self._camera_requests += 1
        if self._camera_requests <= _MAX_LOGGED_REQUESTS:
            self._findings.say(f"camera sent {request.method}, answered 200")
        public = [("Public", "OPTIONS, ANNOUNCE, SET_PARAMETER, GET_PARAMETER")] if request.method == "OPTIONS" else []
        await self._link.answer(request, *public)
        if request.method in {"ANNOUNCE", "TEARDOWN"} and self._has_asked_play:
            self._findings.announced_end()
            self._findings.closed("camera")
            self.end_stream()

    def end_stream(self) -> None:
        """Let ffmpeg see the end of the stream, after the answer that may be under way."""
        self._is_over = True
        if not self._is_answering:
            self._ffmpeg.half_close()

    async def _send(self, message: bytes) -> None:
        """Write to ffmpeg while it is there."""
        if self._is_ffmpeg_gone:
            return
        try:
            await self._ffmpeg.send(message)
        except OSError:
            self._is_ffmpeg_gone = True

    async def _answer(self, request: Request) -> None:
        """Give ffmpeg its answer, and only then the media that came while PLAY was being answered."""
        was_over = self._is_over
        self._is_answering = True
        if request.method == "PLAY":
            # ffmpeg throws away media that precedes the answer to PLAY, the first key frame with it.
            self._held = bytearray()
            self._has_asked_play = True
        response = await self._response(request)
        if not was_over:
            await self._send(response.to_bytes())
            await self._release()
        self._is_answering = False
        if self._is_over:
            self._ffmpeg.half_close()

    async def _release(self) -> None:
        """Send the media that was held back; it is written before anything newer can be."""
        held, self._held = self._held, None
        if held:
            await self._send(bytes(held))

    async def _response(self, request: Request) -> Response:
        cseq = Headers((("CSeq", request.headers.get("CSeq")),))
        url = self._urls.get(request.uri)
        if url is None:
            return Response(404, "Not Found", cseq)
        if self._link.is_login_refused:
            return Response(401, "Unauthorized", cseq)
        try:
            response = await self._carry(request, url)
        except LinkError as error:
            if request.method == "TEARDOWN" or self._is_keep_alive(request):
                return Response(200, "OK", cseq)
            self._findings.fail(str(error))
            return Response(502, "Bad Gateway", cseq)
        # Phrases of our own: the camera's could hold its address.
        return Response(
            response.status,
            loopback.phrase(response.status),
            Headers(cseq.lines + response.headers.lines),
            response.body,
        )

    async def _carry(self, request: Request, url: str) -> Response:
        """Ask the camera what ffmpeg asks, and give what ffmpeg may see of the answer."""
        is_tcp = "interleaved" in request.headers.get("Transport").lower()
        if request.method == "SETUP" and not is_tcp:
            return Response(461, "")
        response = await self._ask(request, url)
        matters = request.method != "TEARDOWN" and not self._is_keep_alive(request)
        if matters:
            self._findings.answered(request.method, response)
        if response.status >= 300:
            return self._refused(request.method, response, is_fatal=matters)
        self._session_id = response.headers.get("Session").partition(";")[0].strip() or self._session_id
        headers = response.headers.only(*_TO_FFMPEG)
        match request.method:
            case "DESCRIBE":
                return self._described(url, response)
            case "SETUP":
                return self._set_up(response, headers)
            case "PLAY":
                self._is_playing = True
                self._findings.played(full_speed=self._adds_rate_control)
                rtp_info = loopback.rtp_info(response.headers.get("RTP-Info"), url, self._urls)
                return Response(200, "", headers.plus(*[("RTP-Info", rtp_info)] if rtp_info else []))
        return Response(response.status, "", headers, b"")

    def _refused(self, method: str, response: Response, *, is_fatal: bool) -> Response:
        status = response.status
        if status < 400:
            sentence = f"The camera redirected {method} to another address ({status}), which is not followed."
        elif status == 401:
            refused = "refused the login" if self._link.is_login_refused else "asks for a login that cannot be given"
            sentence = f"The camera {refused}: {method} 401."
        else:
            sentence = f"The camera answered {method} with {status} {self._findings.reason(response)}".rstrip() + "."
        if is_fatal:
            self._findings.fail(sentence)
        else:
            self._findings.say(sentence)
        return Response(502 if status < 400 else status, "")

    async def _ask(self, request: Request, url: str) -> Response:
        """Ask the camera, with the headers that lift the 1x limit where it takes them."""
        headers = request.headers.only(*_TO_CAMERA)
        extra = self._extra(request.method)
        response = await self._exchange(request, url, headers.plus(*extra))
        if extra and response.status >= 400 and response.status not in _NOT_ABOUT_HEADERS:
            self._adds_require = False
            if request.method == "PLAY":
                self._adds_rate_control = False
            added = " and ".join(name for name, _ in extra)
            self._findings.say(f"{request.method} {response.status} with {added}, asked again without")
            response = await self._exchange(request, url, headers)
        if response.status == 200 and self._is_keep_alive(request):
            return response
        added = "".join(f", {name}: {value}" for name, value in self._extra(request.method))
        self._findings.say(f"{request.method} {response.status} {self._findings.reason(response)}{added}")
        return response

    async def _exchange(self, request: Request, url: str, headers: Headers) -> Response:
        limit_s = None
        if request.method == "TEARDOWN":
            self._is_torn_down = True
            limit_s = _TEARDOWN_TIMEOUT_S
        elif self._is_keep_alive(request):
            # A keep-alive that the camera leaves unanswered must not hold up the next one.
            limit_s = _KEEP_ALIVE_TIMEOUT_S
        return await self._link.exchange(request.method, url, headers, request.body, timeout_s=limit_s)

    def _is_keep_alive(self, request: Request) -> bool:
        return self._is_playing and request.method in _KEEP_ALIVES

    def _extra(self, method: str) -> list[tuple[str, str]]:
        require = [_REQUIRE] if self._adds_require and method in {"SETUP", "PLAY"} else []
        return [*require, _NO_RATE_CONTROL] if self._adds_rate_control and method == "PLAY" else require

    def _described(self, url: str, response: Response) -> Response:
        bases = (response.headers.get("Content-Base"), response.headers.get("Content-Location"), url)
        base = next(base for base in bases if re.match(r"rtsps?://.", base, re.IGNORECASE))
        rewritten = sdp.rewrite(response.body.decode("latin-1"), base, self._local)
        self._urls = {self._local: self._urls[self._local], **rewritten.urls}
        if rewritten.media_count == 0:
            self._findings.fail("The camera's answer to DESCRIBE offers nothing to play.")
        headers = Headers((("Content-Type", "application/sdp"),))
        return Response(200, "", headers, rewritten.text.encode("latin-1"))

    def _set_up(self, response: Response, headers: Headers) -> Response:
        transport = loopback.transport(response.headers.get("Transport"))
        if transport is None:
            self._findings.answered("SETUP", Response(461, loopback.phrase(461)))
            self._findings.fail("The camera answered SETUP with another transport than RTP over TCP.")
            return Response(461, "")
        return Response(200, "", headers.plus(("Transport", transport)))

    async def _tear_down(self) -> None:
        """Free the camera's session slot, where ffmpeg did not."""
        if not self._has_open_session:
            return
        self._is_torn_down = True
        try:
            await self._link.exchange(
                "TEARDOWN", self._aggregate_url, self._session_headers, timeout_s=_TEARDOWN_TIMEOUT_S
            )
            self._findings.say("TEARDOWN sent for ffmpeg")
        except LinkError:
            self._findings.say("TEARDOWN sent for ffmpeg, no answer")

    @property
    def _has_open_session(self) -> bool:
        is_ours = bool(self._session_id) and not self._is_torn_down
        return is_ours and self._link.is_open and not self._link.is_login_refused

    @property
    def _aggregate_url(self) -> str:
        return self._urls.get(f"{self._local}/session", self._urls[self._local])

    @property
    def _session_headers(self) -> Headers:
        return Headers((("Session", self._session_id),))
