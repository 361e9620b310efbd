"""A simulated camera: an RTSP server (RFC 2326) on loopback that replays its card as a Hikvision camera does."""

import asyncio
import contextlib
import math
import socket
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from anr_tui.demo.camera.clock import moved
from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.demo.camera.login import Auth, Credentials, Gate
from anr_tui.demo.camera.rtsp import Refusal, ReplayUrl, Request
from anr_tui.demo.camera.session import Connection
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from anr_tui.demo.camera.card import Card

__all__ = ["Auth", "End", "Faults", "Pace", "SessionCounts", "SimulatedCamera"]

_BACKLOG = 64
_PLAIN_PACE = Pace()
_NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """The number of replay sessions: open now, the most that were open at once, and all opened so far."""

    current: int
    peak: int
    total: int


class SimulatedCamera:
    """An RTSP camera; `async with` starts and stops it.

    `card` holds its footage; `pace` and `faults` describe its behaviour, and `faults` may be set while it runs.
    `requests` lists what clients sent, in order; `played_s` counts the media seconds that the latest PLAY has sent, and
    `bytes_sent` all bytes to all clients.
    With port 0 the kernel chooses one, and `port` keeps it when faults close and reopen the socket. `session_timeout_s`
    is announced in the Session header; with `relative_controls` the description names its tracks by relative URLs; with
    `tells_card` it names the range that the card holds.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        card: "Card",
        *,
        username: str = "admin",
        password: str = "",
        auth: Auth = Auth.DIGEST,
        pace: Pace = _PLAIN_PACE,
        faults: Faults = _NO_FAULTS,
        port: int = 0,
        relative_controls: bool = False,
        session_timeout_s: int = 60,
        tells_card: bool = False,
    ) -> None:
        self.card = card
        self.pace = pace
        self.port = port
        self.relative_controls = relative_controls
        self.session_timeout_s = session_timeout_s
        self.tells_card = tells_card
        self.requests: list[Request] = []
        self._sessions_ended: deque[float] = deque(maxlen=64)
        self.played_s = 0.0
        self.bytes_sent = 0
        self.gate = Gate(auth, Credentials(username, password))
        self._login = "" if auth is Auth.NONE else f"{quote(username, safe='')}:{quote(password, safe='')}@"
        self._faults = faults
        self._faults_since = time.monotonic()
        self._describes = self._plays = 0
        self._peak = self._total = self._accepted = 0
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()
        self._waiters: set[asyncio.Future[None]] = set()
        self._holds_after_s = math.inf

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def faults(self) -> Faults:
        """The faults in force now; setting them restarts their counters and reopens the listening socket."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults
        self._faults_since = time.monotonic()
        self._describes = self._plays = 0
        if self._listener is not None:
            self._close()
            self._open()

    @property
    def sessions(self) -> SessionCounts:
        """The number of replay sessions now and so far."""
        return SessionCounts(self._open_sessions(), self._peak, self._total)

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._connections)

    def url(self, window: Window, *, track: int = 101, with_login: bool = False) -> str:
        """The replay URL of a window in Hikvision's form; `with_login` puts user name and password into it."""
        login = self._login if with_login else ""
        span = f"starttime={window.start:%Y%m%dT%H%M%SZ}&endtime={window.end:%Y%m%dT%H%M%SZ}"
        return f"rtsp://{login}{self.host}:{self.port}/Streaming/tracks/{track}?{span}"

    def hang_up(self) -> None:
        """Reset every connection that is open now; new connections are still accepted."""
        for connection in self._connections:
            connection.hang_up()

    def hold(self, after_s: float = 0.0) -> None:
        """Let no PLAY send more once it has sent `after_s` media seconds, until `release`; requests are answered.

        Whoever waits for the end of the footage then waits as long as the caller likes, however fast the pace is.
        """
        self._holds_after_s = after_s
        self.note_change()

    def release(self) -> None:
        """Let footage go on that `hold` keeps back: what is overdue at its pace goes out at once."""
        self._holds_after_s = math.inf
        self.note_change()

    async def while_held(self, played_s: float) -> None:
        """Wait as long as a PLAY that has sent `played_s` media seconds is kept back."""
        await self.until(lambda camera: played_s < camera._holds_after_s)

    async def until(self, is_so: "Callable[[SimulatedCamera], bool]") -> None:
        """Wait until `is_so(camera)` holds; it is called after every request, session change and unit sent."""
        while not is_so(self):
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)

    async def played(self, seconds: float) -> None:
        """Wait until the latest PLAY, or the next one, has sent that many media seconds."""
        await self.until(lambda camera: camera.played_s >= seconds)

    async def idle(self) -> None:
        """Wait until no connection is open."""
        await self.until(lambda camera: camera.connections == 0)

    def window(self, asked: ReplayUrl) -> Window:
        """The window asked for, in the camera's digits. Raises Refusal: 404 without footage, 400 for no window."""
        sections = self.sections()
        if not sections:
            raise Refusal(404)
        start, end = asked.start or sections[0].start, asked.end or sections[-1].end
        if start >= end:
            raise Refusal(404 if asked.end is None else 400)
        window = Window(start, end)
        if self._faults.sends_nothing(self.on_card(start)):
            return window
        played = self.to_play(window)
        if any(played.overlaps(held) for held in self.card.sections()):
            return window
        later = [held.start for held in sections if held.start >= window.end]
        if not later or not self._faults.starts_at_next_footage:
            raise Refusal(404)
        return Window(later[0], later[0] + (window.end - window.start))

    def on_card(self, moment: datetime) -> datetime:
        """When the card says that was which is `moment` in the camera's digits."""
        return moment - timedelta(seconds=self._faults.digits_offset_s)

    def to_play(self, window: Window) -> Window:
        """What is played for a window in the camera's digits: on the card's clock, after the start rule."""
        asked = moved(window, -self._faults.digits_offset_s)
        return self._faults.start.window(asked, self.card.sections(), now_utc())

    def truly_played(self, window: Window) -> Window:
        """From the first picture that is played for a window to the end of the last footage: in the camera's digits."""
        played = self.to_play(window)
        held = [each for each in self.card.sections() if each.overlaps(played)]
        with contextlib.closing(self.card.read(played)) as units:
            first = next(self._faults.start_rule.units(units, played.start), None)
        if first is None or not held:
            return window
        return moved(Window(first.at, min(held[-1].end, played.end)), self._faults.digits_offset_s)

    def sections(self) -> list[Window]:
        """The spans without a hole that the card holds, in the camera's digits."""
        return [moved(held, self._faults.digits_offset_s) for held in self.card.sections()]

    def busy_status(self) -> int | None:
        """Count a DESCRIBE, and return the status with which it is refused; None where it is answered."""
        faults = self._faults
        self._describes += 1
        if faults.describe_status is not None:
            return faults.describe_status
        is_early = time.monotonic() - self._faults_since < faults.busy_s
        return 453 if is_early or self._describes <= faults.busy_requests or self.has_no_room() else None

    def has_no_room(self) -> bool:
        """Whether the camera has as many open sessions as it allows."""
        limit = self._faults.max_sessions
        now = time.monotonic()
        ending = sum(now - at < self._faults.frees_after_s for at in self._sessions_ended)
        return limit is not None and self._open_sessions() + ending >= limit

    def note_request(self, request: Request) -> None:
        """Record a request that a client sent."""
        self.requests.append(request)
        self.note_change()

    def note_session(self) -> None:
        """Count a session that was opened."""
        self._total += 1
        self._peak = max(self._peak, self._open_sessions())
        self.note_change()

    def note_session_end(self) -> None:
        """Note that a session has ended."""
        self._sessions_ended.append(time.monotonic())

    def note_play(self) -> int:
        """Count a PLAY; returns its number since the faults were set, counted from 1."""
        self._plays += 1
        self.played_s = 0.0
        return self._plays

    def note_played(self, played_s: float) -> None:
        """Record the media seconds that the current PLAY has sent so far."""
        self.played_s = played_s
        self.note_change()

    def note_sent(self, count: int) -> None:
        """Count bytes that were sent to a client."""
        self.bytes_sent += count

    def note_change(self) -> None:
        """Wake those who wait in `until`, so that they ask their condition again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _open_sessions(self) -> int:
        return sum(connection.session is not None for connection in self._connections)

    def _open(self) -> None:
        """Bind the port, and listen unless connections are to be refused: then the kernel refuses them."""
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.setblocking(False)
        self._listener.bind((self.host, self.port))
        self.port = self._listener.getsockname()[1]
        if not self._faults.refuses_connections:
            self._listener.listen(_BACKLOG)
            asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def _close(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
        self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        client.setblocking(False)
        task = asyncio.create_task(self._serve(client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: client.close())

    async def _serve(self, client: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=client)
        self._accepted += 1
        connection = Connection(self, reader, writer, self._accepted)
        self._connections.add(connection)
        self.note_change()
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
            self.note_change()
