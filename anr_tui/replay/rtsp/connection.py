"""A TCP or TLS connection that speaks RTSP, with either ffmpeg or a camera at the other end."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

from anr_tui.replay.rtsp.parser import Item, Parser

CHUNK_BYTES = 512 * 1024
# A camera sends picture by picture, and a read and a write for each would be the relay's largest cost.
_GATHER_BYTES = 512 * 1024
_GATHER_S = 0.5
_CLOSE_TIMEOUT_S = 1.0


class Connection(asyncio.BufferedProtocol):
    """Reads RTSP items and writes bytes with back-pressure; the socket is read only while an item is awaited.

    `peer` names the other end in errors, `on_open` is called with each new connection. Received bytes go straight into
    the parser's buffer. `reads` counts how often bytes were waited for.
    """

    def __init__(self, peer: str, on_open: "Callable[[Connection], None] | None" = None) -> None:
        self.reads = 0
        self._transport: asyncio.Transport
        self._parser = Parser(peer)
        self._on_open = on_open
        self._gathers = False
        self._portion = CHUNK_BYTES
        self._more: asyncio.Future[None] | None = None
        self._is_at_end = False
        self._error: Exception | None = None
        self._may_write = asyncio.Event()
        self._is_lost = asyncio.Event()

    async def next_item(self, next_portion: Callable[[], Awaitable[int]] | None = None) -> Item | None:
        """The next item, None at the end of the stream. Raises RtspError and OSError.

        Media must be used before the next item is asked for, because its memory is then reused. `next_portion` is
        awaited before each read, and gives how many bytes to read at most.
        """
        while (item := self._parser.next_item()) is None:
            if self._error is not None:
                raise self._error
            if self._is_at_end:
                return None
            self._portion = CHUNK_BYTES if next_portion is None else await next_portion()
            await self._receive()
        return item

    @property
    def peer_address(self) -> tuple[str, int] | None:
        """The IPv4 address and port at the other end; None where it has gone already."""
        address: tuple[str, int] | None = self._transport.get_extra_info("peername")
        return address

    def gather(self) -> None:
        """Before each later read, let bytes gather in the socket for up to half a second.

        A full socket is read at once.
        """
        self._gathers = True

    def hurry(self) -> None:
        """From now on deliver bytes as they come, also in a read that is already waiting."""
        self._gathers = False
        self._wake_at(1)

    def post(self, message: bytes) -> None:
        """Write bytes without waiting until they are sent."""
        if not self._transport.is_closing():
            self._transport.write(message)

    async def send(self, message: bytes | memoryview) -> None:
        """Write bytes, and wait until the operating system has all of them. Raises OSError once the peer is gone."""
        self._transport.write(message)
        if self._transport.is_closing():
            await asyncio.sleep(0)  # asyncio reports a lost connection in its next turn
        await self._may_write.wait()
        if self._is_lost.is_set():
            raise self._error or ConnectionResetError("The connection is lost.")

    def half_close(self) -> None:
        """Close our direction once everything written has been sent; the peer may still send.

        A full close with unread input would reset the connection, and the peer would lose what it had not read.
        """
        if not self._transport.is_closing():
            with suppress(OSError):
                self._transport.write_eof()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    async def close(self) -> None:
        """Close the connection, waiting up to a second for what was written to be sent; the rest is dropped."""
        self._transport.close()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._is_lost.wait()
        except TimeoutError:
            pass
        finally:
            self.abort()
            self._parser.release()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio when the connection is open; reading stays paused until an item is awaited."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.pause_reading()
        # The sender reuses its memory after `send`, so the buffer must be empty by then. TLS counts a buffer of exactly
        # the limit as full, so its limit is one byte.
        self._transport.set_write_buffer_limits(1 if self._is_tls else 0)
        self._may_write.set()
        if self._on_open is not None:
            self._on_open(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Called by asyncio for memory to read into."""
        return self._parser.room(self._portion)

    def buffer_updated(self, nbytes: int) -> None:
        """Called by asyncio after it has read `nbytes`; reading pauses until an item is awaited again."""
        self._parser.received(nbytes)
        self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Called by asyncio when the peer sends nothing more.

        Returns whether the connection stays open for writing, which TLS does not allow.
        """
        self._is_at_end = True
        self._wake()
        return not self._is_tls

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio when the connection is closed, with the error if there was one."""
        self._is_at_end, self._error = True, exc
        self._is_lost.set()
        self._may_write.set()
        self._wake()

    def pause_writing(self) -> None:
        """Called by asyncio when the peer reads more slowly than we write."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Called by asyncio when everything that was written has been sent."""
        self._may_write.set()

    @property
    def _is_tls(self) -> bool:
        return self._transport.get_extra_info("sslcontext") is not None

    async def _receive(self) -> None:
        """Wait until the parser has more bytes, or the stream has ended."""
        if self._is_at_end:
            return
        self.reads += 1
        loop = asyncio.get_running_loop()
        self._more = loop.create_future()
        timer = None
        if self._gathers:
            # Waiting for more bytes than one read may take would only cost time.
            self._wake_at(min(_GATHER_BYTES, self._portion))
            timer = loop.call_later(_GATHER_S, self._wake_at, 1)
        self._transport.resume_reading()
        try:
            await self._more
        finally:
            self._more = None
            self._transport.pause_reading()
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    def _wake_at(self, waiting_bytes: int) -> None:
        """Make the socket readable once `waiting_bytes` are there, or no more fit (SO_RCVLOWAT, socket(7))."""
        with suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, waiting_bytes)
