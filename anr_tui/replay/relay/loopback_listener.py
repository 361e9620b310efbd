"""The loopback port of a relay: its own ffmpeg is let in once, everybody else turned away.

Every user of the machine can connect to the port, and read the token in ffmpeg's argument list. So the kernel is asked
who has connected: the user must be our own, and the process our own ffmpeg. Strangers are dropped before they are read,
and take no place. Where the kernel does not say (it does on Linux), the token alone must do.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from anr_tui.platform.socket_owner import Address, SocketOwner, is_held_by, owner_in_table, owner_of

LOOPBACK = "127.0.0.1"
# How long a new connection may take to show the token.
GREETING_TIMEOUT_S = 5.0
_FAREWELL_TIMEOUT_S = 3.0
# Only where nobody can say who connects do so many wait; the oldest then makes room.
_MAX_WAITING = 64
_NOT_SHOWN = "this system does not show who connects to the relay: ffmpeg is known by its token alone"
_HIDDEN = "ffmpeg hides what it has open: it is known by its user and its token"


class LoopbackListener:
    """Connections to one loopback port, each served by a task of its own.

    `url` is what ffmpeg is given: of the given scheme, with a token that nobody can guess; "" before `listen`. `say`
    is called with a sentence where strangers came, or could not be told from ffmpeg.
    """

    def __init__(self, scheme: Literal["http", "rtsp"], say: Callable[[str], None] = lambda _: None) -> None:
        self.url = ""
        self._scheme = scheme
        self._say = say
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._server: asyncio.Server | None = None
        self._ours: Address = (LOOPBACK, 0)
        self._ffmpeg_pid = 0
        self._is_expected = asyncio.Event()
        self._is_taken = False
        self._strangers = 0
        self._said: set[str] = set()
        self._aborts: dict[asyncio.Task[None], Callable[[], None]] = {}
        self._failures: list[BaseException] = []

    def listen(self, server: asyncio.Server) -> None:
        """Take over a server that listens on one port of `LOOPBACK` and calls `serve` for each connection."""
        self._server = server
        port = server.sockets[0].getsockname()[1]
        self._ours = (LOOPBACK, port)
        self.url = f"{self._scheme}://{LOOPBACK}:{port}{self._path}"

    def expect(self, pid: int) -> None:
        """Let in what the process `pid` opens, or one of its session: our own ffmpeg. Before that, connections wait."""
        self._ffmpeg_pid = pid
        self._is_expected.set()

    def serve(
        self, greet: Callable[[], Coroutine[Any, Any, None]], abort: Callable[[], None], peer: Address | None
    ) -> None:
        """Run `greet` for a new connection from the address `peer` if that is ffmpeg's; `abort` drops it at once."""
        owner: SocketOwner | None = None
        is_shown = False
        with contextlib.suppress(OSError):
            owner = owner_of(peer, self._ours) if peer else None
            is_shown = True
        if self._is_taken or peer is None or (is_shown and not _is_our_user(owner)):
            self._turn_away(abort)
            return
        if not is_shown and len(self._aborts) >= _MAX_WAITING:
            oldest, abort_oldest = next(iter(self._aborts.items()))
            oldest.cancel()
            self._turn_away(abort_oldest)
        task = asyncio.create_task(self._greet_ffmpeg(greet, abort, peer, owner))
        self._aborts[task] = abort
        task.add_done_callback(self._forget)

    def admits_url(self, url: bytes) -> bool:
        """Whether a connection that asks for this URL is ffmpeg's. True only once; then nobody else is listened to."""
        return self._admits(url, self.url)

    def admits_path(self, path: bytes) -> bool:
        """The same for a connection that names the path of the URL only."""
        return self._admits(path, self._path)

    def abort(self) -> None:
        """Listen no more, and drop all connections at once."""
        self._stop_listening()
        for abort in self._aborts.values():
            abort()

    async def close(self) -> None:
        """Listen no more; what still serves a connection is given a moment to end by itself."""
        self._stop_listening()
        try:
            if self._aborts:
                await asyncio.wait(self._aborts, timeout=_FAREWELL_TIMEOUT_S)
        finally:
            for task in self._aborts:
                task.cancel()
            await asyncio.gather(*self._aborts, return_exceptions=True)
        if self._strangers:
            self._say(f"turned away {self._strangers} connections that were not ffmpeg's")
            self._strangers = 0

    def raise_failure(self) -> None:
        """Raise the first error that a `greet` ended with, if one did."""
        if self._failures:
            raise self._failures[0]

    def _admits(self, shown: bytes, expected: str) -> bool:
        if self._is_taken or not secrets.compare_digest(shown, expected.encode()):
            return False
        self._is_taken = True
        self._stop_listening()
        return True

    async def _greet_ffmpeg(
        self,
        greet: Callable[[], Coroutine[Any, Any, None]],
        abort: Callable[[], None],
        peer: Address,
        owner: SocketOwner | None,
    ) -> None:
        try:
            async with asyncio.timeout(GREETING_TIMEOUT_S):
                await self._is_expected.wait()
                is_ours = await self._is_ffmpeg(peer, owner)
        except TimeoutError:
            is_ours = False
        if not is_ours:
            self._turn_away(abort)
            return
        await greet()

    async def _is_ffmpeg(self, peer: Address, owner: SocketOwner | None) -> bool:
        """Whether our ffmpeg has opened a connection; true where nobody can say, since the token must follow."""
        if owner is None:
            try:
                owner = await asyncio.to_thread(owner_in_table, peer, self._ours)
            except OSError:
                self._say_once(_NOT_SHOWN)
                return True
        if owner is None or not _is_our_user(owner):
            return False
        try:
            return await asyncio.to_thread(is_held_by, owner.inode, self._ffmpeg_pid)
        except OSError:
            self._say_once(_HIDDEN)
            return True

    def _turn_away(self, abort: Callable[[], None]) -> None:
        self._strangers += 1
        abort()

    def _say_once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._aborts[task]
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)


def _is_our_user(owner: SocketOwner | None) -> bool:
    return owner is not None and owner.uid == os.geteuid()
