"""One replay: carries ffmpeg's requests to the camera, and the camera's media to ffmpeg. Source: RFC 2326 (RTSP)."""

import asyncio
import re

from anr_tui.domain.errors import ReplayError
from anr_tui.replay.relay import rewriting
from anr_tui.replay.relay.camera_connection import CameraConnectionError
from anr_tui.replay.relay.camera_session import CameraSession
from anr_tui.replay.relay.media_marks import MediaMarks
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.relay.report import Findings
from anr_tui.replay.relay.source_watch import SourceWatch
from anr_tui.replay.rtsp import sdp
from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import BreachError, Headers, Media, Request, Response
from anr_tui.replay.rtsp.play_range import described_range, read_range

_TO_FFMPEG = ("Session", "Public", "Range", "Content-Type")
# A camera may send requests without end, and the log must stay small.
_MAX_LOGGED_REQUESTS = 20
_MAX_HELD_BYTES = 8 * 1024 * 1024
# An empty interleaved frame: ffmpeg skips it, but it resets ffmpeg's timeout.
_SIGN_OF_LIFE = b"$\x00\x00\x00"


class Session:
    """One conversation between ffmpeg and a connected camera.

    `local` is the URL that ffmpeg opened, `request_url` the camera's URL behind it.
    """

    def __init__(
        self,
        ffmpeg: Connection,
        camera: CameraSession,
        findings: Findings,
        throttle: Throttle,
        local: str,
        request_url: str,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._camera = camera
        self._findings = findings
        self._throttle = throttle
        self._watch = MediaMarks(findings)
        self._sources = SourceWatch(findings)
        self._local = local
        self._urls = {local: sdp.clean_uri(request_url)}
        self._video: tuple[str, int] | None = None
        self._has_asked_play = False
        self._is_answering = False
        self._is_over = False
        self._camera_requests = 0
        self._is_ffmpeg_gone = False
        self._held: bytearray | None = None

    async def run(self, first: Request) -> None:
        """Carry requests and media until ffmpeg is gone, then close the camera's session.

        `first` is ffmpeg's first request, which was read already.
        """
        is_cancelled = False
        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(self._pump_camera()), group.create_task(self._keep_awake())]
                try:
                    await self._serve_ffmpeg(first)
                    await self._camera.tear_down(self._aggregate_url)
                finally:
                    for task in beside:
                        task.cancel()
        except asyncio.CancelledError:
            is_cancelled = True
            raise
        finally:
            await self._camera.close(self._aggregate_url, at_once=is_cancelled)

    async def _serve_ffmpeg(self, first: Request) -> None:
        received: Request | Response | Media | None = first
        try:
            while received is not None:
                if isinstance(received, Request):
                    await self._answer(received)
                elif isinstance(received, Media):
                    # A copy: `forward` may time out while the transport still holds the bytes, whose buffer is reused.
                    await self._camera.forward(bytes(received.frames))
                received = await self._ffmpeg.next_item()
        except OSError:
            pass  # a reset is one way for ffmpeg to leave
        except ReplayError as error:
            self._findings.fail(str(error))
        self._is_ffmpeg_gone = True
        self._findings.closed("ffmpeg")

    async def _pump_camera(self) -> None:
        error = await self._camera.pump(self._on_media, self._on_camera_request)
        self._findings.closed("camera")
        if error:
            self._findings.fail(error)
        else:
            self._findings.say("camera closed the connection")
        self.end_stream()

    async def _keep_awake(self) -> None:
        """Keep both sides from timing out while a limit holds the media back.

        ffmpeg sends keep-alives only while it receives media.
        """
        while True:
            await asyncio.sleep(self._camera.keep_alive_s)
            if not self._throttle.is_throttling:
                continue
            if self._throttle.is_held and not self._is_over:
                self._ffmpeg.post(_SIGN_OF_LIFE)
            await self._camera.keep_alive(self._aggregate_url)

    async def _on_media(self, media: Media) -> None:
        self._findings.arrived(media.rtp_bytes)
        self._throttle.owe(len(media.frames))
        self._watch.look(media)
        self._sources.look(media.frames)
        if self._is_ffmpeg_gone or self._is_over:
            return
        if self._held is None:
            await self._send(media.frames)
            return
        if len(self._held) > _MAX_HELD_BYTES:
            raise BreachError("The camera sent too much media before it answered PLAY.")
        self._held += media.frames

    async def _on_camera_request(self, request: Request) -> None:
        self._camera_requests += 1
        if self._camera_requests <= _MAX_LOGGED_REQUESTS:
            self._findings.say(f"camera sent {request.method}, answered 200")
        public = [("Public", "OPTIONS, ANNOUNCE, SET_PARAMETER, GET_PARAMETER")] if request.method == "OPTIONS" else []
        await self._camera.answer(request, *public)
        if request.method in {"ANNOUNCE", "TEARDOWN"} and self._has_asked_play:
            self._findings.announced_end()
            self._findings.closed("camera")
            self.end_stream()

    def end_stream(self) -> None:
        """Let ffmpeg see the end of the stream, after an answer that it still waits for."""
        self._is_over = True
        if not self._is_answering:
            self._ffmpeg.half_close()

    async def _send(self, message: bytes | memoryview) -> None:
        """Send bytes to ffmpeg unless it is gone."""
        if self._is_ffmpeg_gone:
            return
        try:
            await self._ffmpeg.send(message)
        except OSError:
            self._is_ffmpeg_gone = True

    async def _answer(self, request: Request) -> None:
        """Send ffmpeg its answer, and only then the media that arrived while PLAY was being answered."""
        was_over = self._is_over
        self._is_answering = True
        if request.method == "PLAY":
            # ffmpeg discards media that precedes the answer to PLAY, and with it the first key frame.
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
        """Send the media that was held back, ahead of any newer media."""
        held, self._held = self._held, None
        if held:
            await self._send(bytes(held))

    async def _response(self, request: Request) -> Response:
        cseq = Headers((("CSeq", request.headers.get("CSeq")),))
        url = self._urls.get(request.uri)
        if url is None:
            return Response(404, "Not Found", cseq)
        if self._camera.is_login_refused:
            return Response(401, "Unauthorized", cseq)
        if self._camera.is_keep_alive(request) and self._throttle.is_throttling:
            # The camera's answer may stand behind media that must not be read yet.
            self._camera.post(request, url)
            return Response(200, "OK", cseq)
        try:
            response = await self._carry(request, url)
        except CameraConnectionError as error:
            if not self._matters(request):
                return Response(200, "OK", cseq)
            self._findings.fail(str(error))
            return Response(502, "Bad Gateway", cseq)
        # Our own reason phrase, because the camera's could contain its address.
        return Response(
            response.status,
            rewriting.phrase(response.status),
            Headers(cseq.lines + response.headers.lines),
            response.body,
        )

    async def _carry(self, request: Request, url: str) -> Response:
        """Pass ffmpeg's request on to the camera, and return what ffmpeg may see of the answer."""
        is_tcp = "interleaved" in request.headers.get("Transport").lower()
        if request.method == "SETUP" and not is_tcp:
            return Response(461, "")
        response = await self._camera.ask(request, url)
        matters = self._matters(request)
        if matters:
            self._findings.answered(request.method, response)
        if response.status >= 300:
            return self._refused(request.method, response, is_fatal=matters)
        headers = response.headers.only(*_TO_FFMPEG)
        match request.method:
            case "DESCRIBE":
                return self._described(url, response)
            case "SETUP":
                return self._set_up(request, response, headers)
            case "PLAY":
                self._throttle.engage()
                self._camera.gather()
                self._findings.told(read_range(response.headers.get("Range")))
                rtp_info = rewriting.rtp_info(response.headers.get("RTP-Info"), url, self._urls)
                return Response(200, "", headers.plus(*[("RTP-Info", rtp_info)] if rtp_info else []))
        return Response(response.status, "", headers, b"")

    def _matters(self, request: Request) -> bool:
        return request.method != "TEARDOWN" and not self._camera.is_keep_alive(request)

    def _refused(self, method: str, response: Response, *, is_fatal: bool) -> Response:
        status = response.status
        if status < 400:
            sentence = f"The camera redirected {method} to another address ({status}), which is not followed."
        elif status == 401:
            refused = "refused the login" if self._camera.is_login_refused else "asks for a login that cannot be given"
            sentence = f"The camera {refused}: {method} 401."
        else:
            sentence = f"The camera answered {method} with {status} {self._findings.reason(response)}".rstrip() + "."
        if is_fatal:
            self._findings.fail(sentence)
        else:
            self._findings.say(sentence)
        return Response(502 if status < 400 else status, "")

    def _described(self, url: str, response: Response) -> Response:
        bases = (response.headers.get("Content-Base"), response.headers.get("Content-Location"), url)
        base = next(base for base in bases if re.match(r"rtsps?://.", base, re.IGNORECASE))
        description = response.body.decode("latin-1")
        self._findings.told(described_range(description))
        rewritten = sdp.rewrite(description, base, self._local)
        self._urls = {self._local: self._urls[self._local], **rewritten.urls}
        self._video = rewritten.video
        if rewritten.video is None:
            self._findings.fail("The camera's answer to DESCRIBE offers no video.")
            refusal = Response(415, rewriting.phrase(415))
            self._findings.answered("DESCRIBE", refusal)
            return refusal
        headers = Headers((("Content-Type", "application/sdp"),))
        return Response(200, "", headers, rewritten.text.encode("latin-1"))

    def _set_up(self, request: Request, response: Response, headers: Headers) -> Response:
        transport = rewriting.transport(response.headers.get("Transport"), request.headers.get("Transport"))
        if transport is None:
            self._findings.answered("SETUP", Response(461, rewriting.phrase(461)))
            self._findings.fail("The camera answered SETUP with another transport than RTP over TCP.")
            return Response(461, "")
        if self._video is not None and request.uri == self._video[0]:
            channels = rewriting.channels(transport)
            self._watch.watch(*channels, clock_rate=self._video[1])
            self._sources.watch(channels[0], self._video[1])
        return Response(200, "", headers.plus(("Transport", transport)))

    @property
    def _aggregate_url(self) -> str:
        return self._urls.get(f"{self._local}/session", self._urls[self._local])
