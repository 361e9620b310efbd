"""Lines of the screen as values: text with a role. Widgets turn roles into styles, the stylesheet says which."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from anr_tui.console.drawing.glyphs import Glyphs
from anr_tui.console.drawing.sanitize import clean


class Role(StrEnum):
    """What a text means to the reader; a colour, and never the only sign of it."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    ACCENT = "accent"
    RULE = "rule"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    BUSY = "busy"
    TITLE = "title"
    LIT = "lit"
    LIT_RULE = "lit-rule"


@dataclass(frozen=True, slots=True)
class Ink:
    """A text and its role."""

    text: str
    role: Role = Role.PLAIN


Inks = tuple[Ink, ...]

INK_CLASSES = {f"ink--{role}" for role in Role}
"""The component classes of a screen on which widgets draw inks.

Not of those widgets: Textual works out the styles of each class of each of them, and that took half of its time.
"""


def ink(value: object, role: Role = Role.PLAIN) -> Inks:
    """One cleaned text in one role."""
    return (Ink(clean(value), role),)


def width_of(inks: Inks) -> int:
    """Cells that the inks fill."""
    return sum(cell_len(part.text) for part in inks)


def fitted(inks: Inks, width: int, glyphs: Glyphs, *, to_right: bool = False) -> Inks:
    """Exactly `width` cells: padded with blanks, or cut with a sign that says so."""
    used = width_of(inks)
    if used <= width:
        blanks = " " * (width - used)
        return padded(inks, before=blanks) if to_right else padded(inks, after=blanks)
    left, kept = width - cell_len(glyphs.cut), []
    for part in inks:
        if cell_len(part.text) >= left:
            kept.append(Ink(set_cell_size(part.text, max(0, left)) + glyphs.cut, part.role))
            break
        kept.append(part)
        left -= cell_len(part.text)
    return tuple(kept) if width > 0 else ()


def padded(inks: Inks, *, before: str = "", after: str = "") -> Inks:
    """Blanks at the ends in the role of their neighbour: another role would cost the terminal a colour change."""
    first, *rest = inks or (Ink(""),)
    inks = (Ink(before + first.text, first.role), *rest)
    return (*inks[:-1], Ink(inks[-1].text + after, inks[-1].role))


def strip_of(widget: Widget, inks: Inks, width: int, under: Style | None = None) -> Strip:
    """A line of `width` cells in the widget's styles and its screen's inks, over `under` (of a cursor row, say)."""
    base, screen = widget.rich_style, widget.screen
    segments = []
    for part in inks:
        style = base + screen.get_component_rich_style(f"ink--{part.role}", partial=True)
        segments.append(Segment(clean(part.text), style + under if under else style))
    return Strip(segments).adjust_cell_length(width, base + under if under else base).simplify()


def changed_span(before: Inks, after: Inks) -> tuple[int, int] | None:
    """First cell and number of cells in which two lines of one width differ; None where they do not."""
    if before == after:
        return None
    old, new = list(_characters(before)), list(_characters(after))
    if old == new:
        return None
    shared = min(len(old), len(new))
    head = next((at for at in range(shared) if old[at] != new[at]), shared)
    tail = next((at for at in range(shared - head) if old[-1 - at] != new[-1 - at]), shared - head)
    start = cell_len("".join(character for character, _ in new[:head]))
    middles = ("".join(character for character, _ in line[head : len(line) - tail]) for line in (old, new))
    return start, max(cell_len(middle) for middle in middles)


def _characters(inks: Inks) -> Iterable[tuple[str, Role]]:
    return ((character, part.role) for part in inks for character in part.text)
