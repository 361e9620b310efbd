"""Masking: removes logins and secrets from every URL that the program shows, logs or stores.

Of a URL's path and query only what is known to be harmless is left (`url_allow_list`). Mask before a text is cut: a URL
that was cut within its login looks like one without a login.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from anr_tui.platform.secrets.url_allow_list import is_harmless_piece, is_harmless_value, is_secret_name, is_user_name

HIDDEN = "***"

# A URL runs to the next blank, because an unencoded password may hold any of `/?#@"'<>`; only the start of another
# URL of a known scheme ends it earlier.
_URL = re.compile(
    r"((?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,31})?"
    r"(://)((?:(?!(?:rtsp|rtmp|http|ws)s?://|rtspu://|tcp://|srt://)\S)+)",
    re.IGNORECASE,
)
# URLs of files and databases: their paths are places on this machine.
_PLACES = frozenset({"file", "sqlite", "unix"})
# The target of a request without scheme and host, as in `GET /x?token=y HTTP/1.1`.
_TARGET = re.compile(r"(?<![^\s'\"(])/\S+")
_BLANK = re.compile(r"\s")
# A header with a login hides its whole line, the URL in it and what follows that included; not so in a URL's query.
_AUTHORIZATION = re.compile(
    r"((?<![\w/?&])(?:proxy-)?authorization\s*[:=]\s*)(?!\*{3}(?:[\r\n]|\Z))\S[^\r\n]*", re.IGNORECASE
)
# Outside URLs, where a name is all that there is to go by.
_SECRET = re.compile(
    r"""(?P<name>(?:[?&;,/_]|(?<![^\s'"(]))(?:
            [^=&;?\s]{0,40}?(?:pass|pwd|psw|token|secret|credential)[^=&;?\s]{0,40}
          | [^=&;?\s]{0,40}?(?:auth|authbasic|key|signature)
          | loginpas | pw | sid
        )=)[^&\s]*""",
    re.IGNORECASE | re.VERBOSE,
)
_AUTHORITY = re.compile(r"(?:[\w.-]{0,253}|\[[0-9A-Fa-f:.%\w]{1,64}\]|\*\*\*)(?::[0-9]{0,5})?")
_DELIMITER = re.compile(r"([/?&;#])")
# A value in a query may be a path.
_QUERY_DELIMITER = re.compile(r"([?&;#]|/(?=[A-Za-z][\w.-]{0,24}=|\*\*\*))")
# The first assignment of a piece, and those behind it: `user=me_password=x_channel=1_stream=0.sdp`.
_FIRST_NAME = re.compile(r"([A-Za-z][\w.-]{0,24})=")
_BARE_NAME = re.compile(r"[a-z_]{1,16}=")
_NEXT_NAME = re.compile(r"([&;,_])([A-Za-z][A-Za-z0-9.-]{0,24})=")
# What may follow a URL in a sentence.
_ENDING = "'\"<>(),.;:!]}|\\"


class _Part(NamedTuple):
    """A part of a URL's path and query: `name` is that of its parameter, "" where it has none."""

    text: str
    name: str = ""
    is_hidden: bool = False


class MaskedText(NamedTuple):
    """A text of a URL's path or query that is masked, as it is written.

    `is_secret`: its parameter's name says that it is one. `is_user`: it says that it is a user's name.
    """

    text: str
    is_secret: bool
    is_user: bool


def mask(text: str) -> str:
    """Replace the login of every URL in `text`, and what is not known to be harmless in its path and query, by `***`.

    The login reaches to the last `@` of the URL. That may hide more than needed, which is intended: a password that was
    not percent-encoded may contain every other delimiter. Takes linear time, and is idempotent.
    """
    text = _AUTHORIZATION.sub(rf"\g<1>{HIDDEN}", text)
    masked, end = [], 0
    for match in _URL.finditer(text):
        masked += [_mask_words(text[end : match.start()]), _mask_match(match)]
        end = match.end()
    return "".join([*masked, _mask_words(text[end:])])


def masked_texts(url: str) -> Iterator[MaskedText]:
    """The texts of a URL's path and query that `mask` replaces; the URL has no login."""
    rest = url.partition("://")[2]
    for part in _parts(rest[_authority_end(rest) :]):
        if part.is_hidden:
            yield MaskedText(part.text, is_secret_name(part.name), is_user_name(part.name))


def holds_secret(url: str) -> bool:
    """Whether a URL plainly holds a login: before its host, by the name of a parameter, or as `user:password`."""
    rest = url.partition("://")[2]
    if "@" in rest:
        return True
    return any(each.is_secret or each.is_user or ":" in each.text for each in masked_texts(url))


def _mask_match(match: re.Match[str]) -> str:
    scheme = match[1] or ""
    return scheme + match[2] + _mask_url(match[3], is_place=scheme.lower() in _PLACES)


def _mask_url(rest: str, *, is_place: bool) -> str:
    """The part of a URL after `://`, masked."""
    at = rest.rfind("@")
    for secret in _SECRET.finditer(rest) if at >= 0 else ():
        # The last `@` may be part of a secret value, which then is hidden up to its end.
        if secret.end("name") <= at < secret.end():
            return HIDDEN + _mask_rest(rest[secret.end() :])
    login, place = (f"{HIDDEN}@", rest[at + 1 :]) if at >= 0 else ("", rest)
    if is_place:
        return login + _mask_named(place)
    end = _authority_end(place)
    authority = place[:end] if _AUTHORITY.fullmatch(place[:end].rstrip(_ENDING)) else HIDDEN
    return login + authority + _mask_rest(place[end:])


def _authority_end(place: str) -> int:
    found = _DELIMITER.search(place)
    return found.start() if found else len(place)


def _mask_words(text: str) -> str:
    """Text that is no URL, masked."""
    if not text:
        return text
    masked, end = [], 0
    for target in _TARGET.finditer(text):
        word = _BLANK.split(text[end : target.start()])[-1]
        if _SECRET.search(word):  # it may be the rest of a secret
            continue
        masked += [_mask_named(text[end : target.start()]), _mask_target(target[0])]
        end = target.end()
    return "".join([*masked, _mask_named(text[end:])])


def _mask_target(target: str) -> str:
    """A request's target, or the path of a file."""
    return _mask_rest(target) if "?" in target or _SECRET.search(target) else target


def _mask_named(text: str) -> str:
    return _SECRET.sub(rf"\g<name>{HIDDEN}", text)


def _mask_rest(rest: str) -> str:
    return "".join(HIDDEN if part.is_hidden else part.text for part in _parts(rest))


def _parts(rest: str) -> Iterator[_Part]:
    """A URL's path and query in parts that are shown or hidden."""
    path, mark, query = rest.partition("?")
    yield from _split(path, _DELIMITER)
    yield _Part(mark)
    yield from _split(query, _QUERY_DELIMITER)


def _split(text: str, delimiter: re.Pattern[str]) -> Iterator[_Part]:
    for index, piece in enumerate(delimiter.split(text)):
        if index % 2 or not piece:
            yield _Part(piece)
        elif "=" in piece:
            yield from _assignments(piece)
        else:
            yield _Part(piece, is_hidden=not _is_shown(piece))


def _assignments(piece: str) -> Iterator[_Part]:
    first = _FIRST_NAME.match(piece)
    if first is None or (not piece[first.end() :].strip("=" + _ENDING) and not _BARE_NAME.fullmatch(piece)):
        # Without a value it may as well be base64 with its padding.
        yield _Part(piece, is_hidden=piece.rstrip("=" + _ENDING) != HIDDEN)
        return
    yield _Part(first[0])
    name, start = first[1], first.end()
    for found in _NEXT_NAME.finditer(piece, start):
        yield _value(name, piece[start : found.start()])
        yield _Part(found[0])
        name, start = found[2], found.end()
    yield _value(name, piece[start:])


def _value(name: str, value: str) -> _Part:
    is_shown = not value or any(each == HIDDEN or is_harmless_value(name, each) for each in _without_ending(value))
    return _Part(value, name, is_hidden=not is_shown)


def _is_shown(piece: str) -> bool:
    return any(each == HIDDEN or is_harmless_piece(each) for each in _without_ending(piece))


def _without_ending(text: str) -> Iterator[str]:
    """A text as it is, and without what may follow it in a sentence; `{start}` ends in such a sign itself."""
    yield text
    for ending in (_ENDING.replace("}", ""), _ENDING):
        if bare := text.rstrip(ending):
            yield bare
