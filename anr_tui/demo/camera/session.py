"""One client's connection to a simulated camera: its requests, its replay session, and the answers."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.demo.camera import rtsp
from anr_tui.demo.camera.clock import clock_range, moved
from anr_tui.demo.camera.encoding_anew import EncodedAnew
from anr_tui.demo.camera.faults import Faults, Reply, Tells
from anr_tui.demo.camera.login import Verdict
from anr_tui.demo.camera.player import Play, Player, Source
from anr_tui.demo.camera.sdp import AUDIO_TRACK, METADATA_TRACK, SECOND_VIDEO_TRACK, VIDEO_TRACK, describe
from anr_tui.demo.camera.serving_camera import ServingCamera
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window

_MEDIA = {VIDEO_TRACK: "video", AUDIO_TRACK: "audio", METADATA_TRACK: "metadata", SECOND_VIDEO_TRACK: "second video"}
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
_CLIENT_CLOSES_WITHIN_S = 5.0
_OTHER_ZONE_S = 7200.0
# A description with more in one line is not what this fault is about.
_FITTING = 15_000
_FIXED_RANGES = {
    Tells.EPOCH: "clock=19700101T000000Z-",
    Tells.LIVE: "npt=now-",
    Tells.NOTHING: "",
    Tells.GARBAGE: "clock=" + "9" * 12_000,
    Tells.FLOOD: "clock=" + "9" * 1_000_000,
}


@dataclass(slots=True)
class Session:
    """What SETUP made: the window asked for, in the camera's digits, and the channel of each medium."""

    id: str
    window: Window
    channels: dict[str, int]


class Connection:
    """Serves one client until either side closes the connection; a client may also connect and send nothing."""

    def __init__(
        self,
        camera: ServingCamera,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        number: int,
    ) -> None:
        self.session: Session | None = None
        self._camera = camera
        self._reader = reader
        self._writer = writer
        self._number = number
        self._play_number = 0
        self._prepared: Player | None = None
        self._playing: asyncio.Task[None] | None = None
        self._described: Window | None = None
        self._lingering: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Answer requests until the connection ends, then end its session and its playback."""
        try:
            await self._answer_all()
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass  # the client is gone or sends no RTSP: a camera goes on without it
        finally:
            self._end_session()
            if self._lingering is not None:
                self._lingering.cancel()
            if self._playing is not None:
                await asyncio.wait([self._playing])
            self._writer.transport.abort()

    async def _answer_all(self) -> None:
        if self._camera.faults.never_answers:
            while await self._reader.read(65536):
                pass
            return
        while flood := self._camera.faults.floods_with:
            await self.send(flood * (65536 // len(flood)))
        while True:
            request = await rtsp.read_request(self._reader, self._number)
            if request is None:
                return
            self._camera.note_request(request)
            if request.method.startswith("RTSP/") or self._lingering is not None:
                continue
            await self._answer(request)

    async def _answer(self, request: rtsp.Request) -> None:
        try:
            self._check_login(request)
            self._check_require(request)
            handler = {
                "OPTIONS": self._options,
                "DESCRIBE": self._describe,
                "SETUP": self._setup,
                "PLAY": self._play,
                "TEARDOWN": self._teardown,
                "GET_PARAMETER": self._keep_alive,
                "SET_PARAMETER": self._keep_alive,
            }.get(request.method)
            if handler is None:
                raise rtsp.Refusal(501)
            headers, body = handler(request)
        except rtsp.Refusal as refusal:
            await self.send(rtsp.response(refusal.status, request, self._date() | refusal.headers))
            return
        except rtsp.Unanswered as silence:
            if silence.closes:
                self._writer.close()
            return
        except ValueError:
            await self.send(rtsp.response(400, request, self._date()))
            return
        await self.send(rtsp.response(200, request, self._date() | headers, body))
        if self._prepared is not None:
            self._playing = asyncio.create_task(self._run(self._prepared))
            self._prepared = None

    def _date(self) -> dict[str, str]:
        """The time by the camera's own clock (RFC 2326, 12.18)."""
        faults = self._camera.faults
        date = faults.clock.date(now_utc() + timedelta(seconds=faults.clock_offset_s), self._number)
        return {"Date": date} if date is not None else {}

    def _check_login(self, request: rtsp.Request) -> None:
        if request.method == "OPTIONS":
            return
        faults = self._camera.faults
        if faults.refuses_login:
            raise rtsp.Refusal(401, WWW_Authenticate=self._camera.gate.challenge())
        authorization = request.headers.get("authorization", "")
        verdict = self._camera.gate.judge(request.method, request.uri, authorization, faults.nonce_requests)
        if verdict is not Verdict.ADMITTED:
            challenge = self._camera.gate.challenge(is_stale=verdict is Verdict.STALE)
            raise rtsp.Refusal(401, WWW_Authenticate=challenge)

    def _check_require(self, request: rtsp.Request) -> None:
        required = request.headers.get("require", "")
        if required and (self._camera.faults.refuses_require or required != "onvif-replay"):
            raise rtsp.Refusal(551, Unsupported=required)

    def _options(self, _: rtsp.Request) -> tuple[dict[str, str], str]:
        return {"Public": _METHODS}, ""

    def _keep_alive(self, _: rtsp.Request) -> tuple[dict[str, str], str]:
        return self._session_header(), ""

    def _describe(self, request: rtsp.Request) -> tuple[dict[str, str], str]:
        faults = self._camera.faults
        if faults.redirect_to is not None and request.uri != faults.redirect_to:
            raise rtsp.Refusal(302, Location=faults.redirect_to)
        if status := self._camera.busy_status():
            raise rtsp.Refusal(status)
        replay_url = rtsp.parse_replay_url(request.uri)
        self._check_after_end(replay_url.start)
        window = self._described = self._camera.window(replay_url)
        host = faults.content_base_host or f"{self._camera.host}:{self._camera.port}"
        base = f"rtsp://{host}{replay_url.path}"
        query = f"?{replay_url.query}" if replay_url.query else ""
        tracks = {track: f"{base}/trackID={track}{query}" for track in _MEDIA}
        control = f"{base}{query}"
        if self._camera.relative_controls:
            tracks, control = {track: f"trackID={track}" for track in _MEDIA}, "*"
        video, audio = self._source().formats(self._to_play(window).start)
        span, offer, name = self._span(window), faults.offer, faults.session_name
        body = describe(video, audio, control=control, tracks=tracks, span=span, offer=offer, name=name)
        headers = {"Content-Base": f"{base}/", "Content-Type": "application/sdp"}
        if faults.header_bytes:
            headers["X-Filler"] = "x" * faults.header_bytes
        return headers, body

    def _span(self, window: Window) -> str:
        """The description's range: the window's length, what is played, or what the card holds, in its digits."""
        if self._camera.tells_card:
            held = self._camera.sections()
            return f"clock={held[0].start:%Y%m%dT%H%M%SZ}-{held[-1].end:%Y%m%dT%H%M%SZ}"
        told = self._told(window)
        return f"npt=0-{window.seconds:.3f}" if told is None or len(told) > _FITTING else told

    def _told(self, window: Window) -> str | None:
        """What the camera says that it will play, "" for nothing; None where it says no more than the length."""
        tells = self._camera.faults.tells_range
        if tells is Tells.LENGTH:
            return None
        if tells in _FIXED_RANGES:
            return _FIXED_RANGES[tells]
        if tells is Tells.ASKED:
            return clock_range(window)
        if tells is Tells.CARD:
            held = self._camera.sections()
            return clock_range(Window(held[0].start, held[-1].end))
        played = self._camera.truly_played(window)
        if tells is Tells.TRUTH:
            return clock_range(played)
        digits = clock_range(moved(played, _OTHER_ZONE_S))
        return digits if tells is Tells.OTHER_ZONE else digits.replace("Z", "")

    def _setup(self, request: rtsp.Request) -> tuple[dict[str, str], str]:
        replay_url = rtsp.parse_replay_url(request.uri)
        media = _MEDIA.get(replay_url.track or VIDEO_TRACK)
        transport = request.headers.get("transport", "")
        if media is None:
            raise rtsp.Refusal(404)
        if "RTP/AVP/TCP" not in transport:
            raise rtsp.Refusal(461)
        if self.session is None:
            if self._camera.has_no_room():
                raise rtsp.Refusal(453)
            self._check_after_end(replay_url.start)
            window = self._described if not replay_url.query and self._described else self._camera.window(replay_url)
            self.session = Session(secrets.token_hex(8), window, {})
            self._camera.note_session()
        channel = _channel(transport, default=2 * len(self.session.channels))
        self.session.channels[media] = channel
        answer = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        return {"Transport": answer, **self._session_header()}, ""

    def _play(self, request: rtsp.Request) -> tuple[dict[str, str], str]:
        session = self._own_session(request)
        if self._playing is not None and not self._playing.done():
            raise rtsp.Refusal(455)
        window, echo = rtsp.ranged(session.window, request.headers.get("range", "npt=0.000-"))
        self._check_after_end(window.start)
        marks = "onvif-replay" in request.headers.get("require", "")
        play = Play(
            self._to_play(window),
            session.channels,
            self._camera.pace,
            wants_full_speed=request.headers.get("rate-control", "").lower() == "no",
            mark_cseq=int(request.headers.get("cseq", "0")) if marks else None,
            sends_nothing=self._sends_nothing(window),
        )
        self._play_number = self._camera.note_play()
        self._prepared = Player(self._source(), self, play)
        streams = self._prepared.prepare()
        info = ",".join(
            f"url={request.uri};seq={stream.sequence};rtptime={stream.first_timestamp}" for stream in streams.values()
        )
        told = self._told(window)
        spans = {"Range": echo if told is None else told} if told != "" else {}
        return {**spans, "RTP-Info": info, **self._session_header()}, ""

    def _teardown(self, request: rtsp.Request) -> tuple[dict[str, str], str]:
        self._own_session(request)
        self._end_session()
        return {}, ""

    def _own_session(self, request: rtsp.Request) -> Session:
        name = request.headers.get("session", "").partition(";")[0]
        if self.session is None or name != self.session.id:
            raise rtsp.Refusal(454)
        return self.session

    def _session_header(self) -> dict[str, str]:
        if self.session is None:
            return {}
        return {"Session": f"{self.session.id};timeout={self._camera.session_timeout_s}"}

    def _check_after_end(self, start: datetime | None) -> None:
        """Refuse a window that starts then, in the camera's digits, if it is one of those that a fault is about."""
        fault = self._camera.faults.after_end
        if fault is None or start is None or not fault.is_due(self._camera.on_card(start)):
            return
        if fault.reply in (Reply.NOT_FOUND, Reply.BAD_REQUEST):
            raise rtsp.Refusal(int(fault.reply))
        if fault.reply is not Reply.NO_MEDIA:
            raise rtsp.Unanswered(closes=fault.reply is Reply.CLOSES)

    def _sends_nothing(self, window: Window) -> bool:
        return self._camera.faults.sends_nothing(self._camera.on_card(window.start))

    def _to_play(self, window: Window) -> Window:
        """What is played of the card for a window; what is not sent is described by the card's first footage."""
        return self._camera.card.sections()[0] if self._sends_nothing(window) else self._camera.to_play(window)

    def _source(self) -> Source:
        card = self._camera.card
        # No two plays of a camera have the same two numbers.
        return EncodedAnew(card, self._number * 1000 + self._play_number) if self.faults.encodes_anew else card

    async def _run(self, player: Player) -> None:
        try:
            await player.run()
        except ConnectionError:
            pass  # the client is gone: the reader notices too, and ends the connection
        except Exception:
            self._writer.close()
            raise

    def _end_session(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
        if self.session is not None:
            self._camera.note_session_end()
        self.session = None
        self._camera.note_change()

    @property
    def faults(self) -> Faults:
        """The faults that apply now; those with `…_after_s` only in the first `plays` PLAYs."""
        return self._camera.faults.in_play(self._play_number)

    async def send(self, *chunks: bytes) -> None:
        """Write, and wait while the client reads nothing."""
        data = b"".join(chunks)
        self._camera.note_sent(len(data))
        self._writer.write(data)
        await self._writer.drain()

    async def finish(self) -> None:
        """Close the sending side, and wait for the client to close the connection."""
        # A client that never closes does not keep the connection: real devices free the session by themselves, too.
        loop = asyncio.get_running_loop()
        self._lingering = loop.call_later(_CLIENT_CLOSES_WITHIN_S, self._writer.transport.abort)
        if self.session is not None:
            self._camera.note_session_end()
        self.session = None
        self._writer.write_eof()
        self._camera.note_change()

    async def drop(self) -> None:
        """Close the connection at once; what was written before is still sent."""
        self._writer.close()

    def hang_up(self) -> None:
        """Reset the connection at once; what is not sent yet is lost."""
        self._writer.transport.abort()

    async def announce_end(self) -> None:
        """Send the ANNOUNCE request with which a replay ends (notice 2101: end of stream reached)."""
        if self.session is not None:
            head = 'ANNOUNCE * RTSP/1.0\r\nCSeq: 1\r\nNotice: 2101 "End-of-Stream Reached"\r\n'
            await self.send(f"{head}Session: {self.session.id}\r\n\r\n".encode())

    def note_played(self, played_s: float) -> None:
        """Record the media seconds that this PLAY has sent so far."""
        self._camera.note_played(played_s)

    async def while_held(self, played_s: float) -> None:
        """Wait as long as this PLAY, which has sent that many media seconds, is kept back."""
        await self._camera.while_held(played_s)


def _channel(transport: str, default: int) -> int:
    """The first interleaved channel that a Transport header (RFC 2326, 12.39) asks for, else `default`."""
    match = re.search(r"interleaved=(\d{1,3})", transport, re.ASCII)
    return int(match[1]) % 255 if match else default
