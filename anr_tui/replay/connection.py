"""One side of the relay: a byte stream that speaks RTSP."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from anr_tui.replay.rtsp import Item, Parser

CHUNK_BYTES = 256 * 1024
# A camera sends picture by picture. To carry each one alone costs relay and ffmpeg more than all else about it.
_GATHER_BYTES = 256 * 1024
_GATHER_S = 0.25
_CLOSE_TIMEOUT_S = 1.0


class Connection:
    """Items in, bytes out with back-pressure; `peer` names the other end in errors."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        self._reader = reader
        self._writer = writer
        self._parser = Parser(peer)
        self._gathers = False

    async def next_item(self, next_portion: Callable[[], Awaitable[int]] | None = None) -> Item | None:
        """The next item, None at the end of the stream. Raises RtspError and OSError.

        `next_portion` is awaited before each read and gives how many bytes to read at most.
        """
        while (item := self._parser.next_item()) is None:
            portion = CHUNK_BYTES if next_portion is None else await next_portion()
            received = await self._read(portion)
            if not received:
                return None
            self._parser.feed(received)
        return item

    def gather(self) -> None:
        """From the next read on let bytes gather, for a moment at most; a full socket is read at once."""
        self._gathers = True

    def hurry(self) -> None:
        """From now on, a read that is under way included, take each byte as it comes."""
        self._gathers = False
        self._wake_at(1)

    async def _read(self, most_bytes: int) -> bytes:
        if self._gathers:
            self._wake_at(_GATHER_BYTES)
            with suppress(TimeoutError):
                async with asyncio.timeout(_GATHER_S):
                    return await self._reader.read(most_bytes)
            self._wake_at(1)
        return await self._reader.read(most_bytes)

    def _wake_at(self, waiting_bytes: int) -> None:
        """Be woken once so much waits, or no more fits (SO_RCVLOWAT, socket(7)); a closed socket needs nothing."""
        with suppress(OSError):
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, waiting_bytes)

    def post(self, message: bytes) -> None:
        """Write without waiting."""
        if not self._writer.is_closing():
            self._writer.write(message)

    async def send(self, message: bytes) -> None:
        """Write, and wait while the peer does not keep up. Raises OSError once it is gone."""
        self._writer.write(message)
        await self._writer.drain()

    def half_close(self) -> None:
        """End our direction once everything written has gone out; the peer may still send.

        A full close with unread input would reset the connection, and the peer would lose what it had not read.
        """
        if not self._writer.is_closing():
            with suppress(OSError):
                self._writer.write_eof()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Close politely for a moment, then for good."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._writer.wait_closed()
        except OSError:
            pass  # TimeoutError included: the connection is given up either way
        finally:
            self.abort()
