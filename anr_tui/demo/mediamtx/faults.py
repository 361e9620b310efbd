"""The faults of a simulated playback server, as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class Body(StrEnum):
    """The body of an answer with status 200."""

    FOOTAGE = "footage"
    NOTHING = "nothing"
    PAGE = "page"  # an HTML page, such as the login page of a router or the error page of a proxy
    GARBAGE = "garbage"  # bytes that are no media, declared as video/mp4


@dataclass(frozen=True, slots=True)
class HttpFaults:
    """The faults of real devices, all off by default. `…_after_s` counts seconds of footage that were sent."""

    refuses_connections: bool = False
    never_answers: bool = False
    refuses_login: bool = False
    status: int | None = None  # the status of every answer to /get
    redirect_to: str | None = None  # every /get gets 302 to this URL
    cuts_after_s: float | None = None  # the connection is closed within the body
    stalls_after_s: float | None = None  # nothing more is sent, and the connection stays open
    bytes_per_s: float | None = None  # the body is sent no faster than this
    body: Body = Body.FOOTAGE
    has_no_length: bool = False  # the body ends where the connection ends, as in HTTP/1.0
