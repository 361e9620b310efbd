"""The statistics of a site as lines of a given width: backlog and forecast, the days, the speeds."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest

from anr_tui.console.drawing.format import RenderContext, brief, count, span, speed
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, fitted, styled
from anr_tui.console.screens.gap_lines import DetailLine
from anr_tui.console.tables.plots import bar_axis, day_bar, legend, sparkline
from anr_tui.view.reports.camera_speed import CameraSpeed, SpeedOrder, in_order
from anr_tui.view.reports.days import Day
from anr_tui.view.reports.forecast_text import backlog_words, forecast_words, left_out_words
from anr_tui.view.reports.stats import Stats

SIDE_BY_SIDE = 130
"""The number of cells from which the speeds stand beside the days."""
_BETWEEN = 4
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY, _FIGURE, _NAME, _SPEED, _LEAST = 10, 9, 20, 8, 8


def stats_lines(stats: Stats, context: RenderContext, width: int, order: SpeedOrder, days: int) -> list[DetailLine]:
    """The lines of the statistics of the last `days` days; sections stand side by side where there is room."""
    shown = stats.days[-days:]
    top = [("backlog", spans) for spans in _backlog(stats, shown, context, width)]
    if width < SIDE_BY_SIDE:
        parts = (("days", _days(shown, context, width)), ("speeds", _speeds(stats, context, width, order)))
        below = [(name, spans) for name, section in parts for spans in section]
    else:
        left = (width - _BETWEEN) // 2
        right = width - _BETWEEN - left
        pairs = zip_longest(_days(shown, context, left), _speeds(stats, context, right, order), fillvalue=())
        below = [
            ("both", (*fitted(one, left, context.glyphs), Span(" " * _BETWEEN), *fitted(other, right, context.glyphs)))
            for one, other in pairs
        ]
    return [DetailLine((name, "", number), spans) for number, (name, spans) in enumerate([*top, *below])]


def _title(words: str, more: Spans = ()) -> Spans:
    return (Span(f"{words}  ", Tone.ACCENT), *more)


def _backlog(stats: Stats, days: Sequence[Day], context: RenderContext, width: int) -> Iterator[Spans]:
    now = stats.read_at.astimezone(context.zone)

    def when(moment: datetime) -> str:
        return brief(moment, context, with_date=moment.astimezone(context.zone).date() != now.date())

    yield _title("Backlog", styled(backlog_words(stats, span), Tone.STRONG))
    for words, tone in (
        (forecast_words(stats, when, span), Tone.PLAIN),
        (left_out_words(stats, span), Tone.DIM),
    ):
        yield from (styled(text, tone) for text in textwrap.wrap(words, width, break_on_hyphens=False))
    ends = [day.unfilled_s for day in days]
    now_words = f" now {span(ends[-1])}" if ends else ""
    head = f"unfilled at the end of each of {count(len(days), 'day')} "
    yield (
        Span(head, Tone.DIM),
        *sparkline(ends, width - len(head) - len(now_words), context.glyphs, Tone.WARN),
        Span(now_words),
    )


def _days(days: Sequence[Day], context: RenderContext, width: int) -> Iterator[Spans]:
    cells = max(_LEAST, width - _DAY - 3 * _FIGURE)
    longest_s = max((day.wanted_s for day in days), default=0.0)
    yield ()
    yield _title("Missing footage by day", legend(context.glyphs))
    heads = "".join(f"{head:>{_FIGURE}}" for head in ("missing", "back", "still"))
    yield (Span(" " * _DAY), *bar_axis(longest_s, cells, context), Span(heads, Tone.DIM))
    today = context.now.astimezone(context.zone).date()
    for day in reversed(days):
        bar = fitted(day_bar(day, longest_s, cells, context.glyphs), cells, context.glyphs)
        figures = _figures((day.wanted_s, day.recovered_s, day.missing_s), context)
        yield (Span(f"{_day_name(day.date, today):<{_DAY}}", Tone.DIM), *bar, *figures)
    sums = [sum(getattr(day, name) for day in days) for name in ("wanted_s", "recovered_s", "missing_s")]
    yield (Span(f"{'in all':<{_DAY + cells}}", Tone.DIM), *_figures(sums, context))


def _figures(seconds: Sequence[float], context: RenderContext) -> Spans:
    """The missing, recovered and still missing seconds, each as text."""
    tones = (Tone.PLAIN, Tone.OK, Tone.BAD)
    texts = (span(each) if round(each) else context.glyphs.dash for each in seconds)
    return tuple(
        Span(f"{text:>{_FIGURE}}", tone if round(each) else Tone.DIM)
        for text, each, tone in zip(texts, seconds, tones, strict=True)
    )


def _day_name(day: date, today: date) -> str:
    return "today" if day == today else f"{_WEEKDAYS[day.weekday()]} {day:%m-%d}"


def _speeds(stats: Stats, context: RenderContext, width: int, order: SpeedOrder) -> Iterator[Spans]:
    cells = max(_LEAST, width - _NAME - 2 * _SPEED - 2 * _FIGURE - 1)
    yield ()
    yield _title("Speed of the cameras", styled(f"times real time, {order.value}, newest fill right", Tone.DIM))
    heads = "".join(
        f"{head:>{wide}}" for head, wide in zip(("last", "median", "fills", "to fetch"), _WIDTHS, strict=True)
    )
    yield (Span(" " * (_NAME + cells + 1)), Span(heads, Tone.DIM))
    for pace in in_order(stats.paces, order):
        name = fitted(styled(pace.name), _NAME - 1, context.glyphs)
        line = sparkline([fill.speed for fill in pace.fills], cells, context.glyphs)
        if not pace.fills:
            line = (Span("no fill yet" if pace.last is None else "remembered", Tone.DIM),)
        yield (
            *name,
            Span(" "),
            *fitted(line, cells, context.glyphs, to_right=bool(pace.fills)),
            *_numbers(pace, stats, context),
        )


_WIDTHS = (_SPEED, _SPEED, _FIGURE, _FIGURE)


def _numbers(pace: CameraSpeed, stats: Stats, context: RenderContext) -> Spans:
    last, median = (speed(each or 0.0, context) or context.glyphs.dash for each in (pace.last, pace.median))
    left_s = stats.backlog_of(pace.id)
    texts = (last, median, str(len(pace.fills)), span(left_s) if left_s else context.glyphs.dash)
    return (Span(" " + "".join(f"{text:>{wide}}" for text, wide in zip(texts, _WIDTHS, strict=True))),)
