"""The loopback port of a relay: its own ffmpeg is let in once, by a token in its URL, everybody else turned away."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Literal

LOOPBACK = "127.0.0.1"
# How long a new connection may take to show the token.
GREETING_TIMEOUT_S = 5.0
_FAREWELL_TIMEOUT_S = 3.0
_MAX_CONNECTIONS = 8


class LoopbackListener:
    """Connections to one loopback port, each served by a task of its own.

    `url` is what ffmpeg is given: of the given scheme, with a token that nobody can guess; "" before `listen`.
    """

    def __init__(self, scheme: Literal["http", "rtsp"]) -> None:
        self.url = ""
        self._scheme = scheme
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._server: asyncio.Server | None = None
        self._is_taken = False
        self._aborts: dict[asyncio.Task[None], Callable[[], None]] = {}
        self._failures: list[BaseException] = []

    def listen(self, server: asyncio.Server) -> None:
        """Take over a server that listens on one port of `LOOPBACK` and calls `serve` for each connection."""
        self._server = server
        port = server.sockets[0].getsockname()[1]
        self.url = f"{self._scheme}://{LOOPBACK}:{port}{self._path}"

    def serve(self, greet: Callable[[], Coroutine[Any, Any, None]], abort: Callable[[], None]) -> None:
        """Run `greet` for a new connection, which `abort` drops at once: with too many of them, that one too."""
        if len(self._aborts) >= _MAX_CONNECTIONS:
            abort()
            return
        task = asyncio.create_task(greet())
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

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._aborts[task]
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)
