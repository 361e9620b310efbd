"""Lines of the screen as values, texts with tones, which widgets turn into the styles of the stylesheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.screen import Screen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

from anr_tui.console.drawing.sanitize import clean
from anr_tui.domain.severity import Severity
from anr_tui.domain.total_table import total_table
from anr_tui.platform.glyphs import Glyphs


class Tone(StrEnum):
    """The meaning of a text for the reader; it becomes a colour, which is never the only sign of that meaning."""

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


SEVERITY_TONES: Mapping[Severity, Tone] = total_table(
    Severity,
    {
        Severity.GOOD: Tone.OK,
        Severity.CALM: Tone.DIM,
        Severity.WARNING: Tone.WARN,
        Severity.BAD: Tone.BAD,
    },
)
"""The tone in which each severity is drawn."""


@dataclass(frozen=True, slots=True)
class Span:
    """A text and its tone."""

    text: str
    tone: Tone = Tone.PLAIN


Spans = tuple[Span, ...]

TONE_CLASSES = {f"tone--{tone}" for tone in Tone}
"""The component classes of a screen on which widgets draw spans.

They are not classes of the widgets: Textual computes the style of each class for each widget, which took half of its
time.
"""


class StyledScreen(Screen[ScreenResultType]):
    """A screen on which spans are drawn: it holds the style of each tone for all of its widgets."""

    COMPONENT_CLASSES = TONE_CLASSES


def styled(value: object, tone: Tone = Tone.PLAIN) -> Spans:
    """A value as one span, without control characters."""
    return (Span(clean(value), tone),)


def width_of(spans: Spans) -> int:
    """The number of cells that the spans fill."""
    return sum(cell_len(part.text) for part in spans)


def fitted(spans: Spans, width: int, glyphs: Glyphs, *, to_right: bool = False) -> Spans:
    """The spans in exactly `width` cells: padded with spaces, or cut, with a sign at the cut."""
    used = width_of(spans)
    if used <= width:
        blanks = " " * (width - used)
        return padded(spans, before=blanks) if to_right else padded(spans, after=blanks)
    left, kept = width - cell_len(glyphs.cut), []
    for part in spans:
        if cell_len(part.text) >= left:
            kept.append(Span(set_cell_size(part.text, max(0, left)) + glyphs.cut, part.tone))
            break
        kept.append(part)
        left -= cell_len(part.text)
    return tuple(kept) if width > 0 else ()


def padded(spans: Spans, *, before: str = "", after: str = "") -> Spans:
    """Add text at the ends, in the tone of the neighbouring span: another tone would cost a colour change."""
    first, *rest = spans or (Span(""),)
    spans = (Span(before + first.text, first.tone), *rest)
    return (*spans[:-1], Span(spans[-1].text + after, spans[-1].tone))


def strip_of(widget: Widget, spans: Spans, width: int, under: Style | None = None) -> Strip:
    """A line of `width` cells in the widget's style and its screen's tones, over the style `under`, if any."""
    base, screen = widget.rich_style, widget.screen
    segments = []
    for part in spans:
        style = base + screen.get_component_rich_style(f"tone--{part.tone}", partial=True)
        segments.append(Segment(clean(part.text), style + under if under else style))
    return Strip(segments).adjust_cell_length(width, base + under if under else base).simplify()


def changed_span(before: Spans, after: Spans) -> tuple[int, int] | None:
    """The first cell and the number of cells in which two lines of equal width differ; None where they do not."""
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


def _characters(spans: Spans) -> Iterable[tuple[str, Tone]]:
    return ((character, part.tone) for part in spans for character in part.text)
