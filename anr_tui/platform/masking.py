"""Masking: removes logins and secret query parameters from every URL that the program shows, logs or stores.

Mask before a text is cut: a URL that was cut within its login looks like one without a login.
"""

import re

HIDDEN = "***"

# A URL runs to the next blank, because an unencoded password may hold any of `/?#@"'<>`; only the start of another
# URL of a known scheme ends it earlier.
_URL = re.compile(r"://((?:(?!(?:rtsp|rtmp|http|ws)s?://|rtspu://|tcp://|srt://)\S)+)", re.IGNORECASE)
_SECRET = re.compile(
    r"""(?P<name>[?&;](?:
            [^=&;?\s]{0,40}?(?:pass|pwd|token|secret|credential)[^=&;?\s]{0,40}
          | [^=&;?\s]{0,40}?(?:auth|key|signature)
        )=)[^&\s]*""",
    re.IGNORECASE | re.VERBOSE,
)


def mask(text: str) -> str:
    """Replace the login and the secret query values of every URL in `text` by `***`.

    The login reaches to the last `@` of the URL. That may hide more than needed, which is intended: a password that was
    not percent-encoded may contain every other delimiter. Takes linear time, and is idempotent.
    """
    return _mask_queries(_URL.sub(lambda match: "://" + _mask_url(match[1]), text))


def _mask_url(rest: str) -> str:
    """The part of a URL after `://`, masked."""
    at = rest.rfind("@")
    if at < 0:
        return _mask_queries(rest)
    for secret in _SECRET.finditer(rest):
        # The last `@` may be part of a secret value, which then is hidden up to its end.
        if secret.start() < at < secret.end():
            return HIDDEN + _mask_queries(rest[secret.end() :])
    return HIDDEN + _mask_queries(rest[at:])


def _mask_queries(text: str) -> str:
    return _SECRET.sub(rf"\g<name>{HIDDEN}", text)
