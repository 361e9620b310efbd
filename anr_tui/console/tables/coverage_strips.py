"""The coverage strips of all cameras: one mark a cell, aligned below a time axis in the shown zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from anr_tui.config.setting_types import SPAN_HOURS
from anr_tui.console.drawing.format import RenderContext, wall_clock
from anr_tui.console.drawing.styled_text import Span, Spans, Tone
from anr_tui.console.keys.actions import BY_ID
from anr_tui.console.tables.columns import Column
from anr_tui.domain.window import Window
from anr_tui.platform.glyphs import Glyphs
from anr_tui.view.snapshot.coverage_strip import Mark, span_of, strip
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow, Timeline

SPANS = tuple(timedelta(hours=hours) for hours in SPAN_HOURS.values())
LEAST_CELLS = 24
MARK_TONES = {
    Mark.UNKNOWN: Tone.RULE,
    Mark.RECORDED: Tone.DIM,
    Mark.FILLED: Tone.OK,
    Mark.ABSENT: Tone.WARN,
    Mark.MISSING: Tone.BAD,
    Mark.FILLING: Tone.BUSY,
}
MEANINGS = {
    Mark.RECORDED: "the recorder holds it",
    Mark.FILLED: "was missing; now measured, on disk",
    Mark.MISSING: "a gap that is not filled",
    Mark.FILLING: "a fill of it runs now",
    Mark.ABSENT: "asked for, but the camera has no footage of it",
    Mark.UNKNOWN: "nothing known: not recorded, and no gap noted (yet)",
}
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_STEPS_S = (
    *(minutes * _MINUTE_S for minutes in (5, 10, 15, 20, 30)),
    *(hours * _HOUR_S for hours in (1, 2, 3, 4, 6, 8, 12)),
    *(days * _DAY_S for days in (1, 2, 4, 7, 14, 28)),
)
_LABEL_CELLS = {False: 7, True: 8}
"""The width of a label (a tick, a time and a space), by whether the clock has 12 hours (`02:30p`)."""


@dataclass(frozen=True, slots=True)
class _Source:
    """All that a strip is drawn from: it is drawn again when this differs."""

    span: Window
    cells: int
    recorded: tuple[Window, ...]
    gaps: tuple[GapRow, ...]
    read_at: datetime | None


class Strips:
    """Draws the coverage strips from a snapshot's timeline; a strip that stays the same is not drawn again."""

    def __init__(self, span: timedelta = timedelta(hours=24)) -> None:
        self.span = span
        self._timeline = Timeline(self.span)
        self._drawn: dict[str, tuple[_Source, Spans]] = {}

    @property
    def words(self) -> str:
        """The span in words: `6h`, `7d`."""
        return next(words for words, hours in SPAN_HOURS.items() if timedelta(hours=hours) == self.span)

    def show(self, timeline: Timeline | None) -> bool:
        """Use this timeline from now on; returns whether it differs from the one before."""
        before, self._timeline = self._timeline, timeline or Timeline(self.span)
        return self._timeline != before or self._timeline.gaps != before.gaps

    def change_span(self, step: int) -> bool:
        """Change to the next longer span, or with a `step` of -1 to the next shorter one; False where there is none."""
        at = SPANS.index(self.span) + step
        if not 0 <= at < len(SPANS):
            return False
        self.span = SPANS[at]
        return True

    def column(self, rank: int) -> Column[CameraRow]:
        """The strips as a column whose title is the time axis."""
        return Column("coverage", self.cell, LEAST_CELLS, rank=rank, is_elastic=True, heading=self.axis)

    def cell(self, row: CameraRow, context: RenderContext, width: int) -> Spans:
        """The strip of a camera, `width` cells wide."""
        known = self._timeline
        span = span_of(self.span, width, context.now)
        source = _Source(span, width, known.recorded.get(row.id, ()), known.gaps.get(row.id, ()), known.read_at)
        drawn = self._drawn.get(row.id)
        if drawn is None or drawn[0] != source:
            marks = strip(span, width, source.recorded, source.gaps, source.read_at)
            self._drawn[row.id] = drawn = (source, _spans(marks, context.glyphs))
        return drawn[1]

    def axis(self, context: RenderContext, width: int) -> Spans:
        """The time axis above the strips, `width` cells wide: ticks with the time of day, at midnight with the date."""
        span = span_of(self.span, width, context.now)
        cell, room = self.span // width, _LABEL_CELLS[context.is_12_hours]
        step_s = next((step_s for step_s in _STEPS_S if step_s >= room * cell.total_seconds()), _STEPS_S[-1])
        text, free_from = [" "] * width, 0
        before = _ticks(span.start - timedelta(seconds=1), context, step_s)
        for at in range(width):
            ticks = _ticks(span.start + (at + 1) * cell - timedelta(seconds=1), context, step_s)
            label = context.glyphs.tick + _label(ticks * step_s, context)
            if ticks > before and free_from <= at <= width - len(label):
                text[at : at + len(label)] = label
                free_from = at + room
            before = ticks
        return (Span("".join(text), Tone.DIM),)


def legend(glyphs: Glyphs) -> Spans:
    """The meaning of the marks, and the keys that change the span, in a line of 75 cells."""
    signs = mark_signs(glyphs)
    parts = [(Span(signs[mark], MARK_TONES[mark]), Span(f" {mark}  ", Tone.DIM)) for mark in MEANINGS]
    keys = " ".join(BY_ID[name].shown_keys[0] for name in ("strip.shorter", "strip.longer"))
    return (*(part for pair in parts for part in pair), Span(keys, Tone.ACCENT), Span(" span", Tone.DIM))


def meanings(glyphs: Glyphs) -> list[tuple[str, str]]:
    """Each mark with its name, and its meaning."""
    signs = mark_signs(glyphs)
    return [(f"{signs[mark]} {mark}", words) for mark, words in MEANINGS.items()]


def mark_signs(glyphs: Glyphs) -> dict[Mark, str]:
    """The sign of each mark."""
    return dict(zip(Mark, glyphs.marks, strict=True))


def _spans(marks: tuple[Mark, ...], glyphs: Glyphs) -> Spans:
    signs = mark_signs(glyphs)
    return tuple(Span(signs[mark] * len(list(run)), MARK_TONES[mark]) for mark, run in groupby(marks))


def _ticks(moment: datetime, context: RenderContext, step_s: int) -> int:
    """The number of steps of the wall clock up to that moment; where clocks go back, some occur twice."""
    return int(moment.astimezone(context.zone).replace(tzinfo=UTC).timestamp() // step_s)


def _label(wall_s: int, context: RenderContext) -> str:
    wall = datetime.fromtimestamp(wall_s, UTC)
    return wall_clock(wall, context) if wall_s % _DAY_S else f"{wall:%m-%d}"
