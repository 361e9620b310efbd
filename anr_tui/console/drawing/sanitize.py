"""The only place where text from outside becomes cells: control characters are removed, and no markup is parsed."""

from textual.content import Content

from anr_tui.platform.text import cell_line

LONGEST = 4096
"""The number of characters kept of one text: no camera name, reason or log line may cost more than that."""


def clean(value: object) -> str:
    """One harmless line of text: tabs and line ends become spaces, other control characters are removed."""
    return cell_line(str(value)[:LONGEST])


def plain(value: object, style: str = "") -> Content:
    """The same text as Textual content, of which no markup is parsed."""
    return Content.styled(clean(value), style) if style else Content(clean(value))
