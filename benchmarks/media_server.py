"""A lean RTSP server (RFC 2326) that plays packets prepared in memory, so that the server is not what is measured.

`python -m benchmarks.media_server DIRECTORY REPEATS` plays the card in DIRECTORY that many times over, as one
recording. The path `/paced` plays at real time, `/full` as fast as the client reads. The server writes its port to
standard output, and ends when its standard input is closed (see `benchmarks.measured`).
"""

import asyncio
import contextlib
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.rtp import RtpStream, h264_payloads, interleaved
from anr_tui.demo.camera.rtsp import Request, read_request, response
from anr_tui.demo.camera.sdp import VIDEO_TRACK, describe, rtp_streams
from benchmarks.measured import report_use

# The size of a write at full speed, which fits a kernel's socket buffer well.
_BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Media:
    """A session description, and the interleaved packets of each picture with its time in seconds after PLAY."""

    description: str
    length_s: float
    pictures: tuple[tuple[float, bytes], ...]

    def blocks(self) -> list[bytes]:
        """The same bytes, cut into large blocks."""
        joined = b"".join(picture for _, picture in self.pictures)
        return [joined[at : at + _BLOCK_BYTES] for at in range(0, len(joined), _BLOCK_BYTES)]


def prepare(card: Card, repeats: int) -> Media:
    """Packetise a card of one H.264 recording `repeats` times; sequence numbers and time stamps run on."""
    (section,) = card.sections()
    video, _ = card.formats(section.start)
    units = list(card.read(section))
    stream: RtpStream = rtp_streams(None)["video"]
    pictures = []
    for repeat in range(repeats):
        for unit in units:
            media_s = repeat * section.seconds + (unit.at - section.start) / timedelta(seconds=1)
            packets = stream.packets(list(h264_payloads(unit.parts)), media_s)
            pictures.append((media_s, b"".join(interleaved(0, packet) for packet in packets)))
    length_s = section.seconds * repeats
    description = describe(video, None, control="*", tracks={VIDEO_TRACK: "trackID=1"}, span=f"npt=0-{length_s:.3f}")
    return Media(description, length_s, tuple(pictures))


class Server:
    """Serves every client, without login and with one track."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._blocks = media.blocks()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it leaves."""
        playing: asyncio.Task[None] | None = None
        try:
            while (request := await read_request(reader, 1)) is not None:
                if playing is not None and playing.done():
                    continue  # everything is sent, and nothing may follow
                headers, body = self._answer(request)
                writer.write(response(200, request, headers, body))
                if request.method == "PLAY":
                    playing = asyncio.create_task(self._play(writer, is_paced="/paced" in request.uri))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the client is gone, or the process ends
        finally:
            if playing is not None:
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.gather(playing, return_exceptions=True)
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _answer(self, request: Request) -> tuple[dict[str, str], str]:
        session = {"Session": "1;timeout=60"}
        match request.method:
            case "DESCRIBE":
                return {"Content-Base": f"{request.uri}/", "Content-Type": "application/sdp"}, self._media.description
            case "SETUP":
                return {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", **session}, ""
        return session, ""

    async def _play(self, writer: asyncio.StreamWriter, *, is_paced: bool) -> None:
        with contextlib.suppress(OSError):
            if is_paced:
                began = time.monotonic()
                for due_s, packets in self._media.pictures:
                    await asyncio.sleep(began + due_s - time.monotonic())
                    writer.write(packets)
                    await writer.drain()
            else:
                for block in self._blocks:
                    writer.write(block)
                    await writer.drain()
            writer.write_eof()


async def run(directory: Path, repeats: int) -> None:
    """Serve until standard input is closed."""
    server = await asyncio.start_server(Server(prepare(Card(directory), repeats)).serve, "127.0.0.1", 0, backlog=200)
    await report_use(str(server.sockets[0].getsockname()[1]))
    server.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
