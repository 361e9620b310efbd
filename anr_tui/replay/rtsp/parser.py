"""An RTSP parser without I/O: turns bytes into requests, responses and interleaved media, and messages into bytes.

Source: RFC 2326, sections 4, 6, 7 and 10.12. All limits are hard: whatever the bytes, the parser holds little more than
one body of the largest size.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from anr_tui.domain.errors import ReplayError
from anr_tui.replay.rtsp.receive_buffer import ReceiveBuffer

MAX_LINE = 16 * 1024
MAX_HEAD = 64 * 1024
MAX_HEADER_LINES = 500
MAX_BODY = 1024 * 1024
MAX_GARBAGE = 256 * 1024

_DOLLAR = 0x24
_FRAME_HEAD = 4
# `$`, channel, payload size; then the first byte of the payload.
_FRAME = struct.Struct(">BBHB")
_EXTENSION_BIT = 0x10
# The shortest RTCP packet; an RTP packet has more.
_SHORTEST_PACKET = 8
# So many frames without media end a run, so that a flood of them is noticed in time.
_MOST_IDLE_FRAMES = 2000
_PEEK = 32
_LINE_ENDS = b"\r\n"
_ANSWER = b"RTSP/1."
_START = re.compile(
    r"RTSP/\d\.\d +(?P<status>\d{3})(?: +(?P<reason>.*))?|(?P<method>[A-Z_]{2,24}) (?P<uri>\S+) RTSP/\d\.\d", re.ASCII
)
_COULD_START = re.compile(rb"[A-Z_]{1,24}(?:[ /]|\Z)")
_BLANKED = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


class RtspError(ReplayError):
    """The peer sent bytes that are no RTSP, or more than the limits allow."""


class BreachError(RtspError):
    """The peer sent far more of something than any working device does."""


@dataclass(frozen=True, slots=True)
class Headers:
    """Header lines in their order; names match in any case. Text is latin-1, so that every byte is preserved."""

    lines: tuple[tuple[str, str], ...] = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def get(self, name: str, default: str = "") -> str:
        """The first value of a header, `default` where it is missing."""
        return next(iter(self.all(name)), default)

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.lines if key.lower() == name.lower()]

    def only(self, *names: str) -> "Headers":
        """The headers reduced to these names."""
        wanted = {name.lower() for name in names}
        return Headers(tuple(line for line in self.lines if line[0].lower() in wanted))

    def plus(self, *lines: tuple[str, str]) -> "Headers":
        """The headers with these lines added at the end."""
        return Headers(self.lines + lines)


@dataclass(frozen=True, slots=True)
class Request:
    """An RTSP request."""

    method: str
    uri: str
    headers: Headers = Headers()
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """The request as it is sent, Content-Length included."""
        return _to_bytes(f"{self.method} {self.uri} RTSP/1.0", self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """An RTSP response."""

    status: int
    reason: str
    headers: Headers = Headers()
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """The response as it is sent, Content-Length included."""
        return _to_bytes(f"RTSP/1.0 {self.status:03} {self.reason}", self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Media:
    """A run of whole interleaved frames, as they arrived (RFC 2326, section 10.12).

    `frames` is the parser's own memory, and is valid until the parser's `room` is called. `rtp_bytes` counts the
    payload on RTP (even) channels, in bytes. `notable` holds the positions of frames that may say something about the
    stream: RTCP, and RTP with a header extension. `idle_frames` counts RTCP, and frames too short to hold a packet.
    """

    frames: memoryview
    rtp_bytes: int
    notable: tuple[int, ...] = ()
    idle_frames: int = 0


Item = Request | Response | Media


def _to_bytes(start: str, headers: Headers, body: bytes) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers if name.lower() != "content-length"]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((start, *lines, "", "")).encode("latin-1") + body


class Parser:
    """An incremental parser: write bytes into its `room`, call `received`, then call `next_item` until it returns None.

    `peer` names the sender in errors. Once an interleaved frame has been seen, bytes that are no RTSP are skipped up to
    the next frame, at most MAX_GARBAGE for each connection; before the first frame such bytes are an error at once.
    """

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._buffer = ReceiveBuffer()
        self._scanned = 0
        self._start: str | None = None
        self._lines: list[str] = []
        self._head_bytes = 0
        self._body: tuple[int, Headers] | None = None
        self._channels: set[int] = set()
        self._garbage = 0
        self._is_unsure = False
        self._failure: RtspError | None = None

    @property
    def held_bytes(self) -> int:
        """The size of items that have not arrived completely, in bytes."""
        return len(self._buffer) + self._head_bytes

    def room(self, most_bytes: int) -> memoryview:
        """The memory for the next bytes: at least one byte, at most `most_bytes`."""
        return self._buffer.room(most_bytes)

    def received(self, count: int) -> None:
        """Take in `count` bytes that were written into the room."""
        if self._failure is None:
            self._buffer.fill(count)

    def release(self) -> None:
        """Free the buffer and all unread bytes when a connection ends, since objects that refer to it may live on."""
        self._buffer = ReceiveBuffer()

    def next_item(self) -> Item | None:
        """The next whole item, None until more bytes arrive. Raises RtspError, and from then on every time."""
        if self._failure is not None:
            raise self._failure
        try:
            return self._next()
        except RtspError as error:
            self._failure = error
            self._drop(len(self._buffer))
            raise

    def _next(self) -> Item | None:
        while True:
            if self._body is not None:
                return self._take_message(*self._body)
            if self._start is not None:
                if not self._take_header_line():
                    return None
                continue
            self._skip_line_ends()
            if not self._buffer:
                return None
            if self._buffer[0] == _DOLLAR:
                if not self._is_unsure:
                    return self._take_frames()
                if not self._settle_doubt():
                    return None
            elif not self._take_start_line():
                return None

    def _skip_line_ends(self) -> None:
        while self._buffer and self._buffer[0] in _LINE_ENDS:
            ends = self._buffer.peek(0, MAX_LINE)
            self._drop(len(ends) - len(ends.lstrip(_LINE_ENDS)))

    def _take_frames(self) -> Media | None:
        """All whole frames at the front of the buffer as one item, so that each frame costs a single look."""
        block, begin, end, channels = self._buffer.block, self._buffer.begin, self._buffer.end, self._channels
        look, notable, at, rtp_bytes, idle = _FRAME.unpack_from, [], begin, 0, 0
        while end - at >= _FRAME_HEAD:
            sign, channel, payload, first = look(block, at)
            following = at + _FRAME_HEAD + payload
            if sign != _DOLLAR or following > end:
                break
            if channel not in channels:
                channels.add(channel)
            if channel & 1:
                idle += 1
                notable.append(at - begin)
            else:
                rtp_bytes += payload
                if payload < _SHORTEST_PACKET:
                    idle += 1
                if payload and first & _EXTENSION_BIT:
                    notable.append(at - begin)
            at = following
            if idle >= _MOST_IDLE_FRAMES:
                break
        if at == begin:
            return None
        self._drop(at - begin)
        return Media(memoryview(block)[begin:at].toreadonly(), rtp_bytes, tuple(notable), idle)

    def _take_start_line(self) -> bool:
        """Begin a message or skip garbage; False until more bytes arrive."""
        if not _COULD_START.match(self._buffer.peek(0, _PEEK)):
            return self._skip_garbage()
        line = self._line()
        if line is None:
            return len(self._buffer) > MAX_LINE and self._skip_garbage()
        if _START.fullmatch(line.rstrip()) is None:
            return self._skip_garbage()
        self._drop(self._scanned)
        self._start, self._lines, self._head_bytes, self._is_unsure = line.rstrip(), [], len(line), False
        return True

    def _take_header_line(self) -> bool:
        line = self._line()
        if line is None:
            if len(self._buffer) > MAX_LINE:
                raise RtspError(f"{self._peer} sent a header line of more than {MAX_LINE} bytes.")
            return False
        self._head_bytes += self._scanned
        if self._scanned > MAX_LINE or self._head_bytes > MAX_HEAD:
            raise RtspError(f"{self._peer} sent a header of more than {MAX_HEAD} bytes.")
        if len(self._lines) >= MAX_HEADER_LINES:
            raise RtspError(f"{self._peer} sent a header of more than {MAX_HEADER_LINES} lines.")
        self._drop(self._scanned)
        if line.strip() == "":
            headers = _headers(self._lines)
            self._body = self._body_length(headers), headers
        elif line[0] in " \t" and self._lines:
            self._lines[-1] += " " + line.strip()
        else:
            self._lines.append(line.strip())
        return True

    def _take_message(self, length: int, headers: Headers) -> Request | Response | None:
        if len(self._buffer) < length:
            return None
        body = self._buffer.peek(0, length)
        self._drop(length)
        start = _START.fullmatch(self._start or "")
        if start is None:
            raise RtspError(f"{self._peer} does not speak RTSP.")
        self._start, self._lines, self._head_bytes, self._body = None, [], 0, None
        if start["status"]:
            return Response(int(start["status"]), start["reason"] or "", headers, body)
        return Request(start["method"], start["uri"], headers, body)

    def _body_length(self, headers: Headers) -> int:
        lengths = set(headers.all("Content-Length")) or {"0"}
        text = lengths.pop()
        if lengths or not re.fullmatch(r"[0-9]{1,18}", text):
            raise RtspError(f"{self._peer} sent a Content-Length that is no number.")
        if int(text) > MAX_BODY:
            raise RtspError(f"{self._peer} announced a body of {text} bytes; at most {MAX_BODY} are read.")
        return int(text)

    def _line(self) -> str | None:
        """The line at the front, not dropped yet, with `_scanned` set to its end; None until the line is whole."""
        end = self._buffer.find(b"\n", self._scanned, MAX_LINE + 1)
        if end < 0:
            self._scanned = min(len(self._buffer), MAX_LINE + 1)
            return None
        self._scanned = end + 1
        # Control characters must reach neither a log, nor our own headers, nor ffmpeg.
        return self._buffer.peek(0, end).decode("latin-1").rstrip("\r").translate(_BLANKED)

    def _drop(self, count: int) -> None:
        self._buffer.drop(count)
        self._scanned = 0

    def _skip_garbage(self) -> bool:
        """Drop bytes up to what may be the next frame or response; False until more bytes arrive."""
        if not self._channels:
            raise RtspError(f"{self._peer} does not speak RTSP.")
        at = self._candidate()
        self._garbage += at
        self._drop(at)
        self._is_unsure = True
        if self._garbage > MAX_GARBAGE:
            raise RtspError(f"{self._peer} sent more than {MAX_GARBAGE} bytes between frames that are no RTSP.")
        return len(self._buffer) > 0

    def _candidate(self) -> int:
        """The position after the first byte where a frame on a known channel or a response may begin; else the end.

        A response may have begun in the last bytes.
        """
        at = self._buffer.find(b"$", 1)
        while 0 <= at < len(self._buffer) - 1 and self._buffer[at + 1] not in self._channels:
            at = self._buffer.find(b"$", at + 1)
        answer = self._buffer.find(_ANSWER, 1, at if at >= 0 else None)
        if answer >= 0 or at >= 0:
            return answer if answer >= 0 else at
        last = self._buffer.peek(max(1, len(self._buffer) - len(_ANSWER) + 1), len(self._buffer))
        begun = next((count for count in range(len(last), 0, -1) if last.endswith(_ANSWER[:count])), 0)
        return len(self._buffer) - begun

    def _settle_doubt(self) -> bool:
        """Accept a frame after garbage only where another item follows it; False until that can be seen."""
        if len(self._buffer) > 1 and self._buffer[1] not in self._channels:
            return self._skip_garbage()
        if len(self._buffer) < _FRAME_HEAD:
            return False
        end = _FRAME_HEAD + (self._buffer[2] << 8 | self._buffer[3])
        if len(self._buffer) <= end:
            return False
        follows = self._buffer.peek(end, end + 1)
        if follows in b"$\r\n" or follows.isupper():
            self._is_unsure = False
            return True
        return self._skip_garbage()


def _headers(lines: list[str]) -> Headers:
    pairs = (line.partition(":") for line in lines)
    return Headers(tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon))
