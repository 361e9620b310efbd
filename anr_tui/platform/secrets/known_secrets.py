"""Secrets that are known by their text, such as a camera's own password: hidden in every encoding."""

import base64
import functools
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from anr_tui.platform.secrets.masking import HIDDEN

# Shorter texts are found in too many places in base64 that has nothing to do with them.
_SHORTEST_WITHIN_BASE64 = 8
_SHORTEST_ANYWHERE = 4
_AS_WORD = r"(?<![^\W_]){}(?![^\W_])"


def hide(text: str, passwords: Iterable[str], users: Iterable[str] = ()) -> str:
    """Replace passwords and users in `text` by `***`: as they are, percent-encoded, in base64, or both.

    A password is hidden anywhere; a user, and a password of up to three characters, only as a whole word. Base64 is
    that of `user:password`, as in Basic logins, of one of them alone, or of any text that holds a longer password.
    """
    pattern = _pattern(tuple(passwords), tuple(users))
    return pattern.sub(HIDDEN, text) if pattern else text


@functools.lru_cache(maxsize=64)
def _pattern(passwords: tuple[str, ...], users: tuple[str, ...]) -> re.Pattern[str] | None:
    texts = {form for password in passwords if password for form in _forms(password, users)}
    texts |= {form for user in users if user for form in (user, *_base64_of(user))}
    words = {*users, *(text for text in texts if len(text) < _SHORTEST_ANYWHERE)}
    forms = [(text, _AS_WORD if text in words else "{}") for text in texts]
    # The longest first, so that a secret that contains another one is hidden as a whole.
    forms.sort(key=lambda form: (-len(form[0]), form))
    return re.compile("|".join(frame.format(_encoded(form)) for form, frame in forms)) if forms else None


def _forms(password: str, users: tuple[str, ...]) -> Iterator[str]:
    yield password
    for user in ("", *users):
        for login in (f"{user}:{password}", f"{quote(user, safe='')}:{quote(password, safe='')}"):
            yield from _base64_of(login)
    yield from _base64_of(password)
    yield from _base64_within(password)


def _base64_of(text: str) -> Iterator[str]:
    """A text in base64, in both alphabets, without the padding."""
    raw = text.encode("utf-8", "surrogateescape")
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _base64_within(password: str) -> Iterator[str]:
    """What base64 of any text that holds the password has in common, by the three ways in which it can lie in it."""
    raw = password.encode("utf-8", "surrogateescape")
    for before in range(3):
        first = -(-before * 8 // 6)  # the first digit that holds nothing of what stands before
        last = (before + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            common = encode(bytes(before) + raw + bytes(3)).decode()[first:last]
            if len(common) >= _SHORTEST_WITHIN_BASE64:
                yield common


def _encoded(text: str) -> str:
    """A pattern for a text of which each character may be percent-encoded, once or twice; a blank may be `+`."""
    return "".join(map(_encoded_character, text))


def _encoded_character(character: str) -> str:
    octets = character.encode("utf-8", "surrogateescape")
    percent = "".join(f"%(?:25)?(?i:{octet:02x})" for octet in octets)
    plus = r"|\+" if character == " " else ""
    return f"(?:{re.escape(character)}|{percent}{plus})"
