"""The cells that the terminal shows already, so that only cells that differ are sent to it.

Textual repaints a changed part of a line from the left edge of its widget, with all colours of every piece of it.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from anr_tui.console.terminal.textual_private import ChopsUpdate, CompositorUpdate, LayoutUpdate

Cell = tuple[str, str]
"""A character ("" right of a wide one), and the escape sequence of its style ("" for none)."""

SHORT_WAY = 6
"""The number of equal cells that cost no more to send again than a move of the cursor over them."""

_PLAIN = "\x1b[0m"


class Ready(CompositorUpdate):
    """An update that has been rendered to text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        """The text to send to the terminal."""
        return self.text


class ScreenDiff:
    """The cells of the terminal as they were sent; None where the content is not known."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell | None]] = {}

    def forget(self) -> None:
        """Forget all cells, after another program may have drawn on the terminal or its size has changed."""
        self._lines.clear()

    def changes(self, update: CompositorUpdate, console: Console) -> Ready | None:
        """The update without cells that the terminal shows already; None where nothing remains."""
        pen = _Pen()
        for x, y, cells in _pieces(update, console._color_system or ColorSystem.TRUECOLOR):
            line = self._lines.setdefault(y, [])
            line += [None] * (x + len(cells) - len(line))
            for start, end in differing(line[x : x + len(cells)], cells):
                pen.write(x + start, y, cells[start:end])
            line[x : x + len(cells)] = cells
        return Ready(pen.text) if pen.text else None


class _Pen:
    """Writes cells, and changes the style only where it differs from that of the last cell."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._escape_codes = ""

    def write(self, x: int, y: int, cells: Sequence[Cell]) -> None:
        self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        for character, styled in cells:
            if styled != self._escape_codes:
                self._parts.append(f"{_PLAIN if self._escape_codes else ''}{styled}")
                self._escape_codes = styled
            self._parts.append(character)

    @property
    def text(self) -> str:
        return "".join([*self._parts, _PLAIN] if self._escape_codes else self._parts)


def _pieces(update: CompositorUpdate, colours: ColorSystem) -> Iterator[tuple[int, int, list[Cell]]]:
    """The column, the line and the cells of each piece that the update would paint."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield update.region.x, y, _cells((segment for strip in strips for segment in strip), colours)
    elif isinstance(update, ChopsUpdate):
        for y, left, right in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= right and end > left:
                    yield x, y, _cells(strip.crop(0, min(end, right) - x), colours)


def _cells(segments: Iterable[Segment], colours: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in segments:
        if control:
            continue
        styled = _codes_of(style, colours)
        for character in text:
            width = cell_len(character)
            if width:
                cells += [(character, styled), *[("", styled)] * (width - 1)]
            elif cells:
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
    return cells


def _codes_of(style: Style | None, colours: ColorSystem) -> str:
    """The escape sequence that turns a plain terminal into this style."""
    if style is None:
        return ""
    codes, _, _ = style.render("\0", color_system=colours).partition("\0")
    return codes


def differing(before: Sequence[Cell | None], after: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """The ranges in which two lines differ; neighbouring ones are joined, and no wide character is cut."""
    start = end = -1
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        if start >= 0 and at - end > SHORT_WAY:
            yield start, end
            start = -1
        if start < 0:
            start = at
            while start > 0 and not after[start][0]:
                start -= 1
        end = at + 1
        while end < len(after) and not after[end][0]:
            end += 1
    if start >= 0:
        yield start, end
