"""What stands in the spans of a line."""

from collections.abc import Iterable

from anr_tui.console.drawing.styled_text import Span


def text(spans: Iterable[Span]) -> str:
    """The words alone, without their tones."""
    return "".join(part.text for part in spans)
