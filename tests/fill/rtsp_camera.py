"""A camera for these tests: plays the packets of a media file over RTSP (interleaved), as fast as they are taken."""

import asyncio
import base64
import contextlib
import re
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import av

from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, fetch_arguments, rtsp_input

_MTU = 1400
_CLOCK_HZ = 90_000
_FIRST_STAMP = 1_000_000
_NAL = re.compile(rb"\x00\x00\x01")


@dataclass
class Footage:
    """Access units as (seconds, Annex B bytes), the codec, and whether G.711 goes with them."""

    units: list[tuple[float, bytes]]
    codec: str
    has_audio: bool = False


@dataclass
class Camera:
    """Where it listens, and which requests it has seen. It stops sending after `holds_after` units, if set."""

    footage: Footage
    holds_after: int | None = None
    url: str = ""
    methods: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)


def rtsp_arguments(
    ffmpeg: Ffmpeg, url: str, length_s: float, part: Path, audio: AudioMode, *, timeout_s: float
) -> list[str]:
    """What ffmpeg is told for a fetch over RTSP."""
    return fetch_arguments(ffmpeg, url, length_s, part, audio, source=rtsp_input(ffmpeg, audio, timeout_s))


def read_footage(path: Path, *, skip: int = 0, has_audio: bool = False) -> Footage:
    """The video (Annex B) of a NUT file, without its first `skip` frames, in decoding order, times from 0."""
    with av.open(str(path)) as media:
        stream = media.streams.video[0]
        packets = [packet for packet in media.demux(stream) if packet.pts is not None][skip:]
        start = min(packet.pts for packet in packets)
        units = [(float((packet.pts - start) * packet.time_base), bytes(packet)) for packet in packets]
        return Footage(units, stream.codec_context.name, has_audio)


@asynccontextmanager
async def camera(footage: Footage, holds_after: int | None = None) -> AsyncIterator[Camera]:
    """Run it on loopback; leaving waits until its clients have left, so that all they said has been heard."""
    state = Camera(footage, holds_after)
    tasks: set[asyncio.Task[None]] = set()
    conversations: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await _converse(state, reader, writer, tasks)
        for task in tasks:
            task.cancel()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    state.url = f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/footage"
    try:
        yield state
    finally:
        server.close()
        await asyncio.gather(*filter(None, conversations))


async def _converse(
    state: Camera,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    tasks: set[asyncio.Task[None]],
) -> None:
    while head := await reader.readexactly(1):
        if head == b"$":
            _, length = struct.unpack(">BH", await reader.readexactly(3))
            await reader.readexactly(length)
            continue
        request = (head + await reader.readuntil(b"\r\n\r\n")).decode()
        method, sequence = request.split()[0], re.search(r"CSeq: *(\d+)", request)[1]
        state.methods.append(method)
        extra, body = "", ""
        if method == "DESCRIBE":
            body = _sdp(state.footage)
            extra = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        if method == "SETUP":
            extra = re.search(r"Transport: .*\r\n", request)[0]
        writer.write(f"RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\nSession: 1\r\n{extra}\r\n{body}".encode())
        if method == "PLAY":
            tasks.add(asyncio.create_task(_play(state, writer)))
        if method == "TEARDOWN":
            return


def _sdp(footage: Footage) -> str:
    name = {"h264": "H264", "hevc": "H265"}[footage.codec]
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "c=IN IP4 0.0.0.0", "t=0 0"]
    lines += ["m=video 0 RTP/AVP 96", f"a=rtpmap:96 {name}/{_CLOCK_HZ}", _parameter_sets(footage)]
    lines += ["a=control:track1"]
    if footage.has_audio:
        lines += ["m=audio 0 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=control:track2"]
    return "\r\n".join([*lines, ""])


def _parameter_sets(footage: Footage) -> str:
    """The fmtp line: what a decoder needs before the first key frame."""
    nals = [nal.rstrip(b"\0") for _, unit in footage.units for nal in _NAL.split(unit)]
    wanted = {32: "vps", 33: "sps", 34: "pps"} if footage.codec == "hevc" else {7: "sps", 8: "pps"}
    found: dict[str, str] = {}
    for nal in filter(None, nals):
        kind = nal[0] >> 1 & 0x3F if footage.codec == "hevc" else nal[0] & 0x1F
        if kind in wanted:
            found.setdefault(wanted[kind], base64.b64encode(nal).decode())
    if footage.codec == "hevc":
        return "a=fmtp:96 " + ";".join(f"sprop-{name}={value}" for name, value in found.items())
    return f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={found['sps']},{found['pps']}"


async def _play(state: Camera, writer: asyncio.StreamWriter) -> None:
    sequences = [0, 0]
    audio_s = 0.0
    with contextlib.suppress(ConnectionError):
        for index, (moment_s, unit) in enumerate(state.footage.units):
            if index == state.holds_after:
                state.held.set()
                await asyncio.get_running_loop().create_future()
            while state.footage.has_audio and audio_s <= moment_s:
                _send(writer, 2, sequences, audio_s * 8000, b"\xd5" * 320, payload_type=8, has_marker=False)
                audio_s += 0.04
            payloads = list(_payloads(unit, state.footage.codec))
            for number, payload in enumerate(payloads, 1):
                is_last = number == len(payloads)
                _send(writer, 0, sequences, moment_s * _CLOCK_HZ, payload, payload_type=96, has_marker=is_last)
            await writer.drain()
        # As ONVIF has it: at the end of the footage nothing more comes, and the session stays.


def _send(
    writer: asyncio.StreamWriter,
    channel: int,
    sequences: list[int],
    stamp: float,
    payload: bytes,
    *,
    payload_type: int,
    has_marker: bool,
) -> None:
    sequence = sequences[channel // 2] = (sequences[channel // 2] + 1) & 0xFFFF
    kind = payload_type | (0x80 if has_marker else 0)
    packet = (
        struct.pack(">BBHII", 0x80, kind, sequence, (_FIRST_STAMP + round(stamp)) & 0xFFFFFFFF, 1 + channel) + payload
    )
    writer.write(struct.pack(">cBH", b"$", channel, len(packet)) + packet)


def _payloads(unit: bytes, codec: str) -> Iterator[bytes]:
    """RFC 6184 and RFC 7798: single NAL units, and fragments of the large ones."""
    head = 1 if codec == "h264" else 2
    for nal in (part.rstrip(b"\0") for part in _NAL.split(unit)):
        if len(nal) <= _MTU:
            if nal:
                yield nal
            continue
        if codec == "h264":
            prefix, kind = bytes([nal[0] & 0xE0 | 28]), nal[0] & 0x1F
        else:
            prefix, kind = bytes([nal[0] & 0x81 | 49 << 1, nal[1]]), nal[0] >> 1 & 0x3F
        body = nal[head:]
        for start in range(0, len(body), _MTU):
            is_last = start + _MTU >= len(body)
            flags = (0x80 if start == 0 else 0) | (0x40 if is_last else 0)
            yield prefix + bytes([flags | kind]) + body[start : start + _MTU]
