"""What a simulated playback server does wrong: all as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class Body(StrEnum):
    """What an answer of 200 brings."""

    FOOTAGE = "footage"
    NOTHING = "nothing"
    PAGE = "page"  # a page in HTML, as a router's login or a proxy's error
    GARBAGE = "garbage"  # bytes that are called video/mp4


@dataclass(frozen=True, slots=True)
class HttpFaults:
    """The faults of real devices, all off. `…_after_s` counts seconds of footage that were sent."""

    refuses_connections: bool = False
    never_answers: bool = False
    refuses_login: bool = False
    status: int | None = None  # every /get gets this status
    redirect_to: str | None = None  # every /get gets 302
    cuts_after_s: float | None = None  # the connection is closed within the body
    stalls_after_s: float | None = None  # nothing more is sent, the connection stays
    bytes_per_s: float | None = None  # the body is sent no faster than this
    body: Body = Body.FOOTAGE
    has_no_length: bool = False  # the end of the body is the end of the connection, as in HTTP/1.0
