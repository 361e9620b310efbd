"""The one place where text from outside becomes cells: no control character passes, no markup is parsed."""

import re

from textual.content import Content

LONGEST = 4096
"""Characters kept of one text: no camera name, reason or log line may cost more than that."""

_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]")
# C0, DEL, C1, bidirectional and invisible format characters, and lone surrogates, which no terminal can be sent.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(value: object) -> str:
    """One harmless line of text: tabs and line ends become blanks, other control characters go."""
    return _UNSAFE.sub("", _BREAKS.sub(" ", str(value)[:LONGEST]))


def plain(value: object, style: str = "") -> Content:
    """The same as Textual content that parses no markup."""
    return Content.styled(clean(value), style) if style else Content(clean(value))
