"""A simulated MediaMTX playback server: HTTP/1.1 on loopback, with `/get` alone.

Source: MediaMTX's documents and code.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from anr_tui.demo.camera.login import Auth, Credentials, Gate, Verdict
from anr_tui.demo.mediamtx.clip import make_clip
from anr_tui.demo.mediamtx.faults import Body, HttpFaults
from anr_tui.domain.window import Window

if TYPE_CHECKING:
    from anr_tui.demo.camera.card import Card

_NO_FAULTS = HttpFaults()
_CHUNK_BYTES = 4096
_GARBAGE = bytes(range(256)) * 64
_PAGE = b"<html><body>Please log in.</body></html>"
_REASONS = {302: "Found", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request: its target (path and query), and its headers with names in lower case."""

    target: str
    headers: dict[str, str]


@dataclass(slots=True)
class PlaybackServer:
    """The running server. `path` is the only one that has recordings; `requests` lists what clients sent, in order.

    `stalled` is set once an answer has stopped at its stall.
    """

    card: "Card"
    path: str = "gate"
    gate: Gate = field(default_factory=lambda: Gate(Auth.NONE, Credentials("", "")))
    faults: HttpFaults = _NO_FAULTS
    port: int = 0
    requests: list[Asked] = field(default_factory=list)
    stalled: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection: answer its requests one after another."""
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._answer(await self._next(reader), writer):
                    pass
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _next(self, reader: asyncio.StreamReader) -> Asked:
        """Read the next request. Raises IncompleteReadError where the client has closed the connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request_line, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.requests.append(request := Asked(request_line.split(" ")[1], headers))
        return request

    async def _answer(self, request: Asked, writer: asyncio.StreamWriter) -> bool:
        """Answer a request. Returns whether the connection stays open."""
        faults = self.faults
        if faults.never_answers:
            await asyncio.get_running_loop().create_future()
        authorization = request.headers.get("authorization", "")
        verdict = self.gate.judge("GET", request.target, authorization, None)
        if verdict is not Verdict.ADMITTED or faults.refuses_login:
            return await _send(writer, 401, ("WWW-Authenticate", self.gate.challenge()))
        if faults.redirect_to is not None:
            return await _send(writer, 302, ("Location", faults.redirect_to))
        if faults.status is not None:
            return await _send(writer, faults.status, body=b"refused")
        try:
            window = self._window(request.target)
        except ValueError as error:
            return await _send(writer, 400, body=str(error).encode())
        try:
            clip = await asyncio.to_thread(make_clip, self.card, window)
        except LookupError as error:
            return await _send(writer, 404, body=str(error).encode())
        return await self._play(clip, window, writer)

    def _window(self, target: str) -> Window:
        """The window that the target of a request asks for. Raises ValueError with the text that the server answers."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/get" or query.get("path") != self.path:
            raise ValueError("path not configured")
        # RFC 3339 demands a time zone.
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", query.get("start", "")):
            raise ValueError("invalid start")
        if query.get("format", "fmp4") not in ("fmp4", "mp4"):
            raise ValueError("invalid format")
        start = datetime.fromisoformat(query["start"])
        try:
            return Window(start, start + timedelta(seconds=float(query.get("duration", ""))))
        except ValueError:
            raise ValueError("invalid duration") from None

    async def _play(self, clip: bytes, window: Window, writer: asyncio.StreamWriter) -> bool:
        faults, kind = self.faults, "video/mp4"
        match faults.body:
            case Body.NOTHING:
                clip = b""
            case Body.GARBAGE:
                clip = _GARBAGE
            case Body.PAGE:
                clip, kind = _PAGE, "text/html; charset=utf-8"
        framing = "Connection: close" if faults.has_no_length else "Transfer-Encoding: chunked"
        head = f"HTTP/1.1 200 OK\r\nAccept-Ranges: none\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n"
        writer.write(head.encode())
        after_s = faults.cuts_after_s if faults.cuts_after_s is not None else faults.stalls_after_s
        sent = clip if after_s is None else clip[: int(len(clip) * after_s / window.seconds)]
        for at in range(0, len(sent), _CHUNK_BYTES):
            chunk = sent[at : at + _CHUNK_BYTES]
            writer.write(chunk if faults.has_no_length else f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            await writer.drain()
            if faults.bytes_per_s is not None:
                await asyncio.sleep(len(chunk) / faults.bytes_per_s)
        if faults.stalls_after_s is not None:
            self.stalled.set()
            await asyncio.get_running_loop().create_future()
        if faults.cuts_after_s is not None or faults.has_no_length:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


@asynccontextmanager
async def playback_server(
    card: "Card",
    *,
    username: str = "",
    password: str = "",
    auth: Auth = Auth.BASIC,
    path: str = "gate",
    faults: HttpFaults = _NO_FAULTS,
) -> AsyncIterator[PlaybackServer]:
    """Run a playback server on loopback, on a port that the kernel chooses; without a username it demands no login."""
    server = PlaybackServer(card, path, Gate(auth if username else Auth.NONE, Credentials(username, password)), faults)
    tasks: set[asyncio.Task[None]] = set()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(server.serve(reader, writer)))

    # The kernel refuses connections to a socket that is bound and does not listen.
    listening = None if faults.refuses_connections else await asyncio.start_server(accept, sock=listener)
    try:
        yield server
    finally:
        if listening is not None:
            listening.close()
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the event loop closes aborted connections in its next iteration


async def _send(writer: asyncio.StreamWriter, status: int, *headers: tuple[str, str], body: bytes = b"") -> bool:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Refused')}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    writer.write("\r\n".join((*lines, "", "")).encode() + body)
    await writer.drain()
    return True
