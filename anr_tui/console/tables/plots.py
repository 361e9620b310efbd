"""Plots made of cells: sparklines, and bars of days below an axis. Parts differ by sign as well as by colour."""

from collections.abc import Sequence
from itertools import groupby

from anr_tui.console.drawing.format import RenderContext, span
from anr_tui.console.drawing.styled_text import Span, Spans, Tone
from anr_tui.console.tables.coverage_strips import MARK_TONES, mark_signs
from anr_tui.platform.glyphs import Glyphs
from anr_tui.view.reports.days import Day
from anr_tui.view.snapshot.coverage_strip import Mark

PARTS = {Mark.FILLED: "came back", Mark.RECORDED: "otherwise on disk", Mark.MISSING: "still missing"}
"""The parts of a day's bar, in their order."""
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_STEPS_S = (
    *(minutes * _MINUTE_S for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_S for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY_S for days in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
)
# A tick, six characters and a space.
_LABEL_CELLS = 8


def sparkline(values: Sequence[float], width: int, glyphs: Glyphs, tone: Tone = Tone.BUSY) -> Spans:
    """The last `width` values, one a cell, scaled to the highest of them; 0 is the lowest sign, dimmed."""
    shown = values[-width:] if width > 0 else ()
    highest, top = max(shown, default=0.0), len(glyphs.levels) - 1

    def cell(value: float) -> tuple[Tone, str]:
        if value <= 0 or highest <= 0:
            return Tone.RULE, glyphs.levels[0]
        return tone, glyphs.levels[min(top, round(value / highest * top))]

    runs = groupby(map(cell, shown), key=lambda each: each[0])
    return tuple(Span("".join(sign for _, sign in run), of) for of, run in runs)


def day_bar(day: Day, longest_s: float, cells: int, glyphs: Glyphs) -> Spans:
    """The missing footage of a day as a bar, by what became of it; `longest_s` seconds fill `cells` cells."""
    otherwise_s = day.wanted_s - day.recovered_s - day.missing_s
    parts = dict(zip(PARTS, (day.recovered_s, otherwise_s, day.missing_s), strict=True))
    # Less than a hundredth of a second is a rounding error, not footage.
    widths = {
        mark: max(1, round(part_s / longest_s * cells)) for mark, part_s in parts.items() if part_s > 0.01 and longest_s
    }
    while sum(widths.values()) > max(cells, len(widths)):
        widths[max(widths, key=lambda mark: widths[mark])] -= 1
    signs = mark_signs(glyphs)
    return tuple(Span(signs[mark] * width, MARK_TONES[mark]) for mark, width in widths.items())


def bar_axis(longest_s: float, cells: int, context: RenderContext) -> Spans:
    """The axis above bars of up to `longest_s` seconds in `cells` cells: a tick at the end of each round length."""
    if longest_s <= 0:
        return (Span(" " * cells),)
    by_cell_s = longest_s / cells
    step_s = next((step_s for step_s in _STEPS_S if step_s >= _LABEL_CELLS * by_cell_s), _STEPS_S[-1])
    text = [" "] * cells
    for number in range(int(longest_s // step_s) + 1):
        label = context.glyphs.tick + (span(number * step_s) if number else "0")
        at = round(number * step_s / by_cell_s)
        if at + len(label) <= cells and not "".join(text[max(0, at - 1) : at]).strip():
            text[at : at + len(label)] = label
    return (Span("".join(text), Tone.DIM),)


def legend(glyphs: Glyphs) -> Spans:
    """The meaning of the signs of the bars."""
    signs = mark_signs(glyphs)
    return tuple(
        part
        for mark, words in PARTS.items()
        for part in (Span(signs[mark], MARK_TONES[mark]), Span(f" {words}  ", Tone.DIM))
    )
