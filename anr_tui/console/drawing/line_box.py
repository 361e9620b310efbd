"""A widget of a few fixed lines, each with a left and a right part, which repaints only the cells that differ."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from anr_tui.console.drawing.styled_text import Span, Spans, Tone, changed_span, fitted, strip_of, width_of
from anr_tui.platform.glyphs import Glyphs

_MOST_LINES = 4
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a left and a right part; the right one is left out where both do not fit.

    `fill` is repeated between them, in `fill_tone`.
    """

    left: Spans
    right: Spans = ()
    fill: str = " "
    fill_tone: Tone = Tone.RULE

    def spans(self, width: int, glyphs: Glyphs) -> Spans:
        """The line in exactly `width` cells."""
        room = width - width_of(self.left)
        if room < width_of(self.right) + 1:
            filler = (Span(self.fill * max(0, room), self.fill_tone),)
            return fitted((*self.left, *filler), width, glyphs)
        between = Span(self.fill * (room - width_of(self.right)), self.fill_tone)
        return (*self.left, between, *self.right)


def message_lines(spans: Spans, width: int, glyphs: Glyphs) -> list[Line]:
    """A message of one tone, wrapped at `width` cells into at most four lines.

    It is not cut earlier, because the hint of an error stands at its end.
    """
    text, room = "".join(part.text for part in spans), max(_NARROWEST, width - 2)
    if cell_len(text) <= room:
        return [Line((Span(" "), *spans))]
    room = room // 2 if cell_len(text) > len(text) else room
    parts = textwrap.wrap(text, room, max_lines=_MOST_LINES, placeholder=glyphs.cut, break_on_hyphens=False)
    return [Line((Span(" "), Span(part, spans[0].tone))) for part in parts]


class LineBox(Widget):
    """Shows lines; its height is their number."""

    def __init__(self, glyphs: Glyphs, *, place: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=place, classes=classes)
        self.glyphs = glyphs
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are shown."""
        return self._lines

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; cells that stay the same are not painted again."""
        before, self._lines = self._lines, tuple(lines)
        if before == self._lines:
            return
        if len(before) != len(self._lines):
            self.styles.height = len(self._lines)
            self.refresh(layout=True)
            return
        width = self.content_size.width
        for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            changed = changed_span(old.spans(width, self.glyphs), new.spans(width, self.glyphs))
            if changed is not None:
                self.refresh(Region(changed[0], y, changed[1], 1))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return strip_of(self, self._lines[y].spans(width, self.glyphs), width)
