"""The one place where text from outside becomes cells: no control character passes, no markup is parsed."""

from textual.content import Content

from anr_tui.platform.text import cell_line

LONGEST = 4096
"""Characters kept of one text: no camera name, reason or log line may cost more than that."""


def clean(value: object) -> str:
    """One harmless line of text: tabs and line ends become blanks, other control characters go."""
    return cell_line(str(value)[:LONGEST])


def plain(value: object, style: str = "") -> Content:
    """The same as Textual content that parses no markup."""
    return Content.styled(clean(value), style) if style else Content(clean(value))
