"""One side of the relay: a byte stream that speaks RTSP."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

from anr_tui.replay.rtsp.parser import Item, Parser

CHUNK_BYTES = 512 * 1024
# A camera sends picture by picture. To carry each one alone costs relay and ffmpeg more than all else about it.
_GATHER_BYTES = 512 * 1024
_GATHER_S = 0.5
_CLOSE_TIMEOUT_S = 1.0


class Connection(asyncio.BufferedProtocol):
    """Items in, bytes out with back-pressure; `peer` names the other end in errors, `on_open` is told of a connection.

    The socket is read only while an item is waited for, straight into the parser's block of memory.
    """

    def __init__(self, peer: str, on_open: "Callable[[Connection], None] | None" = None) -> None:
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

        What media holds is used before the next item is asked for: its memory is filled anew. `next_portion` is awaited
        before each read and gives how many bytes to read at most.
        """
        while (item := self._parser.next_item()) is None:
            if self._error is not None:
                raise self._error
            if self._is_at_end:
                return None
            self._portion = CHUNK_BYTES if next_portion is None else await next_portion()
            await self._receive()
        return item

    def gather(self) -> None:
        """From the next read on let bytes gather, for a moment at most; a full socket is read at once."""
        self._gathers = True

    def hurry(self) -> None:
        """From now on, a read that is under way included, take each byte as it comes."""
        self._gathers = False
        self._wake_at(1)

    def post(self, message: bytes) -> None:
        """Write without waiting."""
        if not self._transport.is_closing():
            self._transport.write(message)

    async def send(self, message: bytes | memoryview) -> None:
        """Write, and wait until the system has taken all of it. Raises OSError once the peer is gone."""
        self._transport.write(message)
        if self._transport.is_closing():
            await asyncio.sleep(0)  # it may be lost in this very moment
        await self._may_write.wait()
        if self._is_lost.is_set():
            raise self._error or ConnectionResetError("The connection is lost.")

    def half_close(self) -> None:
        """End our direction once everything written has gone out; the peer may still send.

        A full close with unread input would reset the connection, and the peer would lose what it had not read.
        """
        if not self._transport.is_closing():
            with suppress(OSError):
                self._transport.write_eof()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    async def close(self) -> None:
        """Close politely for a moment, then for good; what was not taken yet is gone."""
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
        """Told by the event loop: begin with nothing asked for."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.pause_reading()
        # Whoever has sent fills that memory anew, so all of it must be gone; TLS waits where it has as much as this.
        self._transport.set_write_buffer_limits(1 if self._is_tls else 0)
        self._may_write.set()
        if self._on_open is not None:
            self._on_open(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Told by the event loop: bytes are there."""
        return self._parser.room(self._portion)

    def buffer_updated(self, nbytes: int) -> None:
        """Told by the event loop: so many were read. Nothing more is until somebody waits again."""
        self._parser.received(nbytes)
        self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Told by the event loop: the peer sends nothing more. It may still read, but not over TLS."""
        self._is_at_end = True
        self._wake()
        return not self._is_tls

    def connection_lost(self, exc: Exception | None) -> None:
        """Told by the event loop: it is over."""
        self._is_at_end, self._error = True, exc
        self._is_lost.set()
        self._may_write.set()
        self._wake()

    def pause_writing(self) -> None:
        """Told by the event loop: the peer does not keep up."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Told by the event loop: all that was written has gone out."""
        self._may_write.set()

    @property
    def _is_tls(self) -> bool:
        return self._transport.get_extra_info("sslcontext") is not None

    async def _receive(self) -> None:
        """Wait until the parser has more bytes, or no more come."""
        if self._is_at_end:
            return
        loop = asyncio.get_running_loop()
        self._more = loop.create_future()
        timer = None
        if self._gathers:
            # What a throttle allows is no more than that.
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
        """Be woken once so much waits, or no more fits (SO_RCVLOWAT, socket(7)); a closed socket needs nothing."""
        with suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, waiting_bytes)
