"""A raw RTSP client for tests: it sends what it is told and shows every byte that comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.domain.window import Window


@dataclass(frozen=True)
class Reply:
    """An answer; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Frame:
    """An interleaved frame."""

    channel: int
    packet: bytes

    @property
    def timestamp(self) -> int:
        return int.from_bytes(self.packet[4:8], "big")

    @property
    def ssrc(self) -> int:
        return int.from_bytes(self.packet[8:12], "big")

    @property
    def ends_picture(self) -> bool:
        return self.channel == 0 and bool(self.packet[1] & 0x80)

    @property
    def mark(self) -> tuple[datetime, bool] | None:
        """The moment of an ONVIF replay mark, and whether it calls the picture a clean point."""
        if not self.packet[0] & 0x10 or self.packet[12:14] != b"\xab\xac":
            return None
        ntp = int.from_bytes(self.packet[16:24], "big")
        moment = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(ntp * 1_000_000 / 2**32))
        return moment, bool(self.packet[24] & 0x80)

    @property
    def is_goodbye(self) -> bool:
        return self.channel % 2 == 1 and len(self.packet) >= 8 and self.packet[-7] == 203


class Client:
    """One connection to a camera without login."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._cseq = 0

    async def ask(self, method: str, uri: str, **headers: str) -> Reply:
        """Send a request and read its answer, past frames; `_` in a header's name stands for `-`."""
        await self.send(method, uri, **headers)
        while (first := await self.reader.readexactly(1)) == b"$":
            await self._rest_of_frame()
        return await self._reply(first)

    async def send(self, method: str, uri: str, **headers: str) -> None:
        self._cseq += 1
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {self._cseq}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self.writer.drain()

    async def frame(self) -> Frame | None:
        """The next interleaved frame; None when the camera closed."""
        first = await self.reader.read(1)
        if not first:
            return None
        assert first == b"$", first
        return await self._rest_of_frame()

    async def frames(self) -> list[Frame]:
        """All frames until the camera closes."""
        found = []
        while (frame := await self.frame()) is not None:
            found.append(frame)
        return found

    async def play(self, camera: SimulatedCamera, window: Window, **headers: str) -> Reply:
        """SETUP of the video and PLAY, on channel 0."""
        url = camera.url(window)
        setup = await self.ask("SETUP", track_url(url, 1), Transport="RTP/AVP/TCP;interleaved=0-1")
        assert setup.status == 200, setup
        session = setup.headers["session"].partition(";")[0]
        return await self.ask("PLAY", url, Session=session, Range="npt=0.000-", **headers)

    async def _rest_of_frame(self) -> Frame:
        head = await self.reader.readexactly(3)
        return Frame(head[0], await self.reader.readexactly(int.from_bytes(head[1:], "big")))

    async def _reply(self, first: bytes) -> Reply:
        status = (first + await self.reader.readline()).decode().split()[1]
        headers = {}
        while line := (await self.reader.readline()).decode().strip():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Reply(int(status), headers, body.decode())


@asynccontextmanager
async def connected(camera: SimulatedCamera) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection(camera.host, camera.port, limit=2**22)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def track_url(url: str, track: int) -> str:
    """The control URL of a track, as the camera's description builds it."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}/trackID={track}").geturl()
