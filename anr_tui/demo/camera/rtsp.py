"""RTSP messages as a server reads and writes them (RFC 2326)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from anr_tui.domain.window import Window

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

_REASONS = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    457: "Invalid Range",
    461: "Unsupported Transport",
    501: "Not Implemented",
    503: "Service Unavailable",
    551: "Option Not Supported",
}
_MAX_HEADERS = 100
_MAX_BODY = 65536
_REPLAY_PATH = re.compile(r"(/ISAPI|/PSIA)?/streaming/tracks/\d+0[12](/(trackID=(?P<track>\d))?)?", re.I)


_RANGE = re.compile(r"(npt|clock)=([\dTZtz.]*)-([\dTZtz.]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent: a request, or with method `RTSP/1.0` its answer to one of ours.

    Header names are lower-case; `connection` counts the camera's connections from 1.
    """

    connection: int
    method: str
    uri: str
    headers: "Mapping[str, str]"


class Refusal(Exception):
    """An answer other than 200, raised where the reason is found. Header names are given with `_` for `-`."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Unanswered(Exception):
    """A request that gets no answer; with `closes`, the connection ends there."""

    def __init__(self, *, closes: bool) -> None:
        super().__init__(closes)
        self.closes = closes


@dataclass(frozen=True, slots=True)
class ReplayUrl:
    """What a Hikvision replay URL asks for. Times are on the camera's clock; a missing one is None."""

    path: str
    query: str
    start: datetime | None
    end: datetime | None
    track: int | None


async def read_request(reader: "asyncio.StreamReader", connection: int) -> Request | None:
    """The next request, past the interleaved frames before it; None when the client closed or sends no RTSP."""
    while (first := await reader.read(1)) == b"$":
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:], "big"))
    words = (first + await reader.readline()).decode(errors="replace").split()
    if len(words) < 3:
        return None
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode(errors="replace").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
        if len(headers) > _MAX_HEADERS:
            return None
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MAX_BODY:
        return None
    await reader.readexactly(int(length))
    return Request(connection, words[0], words[1], headers)


def response(status: int, request: Request, headers: "Mapping[str, str]", body: str = "") -> bytes:
    """An answer as bytes; Content-Length is added where there is a body."""
    lines = [f"RTSP/1.0 {status} {_REASONS.get(status, 'Refused')}", f"CSeq: {request.headers.get('cseq', '0')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(_encoded(body))}")
    return _encoded("\r\n".join(lines) + "\r\n\r\n" + body)


def _encoded(text: str) -> bytes:
    """As UTF-8, but for bytes that a fault smuggles in as surrogates."""
    return text.encode(errors="surrogateescape")


def parse_replay_url(uri: str) -> ReplayUrl:
    """Read a replay URL. Raises Refusal for a path that plays nothing, ValueError for a time that is none."""
    parts = urlsplit(uri)
    match = _REPLAY_PATH.fullmatch(parts.path)
    if match is None:
        raise Refusal(404)
    asked = {name.lower(): value for name, value in parse_qsl(parts.query)}
    path = parts.path.rstrip("/") if match["track"] is None else parts.path.rpartition("/")[0]
    track = int(match["track"]) if match["track"] else None
    return ReplayUrl(path, parts.query, _moment(asked.get("starttime")), _moment(asked.get("endtime")), track)


def ranged(window: Window, value: str) -> tuple[Window, str]:
    """What a Range header leaves of the window, and its echo. Raises Refusal for a range that is not in it."""
    match = _RANGE.fullmatch(value.strip())
    if match is None:
        raise Refusal(457)
    unit, first, last = match.groups()
    if unit == "clock":
        start, end = parse_clock(first), parse_clock(last) if last else window.end
    else:
        start = window.start + timedelta(seconds=float(first or 0))
        end = window.start + timedelta(seconds=float(last)) if last else window.end
    if not window.start <= start < end:
        raise Refusal(457)
    return Window(start, min(end, window.end)), value


def parse_clock(text: str) -> datetime:
    """A moment as a URL or a `clock` range gives it: `20260613T120000.5Z`. Raises ValueError for another text."""
    whole, _, fraction = text.upper().rstrip("Z").partition(".")
    moment = datetime.strptime(whole, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment


def _moment(text: str | None) -> datetime | None:
    return parse_clock(text) if text else None
