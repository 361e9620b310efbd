"""The interface of a dialect: how one kind of camera is asked for a window of its recording. No dialect does I/O."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Protocol

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.platform.secrets.known_secrets import hide
from anr_tui.platform.secrets.masking import HIDDEN, mask
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.urls import Credentials, UrlParts, host_and_port, split_url, with_login

Header = tuple[str, str]


class Transport(StrEnum):
    """The protocol over which a camera sends its footage."""

    RTSP = "rtsp"
    HTTP = "http"


class TimeBasis(StrEnum):
    """The clock to which the digits of a dialect's times refer."""

    UTC = "utc"
    DEVICE_LOCAL = "device_local"
    BY_DEVICE = "by_device"  # one or the other, by model and firmware


class CameraReply(NamedTuple):
    """A camera's refusal of the request `method`.

    `reason` is the camera's own reason phrase, without control characters.
    """

    method: str
    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """One request for a replay, as it goes to a camera.

    Its login may be seen only by the relay, and by a person who asks to reveal it. `scheme` is rtsp, rtsps, http or
    https; `host` has no brackets and is in lower case. `url` goes over the wire: it holds no login, but its path or
    query may hold a secret, since some cameras want it there. `headers` are added by the relay: to PLAY in RTSP, in
    place of ffmpeg's headers of the same name, to GET in HTTP. `secrets` are the texts to hide in whatever the camera
    sends back, `users` the names to hide there as whole words. `written` is the URL as a person wrote it, without its
    login. `trust` is what the device was trusted by so far.
    """

    scheme: str
    host: str
    port: int
    url: str = field(repr=False)
    login: Credentials
    headers: tuple[Header, ...] = field(default=(), repr=False)
    secrets: tuple[Secret, ...] = ()
    written: str = field(default="", repr=False)
    users: tuple[str, ...] = ()
    trust: DeviceTrust = field(default_factory=DeviceTrust, compare=False, repr=False)

    @property
    def device(self) -> str:
        """The device that is asked, as `host:port`, with brackets around an IPv6 address."""
        return host_and_port(self.host, self.port)

    @property
    def transport(self) -> Transport:
        """The transport over which the footage comes."""
        return scheme_transport(self.scheme)

    @property
    def masked_url(self) -> str:
        """The URL with its secrets masked, for logs, screens and evidence."""
        masked = mask(with_login(self.written or self.url, f"{HIDDEN}@" if self.login.written.reveal() else ""))
        scheme, mark, rest = masked.partition("://")
        place, slash, path = rest.partition("/")
        return f"{scheme}{mark}{place}{slash}{self.hide(path)}"

    def hide(self, text: str) -> str:
        """A text that the camera wrote, without secrets and users in any encoding."""
        return hide(text, [secret.reveal() for secret in self.secrets], self.users)

    def hide_secrets(self, text: str) -> str:
        """A sentence of our own, without secrets in any encoding; a user may be called like one of its words."""
        return hide(text, [secret.reveal() for secret in self.secrets])

    @property
    def revealed_url(self) -> str:
        """The URL with its login, for a person who asked for it. Never log it."""
        return with_login(self.written or self.url, self.login.written.reveal())


class Dialect(Protocol):
    """What is known about the replay of one vendor's cameras, without any I/O."""

    @property
    def name(self) -> str:
        """The vendor as camera rows name it."""

    @property
    def transport(self) -> Transport | None:
        """The transport over which footage comes; None where each camera's own template decides."""

    @property
    def time_basis(self) -> TimeBasis:
        """The clock to which the dialect's times refer."""

    @property
    def needs_end(self) -> bool:
        """Whether the URL must name the window's end; otherwise we end the replay ourselves."""

    @property
    def needs_template(self) -> bool:
        """Whether a camera without a replay URL template cannot be asked in this dialect."""

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The request for `window` (in our time), widened to the resolution of the dialect's times.

        Raises ReplayError, which quotes nothing of the URL.
        """

    def device(self, access: CameraAccess) -> str:
        """`host:port` of the device whose sessions are limited. Raises ReplayError where the camera names none."""

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """The outcome of a refusal that this kind of camera uses in a sense of its own; None for the usual sense."""


def scheme_transport(scheme: str) -> Transport:
    """The transport of URLs with this scheme, which is in lower case."""
    return Transport.RTSP if scheme in ("rtsp", "rtsps") else Transport.HTTP


def request_to(access: CameraAccess, url: str, headers: tuple[Header, ...] = ()) -> ReplayRequest:
    """The request for a URL that holds no login, with the login and the secrets of `access`.

    Raises ReplayError where the URL is no replay URL, or holds a login.
    """
    parts = split_url(url)
    if parts.login is not None:
        raise ReplayError("The replay URL's login stands where the camera's address belongs.")
    request = _request(parts, access.login, headers, access.secrets, access.users)
    return replace(request, trust=access.trust)


def request_of_url(url: str) -> ReplayRequest:
    """The request for a URL that holds its login, as a person writes it.

    Raises ReplayError, which quotes nothing of it.
    """
    parts = split_url(url)
    login = parts.login or Credentials.of(None, None)
    users = (login.username,) if login.username else ()
    return _request(parts, login, (), (login.password,) if login.password else (), users)


def _request(
    parts: UrlParts,
    login: Credentials,
    headers: tuple[Header, ...],
    secrets: tuple[Secret, ...],
    users: tuple[str, ...],
) -> ReplayRequest:
    return ReplayRequest(parts.scheme, parts.host, parts.port, parts.url, login, headers, secrets, parts.written, users)
