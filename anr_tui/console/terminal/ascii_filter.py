"""For terminals that show ASCII only: whatever a screen or a dialog is made of, nothing else reaches them."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class AsciiOnly(LineFilter):
    """Puts a question mark in each cell of what cannot be shown, so that nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without any other sign."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(in_ascii(segment.text), segment.style)
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """As many cells, in ASCII."""
    return "".join(character if character.isascii() else "?" * cell_len(character) for character in text)
