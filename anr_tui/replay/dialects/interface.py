"""What a dialect is: how one kind of camera is asked for a window of its recording. Pure; no dialect does I/O."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from pydantic import SecretStr

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.platform.masking import HIDDEN, mask
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.urls import Credentials, UrlParts, host_and_port, split_url, with_login

Header = tuple[str, str]


class Transport(StrEnum):
    """How footage comes."""

    RTSP = "rtsp"
    HTTP = "http"


class TimeBasis(StrEnum):
    """What the digits of a dialect's times mean."""

    UTC = "utc"
    DEVICE_LOCAL = "device_local"
    BY_DEVICE = "by_device"  # one or the other, by model and firmware


class CameraReply(NamedTuple):
    """A camera's answer to `method` that is not yes; `reason` is its own phrase, without control characters."""

    method: str
    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """One question to a camera. Only the relay, and a person who reveals it, see its login.

    `scheme` is rtsp, rtsps, http or https; `host` is bare, in lower case. `url` goes over the wire: it holds no login,
    but a query may hold a secret, since some cameras want it there. `headers` are what the relay adds to the question:
    to PLAY in RTSP, in place of ffmpeg's own of the same name, to GET in HTTP. `secrets` must not be said whoever says
    them back. `written` is the URL as a person wrote it, without its login.
    """

    scheme: str
    host: str
    port: int
    url: str = field(repr=False)
    login: Credentials
    headers: tuple[Header, ...] = field(default=(), repr=False)
    secrets: tuple[SecretStr, ...] = ()
    written: str = field(default="", repr=False)

    @property
    def device(self) -> str:
        """`host:port`, IPv6 in brackets."""
        return host_and_port(self.host, self.port)

    @property
    def transport(self) -> Transport:
        """How its footage comes."""
        return scheme_transport(self.scheme)

    @property
    def masked_url(self) -> str:
        """The URL without its secrets, as logs, screens and evidence have it."""
        return mask(with_login(self.written or self.url, f"{HIDDEN}@" if self.login.written.get_secret_value() else ""))

    @property
    def revealed_url(self) -> str:
        """The URL with its login, for a person who asked for it. Never log it."""
        return with_login(self.written or self.url, self.login.written.get_secret_value())


class Dialect(Protocol):
    """Pure vendor knowledge. `name` is the vendor's in the camera row.

    `needs_end`: whether its URL must name the window's end; else the end is ours to find.
    """

    @property
    def name(self) -> str:
        """The vendor, as camera rows have it."""

    @property
    def transport(self) -> Transport | None:
        """How footage comes; None where each camera's own template says it."""

    @property
    def time_basis(self) -> TimeBasis:
        """What its times mean."""

    @property
    def needs_end(self) -> bool:
        """Whether it must be told the window's end."""

    @property
    def needs_template(self) -> bool:
        """Whether a camera's row alone, without a template, does not say how to ask it."""

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The question for `window` (our time), widened to what the dialect's times can say.

        Raises ReplayError, which quotes nothing of the URL.
        """

    def device(self, access: CameraAccess) -> str:
        """`host:port` of the device whose sessions are limited. Raises ReplayError where there is none."""

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """What an answer means where this kind of camera means something else by it than others; None elsewhere."""


def scheme_transport(scheme: str) -> Transport:
    """How footage comes from a URL of this scheme, in lower case."""
    return Transport.RTSP if scheme in ("rtsp", "rtsps") else Transport.HTTP


def request_to(access: CameraAccess, url: str, headers: tuple[Header, ...] = ()) -> ReplayRequest:
    """The request for a URL without a login. Raises ReplayError where it is no replay URL, or carries a login."""
    parts = split_url(url)
    if parts.login is not None:
        raise ReplayError("The replay URL's login stands where the camera's address belongs.")
    return _request(parts, access.login, headers, access.secrets)


def request_of_url(url: str) -> ReplayRequest:
    """The request for a URL with its login in it, as a person writes it. Raises ReplayError, which quotes nothing."""
    parts = split_url(url)
    login = parts.login or Credentials.of(None, None)
    return _request(parts, login, (), (login.password,) if login.password else ())


def _request(
    parts: UrlParts, login: Credentials, headers: tuple[Header, ...], secrets: tuple[SecretStr, ...]
) -> ReplayRequest:
    return ReplayRequest(parts.scheme, parts.host, parts.port, parts.url, login, headers, secrets, parts.written)
