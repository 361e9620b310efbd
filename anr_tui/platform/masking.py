"""Masking: no URL leaves this program with its login or a secret query parameter in it.

Mask before a text is cut: a URL that was cut within its login cannot be told from one without.
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

    The login reaches to the last `@` of the URL. Where that hides more than needed, it is meant to: a password that
    nobody encoded may hold every other delimiter. Linear in the length of `text`, and idempotent.
    """
    return _mask_queries(_URL.sub(lambda match: "://" + _mask_url(match[1]), text))


def _mask_url(rest: str) -> str:
    """Mask what follows `://`."""
    at = rest.rfind("@")
    if at < 0:
        return _mask_queries(rest)
    for secret in _SECRET.finditer(rest):
        # The last `@` may be part of a secret value: then its tail is as secret as its head.
        if secret.start() < at < secret.end():
            return HIDDEN + _mask_queries(rest[secret.end() :])
    return HIDDEN + _mask_queries(rest[at:])


def _mask_queries(text: str) -> str:
    return _SECRET.sub(rf"\g<name>{HIDDEN}", text)
