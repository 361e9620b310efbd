"""The parts of replay URLs: hosts, logins, and parsing a URL. Nothing here knows a camera or a vendor (RFC 3986)."""

import ipaddress
import re
from dataclasses import dataclass
from typing import NamedTuple, Self
from urllib.parse import quote, unquote_to_bytes

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret

_DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_MAX_URL = 4096
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9_.])?", re.ASCII)
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,31})://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?")
# The name of a network interface behind an IPv6 address (RFC 6874).
_ZONE = re.compile(r"[A-Za-z0-9._~-]{1,64}", re.ASCII)
_BAD_HOST = "The replay URL's host is neither a host name nor an IP address."
_ENCODE = "Percent-encode these signs in its login: @ is %40, / is %2F, ? is %3F, # is %23."


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password as they are sent to the camera.

    `written` is the login as it stands in a URL, percent-encoded and with its `@`; "" where the URL has no login.
    """

    username: str
    password: Secret | None
    written: Secret

    @classmethod
    def of(cls, username: str | None, password: Secret | None) -> Self:
        """The login of a camera row, which may have no password; without a user name there is no login."""
        if not username:
            return cls("", None, Secret(""))
        secret = f":{quote(password.reveal(), safe='')}" if password else ""
        return cls(username, password, Secret(f"{quote(username, safe='')}{secret}@"))


class UrlParts(NamedTuple):
    """The parts of a replay URL.

    `host` has no brackets and is in lower case. `url` goes over the wire: it is percent-encoded and has no fragment.
    `written` is the URL as a person wrote it. Neither holds a login.
    """

    scheme: str
    host: str
    port: int
    url: str
    written: str
    login: Credentials | None


def split_url(url: str) -> UrlParts:
    """Split a replay URL into its parts. Raises ReplayError, which quotes nothing of the URL."""
    if len(url) > _MAX_URL:
        raise ReplayError(f"The replay URL is longer than {_MAX_URL} characters.")
    if _UNPRINTABLE.search(url):
        raise ReplayError("The replay URL holds a blank or a control character.")
    match = _URL.fullmatch(url)
    if match is None or match["scheme"].lower() not in _DEFAULT_PORTS:
        raise ReplayError("The replay URL must begin with rtsp://, rtsps://, http:// or https://.")
    if "@" in match["rest"]:
        raise ReplayError("The replay URL has an @ after its host.", _ENCODE)
    scheme = match["scheme"].lower()
    userinfo, at, place = match["authority"].rpartition("@")
    host, port = _host_and_port(place, _DEFAULT_PORTS[scheme])
    return UrlParts(
        scheme=scheme,
        host=host,
        port=port,
        url=f"{scheme}://{place}" + quote(match["rest"], safe="/?#[]@!$&'()*+,;=:-._~%{}|\\^\"<>`"),
        written=url[: match.start("authority")] + url[match.start("authority") + len(userinfo + at) :],
        login=_credentials(userinfo) if at else None,
    )


def with_login(written: str, login: str) -> str:
    """A URL that holds no login, with `login` put in front of its host."""
    scheme, mark, rest = written.partition("://")
    return f"{scheme}{mark}{login}{rest}"


def checked_host(address: str) -> str:
    """A host name or an IP address in lower case; IPv6 may stand in brackets. Raises ReplayError for anything else."""
    return _checked_host(bare_host(address))


def bare_host(address: str) -> str:
    """An address without the brackets that may stand around IPv6."""
    return address.strip("[]") if ":" in address else address


def bracketed(host: str) -> str:
    """A host as it stands in a URL, with brackets around an IPv6 address."""
    return f"[{host}]" if ":" in host else host


def host_and_port(host: str, port: int) -> str:
    """`host:port`, with brackets around an IPv6 address."""
    return f"{bracketed(host)}:{port}"


def _credentials(userinfo: str) -> Credentials:
    username, colon, password = userinfo.partition(":")
    return Credentials(_decoded(username), Secret(_decoded(password)) if colon else None, Secret(f"{userinfo}@"))


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
    if not host:
        raise ReplayError("The replay URL has no host.")
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host.replace("%25", "%", 1))
        except ValueError:
            raise ReplayError(_BAD_HOST) from None
        if address.scope_id is not None and not _ZONE.fullmatch(address.scope_id):
            raise ReplayError(_BAD_HOST)
        return str(address)
    if not _HOST_NAME.fullmatch(host):
        raise ReplayError(_BAD_HOST)
    return host.lower()


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise ReplayError("The replay URL's login is not percent-encoded UTF-8.") from None
