"""Masking: wherever a login stands in whatever text, none of its secret comes through."""

import base64
import re
from urllib.parse import quote

from anr_tui.platform.secrets.known_secrets import hide
from anr_tui.platform.secrets.masking import HIDDEN, mask, masked_texts
from anr_tui.platform.text import cell_line, csv_cell, plain_line
from tests.fuzz.targets.parts import fields

_CORE = "Gq8vTnZ3xK"
# In front of a host, or of everything else in a line, a secret may hold any sign.
_ANY_SIGN = (
    "rtsp://me:{}@192.0.2.11/x",
    "rtsp://{}@cam:554/Streaming/tracks/101",
    "Authorization: Digest {}",
)
# Elsewhere the signs that separate parameters end it, and what follows may look like the name of another one.
_PLACES = (
    *_ANY_SIGN,
    "http://cam/x?channel=1&password={}&y=1",
    "rtsp://cam/user=me_password={}_channel=1_stream=0.sdp",
    "http://cam/me:{}/ch1",
    "GET /x?token={} HTTP/1.1",
    "rtsp://cam/x?unheard_of={}",
    "rtsp://cam/x?starttime=20260613T120000Z&loginpas={}",
    "password={}",
)
_SEPARATORS = re.compile(r"[&;,#/?_@]")
_LONG_ENOUGH, _LONGEST = 4, 12


def masking(data: bytes) -> None:
    """The first byte chooses the place of the login; then what stands before it, in front of and behind its secret."""
    if not data:
        return
    before, front, back, after = fields(data[1:], 4)
    _check_any(before)
    place, front = _PLACES[data[0] % len(_PLACES)], _one_word(front)
    front = front if place in _ANY_SIGN else _SEPARATORS.sub("", front)
    _check_place(place, before, front + _CORE + _one_word(back), after)


def known_secrets(data: bytes) -> None:
    """The first byte chooses the encoding; then a password that is known, and what stands before and behind it."""
    if not data:
        return
    password, before, after = fields(data[1:], 3)
    password = password[:_LONGEST]
    # Its characters may be put together by what stands beside it, or by `***`.
    if len(password) < _LONG_ENOUGH or set(password) & set(HIDDEN) or password in f"{before} {after}":
        return
    raw = password.encode()
    form = (
        password,
        quote(password, safe=""),
        quote(quote(password, safe=""), safe=""),
        "".join(f"%{octet:02x}" for octet in raw),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(b"me:" + raw).decode(),
    )[data[0] % 6]
    hidden = hide(f"{before} {form} {after}", [password], ["me"])
    assert password not in hidden
    assert form.rstrip("=") not in hidden or form.rstrip("=") in f"{before} {after}"


def _one_word(text: str) -> str:
    """A part of a secret: without blanks, which end a URL, and without the beginning of another URL."""
    return re.sub(r":/+", ":", re.sub(r"\s+", "", text))


def _check_any(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    assert all(each.isprintable() for each in (plain_line(text), csv_cell(text)))
    assert len(cell_line(text).splitlines()) <= 1
    assert list(masked_texts(text)) == list(masked_texts(text))


def _check_place(place: str, before: str, secret: str, after: str) -> None:
    masked = mask(f"{before} {place.format(secret)} {after}")
    assert _CORE not in masked
    assert mask(masked) == masked
