"""A line filter for terminals that show only ASCII: whatever is drawn, no other character reaches them."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class AsciiOnly(LineFilter):
    """Replaces each cell of a character that cannot be shown by a question mark, so that nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with ASCII characters only."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(in_ascii(segment.text), segment.style)
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """The text in ASCII, in as many cells as before."""
    return "".join(character if character.isascii() else "?" * cell_len(character) for character in text)
