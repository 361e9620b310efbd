"""From a camera row to the URL that asks for a window of its own recording, and what such a URL is made of.

Source of the rules: the recorder's own replay URL (template, else Hikvision's `/Streaming/tracks/`).
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.timestamps import ceil_second, floor_second
from anr_tui.domain.window import Window

_DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_MAX_URL = 4096
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9_.])?", re.ASCII)
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,31})://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?")
_ADD_AN_ADDRESS = "Set the camera's address or its replay URL template."
_BAD_HOST = "The replay URL's host is neither a host name nor an IP address."
_ENCODE = "Percent-encode these signs in its login: @ is %40, / is %2F, ? is %3F, # is %23."


@dataclass(frozen=True, slots=True)
class Target:
    """A replay URL taken apart. `host` is bare (no brackets, lower case), `request_url` holds no login."""

    scheme: str
    host: str
    port: int
    username: str
    password: SecretStr | None
    request_url: str = field(repr=False)

    @property
    def device(self) -> str:
        """`host:port`, IPv6 in brackets."""
        return f"{_bracketed(self.host)}:{self.port}"


def has_replay(camera: Camera) -> bool:
    """Whether the camera row says how to ask for a recording; the URL itself may still be refused."""
    return _template(camera) != "" or bool(camera.address)


def replay_url(camera: Camera, window: Window, password: SecretStr | None) -> SecretStr:
    """The URL that replays `window`, its start floored and its end ceiled to whole seconds.

    `password` is the opened one of the camera row, whose login stands in for one that a template does not carry. Raises
    ReplayError, which names the camera and quotes nothing of the URL.
    """
    url = _filled_in(camera, window, password)
    try:
        split_target(SecretStr(url))
    except ReplayError as error:
        raise _about(camera, error) from None
    return SecretStr(url)


def device_of(camera: Camera) -> str:
    """`host:port` of the device whose sessions are limited. Raises ReplayError where the row names none."""
    template = _template(camera) or channel_template(camera, 1)
    url = template.replace("{start}", "0").replace("{end}", "0")
    try:
        return split_target(SecretStr(url)).device
    except ReplayError as error:
        raise _about(camera, error) from None


def channel_template(camera: Camera, channel: int) -> str:
    """Hikvision's template for a channel (1: a camera's own), without a login. Raises ReplayError as `replay_url`."""
    if not camera.address:
        raise ReplayError(f"Camera {camera.id} has no address and no replay URL template.", _ADD_AN_ADDRESS)
    try:
        checked_host(camera.address)
    except ReplayError as error:
        raise _about(camera, error) from None
    host = _bare(camera.address)
    track = f"{channel}{'02' if camera.record_stream == 'sub' else '01'}"
    times = "starttime={start}&endtime={end}"
    return f"rtsp://{_bracketed(host)}:{camera.rtsp_port}/Streaming/tracks/{track}?{times}"


def checked_host(address: str) -> str:
    """A host name, an IPv4 or an IPv6 address (that may stand in brackets) in lower case; ReplayError for others."""
    return _checked_host(_bare(address))


def split_target(url: SecretStr) -> Target:
    """Take a replay URL apart. Raises ReplayError, which quotes nothing of it."""
    text = url.get_secret_value()
    if len(text) > _MAX_URL:
        raise ReplayError(f"The replay URL is longer than {_MAX_URL} characters.")
    if _UNPRINTABLE.search(text):
        raise ReplayError("The replay URL holds a blank or a control character.")
    match = _URL.fullmatch(text)
    if match is None or match["scheme"].lower() not in _DEFAULT_PORTS:
        raise ReplayError("The replay URL must begin with rtsp://, rtsps://, http:// or https://.")
    if "@" in match["rest"]:
        raise ReplayError("The replay URL has an @ after its host.", _ENCODE)
    scheme = match["scheme"].lower()
    login, at, place = match["authority"].rpartition("@")
    username, colon, password = login.partition(":")
    host, port = _host_and_port(place, _DEFAULT_PORTS[scheme])
    return Target(
        scheme=scheme,
        host=host,
        port=port,
        username=_decoded(username) if at else "",
        password=SecretStr(_decoded(password)) if colon else None,
        request_url=f"{scheme}://{place}" + quote(match["rest"], safe="/?#[]@!$&'()*+,;=:-._~%{}|\\^\"<>`"),
    )


def _filled_in(camera: Camera, window: Window, password: SecretStr | None) -> str:
    start = f"{floor_second(window.start):%Y%m%dT%H%M%SZ}"
    end = f"{ceil_second(window.end):%Y%m%dT%H%M%SZ}"
    template = _template(camera) or channel_template(camera, 1)
    if "{start}" not in template:
        # Without a start the camera would play its earliest recording, and nobody could tell.
        raise ReplayError(
            f"Camera {camera.id}: its replay URL template has no {{start}}.",
            "Write {start} and {end} where the window's times belong.",
        )
    url = template.replace("{start}", start).replace("{end}", end)
    return _with_login(url, _login(camera, password))


def _with_login(url: str, login: str) -> str:
    match = _URL.fullmatch(url)
    if match is None or "@" in match["authority"]:
        return url
    at = match.start("authority")
    return f"{url[:at]}{login}{url[at:]}"


def _template(camera: Camera) -> str:
    return camera.replay_url_template.get_secret_value() if camera.replay_url_template else ""


def _login(camera: Camera, password: SecretStr | None) -> str:
    if not camera.username:
        return ""
    secret = f":{quote(password.get_secret_value(), safe='')}" if password else ""
    return f"{quote(camera.username, safe='')}{secret}@"


def _host_and_port(place: str, default_port: int) -> tuple[str, int]:
    match = re.fullmatch(r"(?:\[([^\[\]]+)\]|([^:\[\]]*))(?::([0-9]{1,5}))?", place)
    if match is None:
        raise ReplayError("The replay URL's host and port cannot be read.", _ENCODE)
    port = int(match[3]) if match[3] else default_port
    if not 1 <= port <= 65535:
        raise ReplayError(f"The replay URL's port must lie between 1 and 65535, not {port}.")
    if match[1] is None and ":" in (match[2] or ""):
        raise ReplayError("The replay URL's host and port cannot be read.", _ENCODE)
    return _checked_host(match[1] or match[2]), port


def _checked_host(host: str) -> str:
    """The host in lower case: a name, an IPv4 or an IPv6 address without brackets; else ReplayError."""
    if not host:
        raise ReplayError("The replay URL has no host.")
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host.replace("%25", "%", 1)))
        except ValueError:
            raise ReplayError(_BAD_HOST) from None
    if not _HOST_NAME.fullmatch(host):
        raise ReplayError(_BAD_HOST)
    return host.lower()


def _bare(address: str) -> str:
    return address.strip("[]") if ":" in address else address


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise ReplayError("The replay URL's login is not percent-encoded UTF-8.") from None


def _about(camera: Camera, error: ReplayError) -> ReplayError:
    """The same refusal, with the camera's id in front."""
    return ReplayError(f"Camera {camera.id}: {error.args[0]}", error.hint)
