"""The fields of a camera form: which values each accepts, and the sentence for any other. Pure."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum, auto

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.platform.secrets.masking import holds_secret
from anr_tui.replay.dialects.hikvision import HIKVISION
from anr_tui.replay.dialects.registry import DIALECTS, vendor_dialect
from anr_tui.replay.dialects.urls import checked_host, split_url
from anr_tui.sites.heldar.sealed_passwords import SEAL

VENDORS = tuple(dialect.name for dialect in DIALECTS)
NO_PASSWORD = Secret("")
_PLACEHOLDERS = ("{start}", "{end}", "{channel}")
_LONGEST = 100
_LONGEST_TEMPLATE = 1000
_MOST_CHANNELS = 1024


class CameraField(StrEnum):
    """The fields of the camera form, in their order on the screen."""

    NAME = auto()
    VENDOR = auto()
    ADDRESS = auto()
    PORT = auto()
    USER = auto()
    PASSWORD = auto()
    CHANNEL = auto()
    TEMPLATE = auto()
    ANR = auto()


@dataclass(frozen=True, slots=True)
class CameraForm:
    """The texts typed into the fields of a camera form; an empty password keeps the stored one."""

    name: str = ""
    vendor: str = HIKVISION
    address: str = ""
    port: str = "554"
    user: str = ""
    password: Secret = NO_PASSWORD
    channel: str = "1"
    template: str = ""
    anr: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """The initial state of a camera form.

    `before` is the stored camera, None for a new one; `taken` are the ids and names of the other cameras, case-folded;
    `is_ours` says whether anr-tui made the site database; `is_sealing` whether passwords are stored sealed, since there
    is a HELDAR_SECRET_KEY.
    """

    form: CameraForm
    before: Camera | None = None
    taken: frozenset[str] = frozenset()
    is_ours: bool = True
    is_sealing: bool = False


def read_name(form: CameraForm, draft: Draft) -> str:
    """The camera's name. Raises ValueError with a sentence."""
    if draft.before is not None and form.name == draft.form.name:
        return draft.before.name
    name = _line(form.name)
    if not name:
        raise ValueError("give it a name")
    if name.casefold() in draft.taken:
        raise ValueError("another camera has this name")
    return name


def read_vendor(form: CameraForm, draft: Draft) -> str:
    """The camera's vendor. Raises ValueError with a sentence."""
    if draft.before is not None and form.vendor == draft.form.vendor:
        return draft.before.vendor
    if form.vendor not in VENDORS:
        raise ValueError(f"one of {', '.join(VENDORS)}")
    return form.vendor


def read_address(form: CameraForm, draft: Draft) -> str | None:
    """The camera's host name or address, without brackets; None where a template names it. Raises ValueError."""
    address = _line(form.address)
    if draft.before is not None and address == draft.form.address:
        return draft.before.address
    if not address:
        if form.template.strip():
            return None
        raise ValueError("a host name or an IP address")
    if "://" in address or "/" in address:
        raise ValueError("only the host: no URL")
    bare = address.strip("[]") if ":" in address else address
    try:
        if re.fullmatch(r"[0-9.]+", bare):
            ipaddress.IPv4Address(bare)
        checked_host(bare)
    except (ValueError, ReplayError):
        has_port = re.fullmatch(r"[^:]+:[0-9]+|\[.+\]:[0-9]+", address)
        raise ValueError("the port has a field of its own" if has_port else "no host name or IP address") from None
    return bare


def read_port(form: CameraForm, _: Draft) -> int:
    """The RTSP port, 554 where none is typed. Raises ValueError with a sentence."""
    text = form.port.strip() or "554"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError("a number from 1 to 65535")
    return int(text)


def read_user(form: CameraForm, draft: Draft) -> str | None:
    """The user name; None where none is typed. Raises ValueError with a sentence."""
    if draft.before is not None and form.user == draft.form.user:
        return draft.before.username
    return _line(form.user) or None


def read_password(form: CameraForm, _: Draft) -> Secret | None:
    """The new password; None keeps the stored one. Raises ValueError with a sentence."""
    password = form.password.reveal()
    if not password:
        return None
    if not password.isprintable():
        raise ValueError("it holds a control character")
    if len(password) > _LONGEST:
        raise ValueError(f"at most {_LONGEST} characters")
    if password.startswith(SEAL):
        raise ValueError(f"it must not begin with {SEAL}")
    if not form.user.strip():
        raise ValueError("a password needs a user")
    return form.password


def read_channel(form: CameraForm, draft: Draft) -> int:
    """The channel number; a camera's own is 1. Raises ValueError with a sentence."""
    text = form.channel.strip() or "1"
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= _MOST_CHANNELS:
        raise ValueError(f"a number from 1 to {_MOST_CHANNELS}")
    template = form.template.strip()
    if int(text) != 1 and template and (is_kept(form, draft) or "{channel}" not in template):
        raise ValueError("the template has no {channel}")
    if int(text) != 1 and not template and form.vendor != HIKVISION:
        raise ValueError("only 1; for others, use {channel} in a template")
    return int(text)


def read_template(form: CameraForm, draft: Draft) -> str | None:
    """The URL template as typed. Raises ValueError with a sentence that quotes no secret of it."""
    template = form.template.strip()
    if is_kept(form, draft):
        return template or None
    if not template:
        if form.anr and vendor_dialect(form.vendor).needs_template:
            raise ValueError(f"{form.vendor} needs one for ANR (or is it a Hikvision?)")
        return None
    if len(template) > _LONGEST_TEMPLATE:
        raise ValueError(f"at most {_LONGEST_TEMPLATE} characters")
    if "***" in template:
        raise ValueError("*** is a mask, not a login: leave it unchanged, or type it again")
    if holds_secret(template):
        raise ValueError("no login or secret in it: user and password have fields")
    missing = [each for each in ("{start}", "{end}") if each not in template]
    if "{start}" in missing or (missing and vendor_dialect(form.vendor).needs_end):
        raise ValueError(f"it needs {' and '.join(missing)}")
    rest = template
    for each in _PLACEHOLDERS:
        rest = rest.replace(each, "0")
    if "{" in rest or "}" in rest:
        raise ValueError(f"there are only {', '.join(_PLACEHOLDERS)}")
    try:
        scheme = split_url(rest).scheme
    except ReplayError as error:
        raise ValueError(bare_words(error)) from None
    if scheme not in ("rtsp", "rtsps"):
        raise ValueError("it must begin with rtsp:// or rtsps://")
    return template


def is_kept(form: CameraForm, draft: Draft) -> bool:
    """Whether the template is unchanged: then the stored one is kept, secrets that the form masks included."""
    before = draft.before
    if before is None or form.template.strip() != draft.form.template:
        return False
    return bool(form.template.strip()) or (form.vendor, form.anr) == (draft.form.vendor, draft.form.anr)


def bare_words(error: ReplayError) -> str:
    """The sentence of a refusal without the camera's id at its beginning."""
    return re.sub(r"^Camera [^:]*: ", "", str(error.args[0]))


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds a control character")
    if len(text) > _LONGEST:
        raise ValueError(f"at most {_LONGEST} characters")
    return text.strip()
