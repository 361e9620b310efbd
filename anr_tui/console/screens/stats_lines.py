"""The site's figures as lines of so many cells: backlog and forecast, the days, the speeds."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest

from anr_tui.console.drawing.format import Look, brief, count, span, speed
from anr_tui.console.drawing.styled_text import Ink, Inks, Role, fitted, ink
from anr_tui.console.screens.gap_lines import DetailLine
from anr_tui.console.tables.plots import bar_axis, day_bar, legend, sparkline
from anr_tui.view.reports.camera_speed import CameraPace, PaceOrder, in_order
from anr_tui.view.reports.days import Day
from anr_tui.view.reports.forecast_text import backlog_words, forecast_words, left_out_words
from anr_tui.view.reports.stats import Stats

SIDE_BY_SIDE = 130
"""From so many cells on the speeds stand beside the days."""
_BETWEEN = 4
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY, _FIGURE, _NAME, _SPEED, _LEAST = 10, 9, 20, 8, 8


def stats_lines(stats: Stats, look: Look, width: int, order: PaceOrder, days: int) -> list[DetailLine]:
    """All of it, of the last so many days; the sections stand side by side where there is room."""
    shown = stats.days[-days:]
    top = [("backlog", inks) for inks in _backlog(stats, shown, look, width)]
    if width < SIDE_BY_SIDE:
        parts = (("days", _days(shown, look, width)), ("speeds", _speeds(stats, look, width, order)))
        below = [(name, inks) for name, section in parts for inks in section]
    else:
        left = (width - _BETWEEN) // 2
        right = width - _BETWEEN - left
        pairs = zip_longest(_days(shown, look, left), _speeds(stats, look, right, order), fillvalue=())
        below = [
            ("both", (*fitted(one, left, look.glyphs), Ink(" " * _BETWEEN), *fitted(other, right, look.glyphs)))
            for one, other in pairs
        ]
    return [DetailLine((name, "", number), inks) for number, (name, inks) in enumerate([*top, *below])]


def _title(words: str, more: Inks = ()) -> Inks:
    return (Ink(f"{words}  ", Role.ACCENT), *more)


def _backlog(stats: Stats, days: Sequence[Day], look: Look, width: int) -> Iterator[Inks]:
    now = stats.read_at.astimezone(look.zone)

    def when(moment: datetime) -> str:
        return brief(moment, look, with_date=moment.astimezone(look.zone).date() != now.date())

    yield _title("Backlog", ink(backlog_words(stats, span), Role.STRONG))
    for words, role in (
        (forecast_words(stats, when, span), Role.PLAIN),
        (left_out_words(stats, span), Role.DIM),
    ):
        yield from (ink(text, role) for text in textwrap.wrap(words, width, break_on_hyphens=False))
    ends = [day.unfilled_s for day in days]
    now_words = f" now {span(ends[-1])}" if ends else ""
    head = f"unfilled at the end of each of {count(len(days), 'day')} "
    yield (
        Ink(head, Role.DIM),
        *sparkline(ends, width - len(head) - len(now_words), look.glyphs, Role.WARN),
        Ink(now_words),
    )


def _days(days: Sequence[Day], look: Look, width: int) -> Iterator[Inks]:
    cells = max(_LEAST, width - _DAY - 3 * _FIGURE)
    longest_s = max((day.wanted_s for day in days), default=0.0)
    yield ()
    yield _title("Missing footage by day", legend(look.glyphs))
    heads = "".join(f"{head:>{_FIGURE}}" for head in ("missing", "back", "still"))
    yield (Ink(" " * _DAY), *bar_axis(longest_s, cells, look), Ink(heads, Role.DIM))
    today = look.now.astimezone(look.zone).date()
    for day in reversed(days):
        bar = fitted(day_bar(day, longest_s, cells, look.glyphs), cells, look.glyphs)
        figures = _figures((day.wanted_s, day.recovered_s, day.missing_s), look)
        yield (Ink(f"{_day_name(day.date, today):<{_DAY}}", Role.DIM), *bar, *figures)
    sums = [sum(getattr(day, name) for day in days) for name in ("wanted_s", "recovered_s", "missing_s")]
    yield (Ink(f"{'in all':<{_DAY + cells}}", Role.DIM), *_figures(sums, look))


def _figures(seconds: Sequence[float], look: Look) -> Inks:
    """What was missing, what came back, what is still missing."""
    roles = (Role.PLAIN, Role.OK, Role.BAD)
    texts = (span(each) if round(each) else look.glyphs.dash for each in seconds)
    return tuple(
        Ink(f"{text:>{_FIGURE}}", role if round(each) else Role.DIM)
        for text, each, role in zip(texts, seconds, roles, strict=True)
    )


def _day_name(day: date, today: date) -> str:
    return "today" if day == today else f"{_WEEKDAYS[day.weekday()]} {day:%m-%d}"


def _speeds(stats: Stats, look: Look, width: int, order: PaceOrder) -> Iterator[Inks]:
    cells = max(_LEAST, width - _NAME - 2 * _SPEED - 2 * _FIGURE - 1)
    yield ()
    yield _title("Speed of the cameras", ink(f"times real time, {order.value}, newest fill right", Role.DIM))
    heads = "".join(
        f"{head:>{wide}}" for head, wide in zip(("last", "median", "fills", "to fetch"), _WIDTHS, strict=True)
    )
    yield (Ink(" " * (_NAME + cells + 1)), Ink(heads, Role.DIM))
    for pace in in_order(stats.paces, order):
        name = fitted(ink(pace.name), _NAME - 1, look.glyphs)
        line = sparkline([fill.speed for fill in pace.fills], cells, look.glyphs)
        if not pace.fills:
            line = (Ink("no fill yet" if pace.last is None else "remembered", Role.DIM),)
        yield (
            *name,
            Ink(" "),
            *fitted(line, cells, look.glyphs, to_right=bool(pace.fills)),
            *_numbers(pace, stats, look),
        )


_WIDTHS = (_SPEED, _SPEED, _FIGURE, _FIGURE)


def _numbers(pace: CameraPace, stats: Stats, look: Look) -> Inks:
    last, median = (speed(each or 0.0, look) or look.glyphs.dash for each in (pace.last, pace.median))
    left_s = stats.backlog_of(pace.id)
    texts = (last, median, str(len(pace.fills)), span(left_s) if left_s else look.glyphs.dash)
    return (Ink(" " + "".join(f"{text:>{wide}}" for text, wide in zip(texts, _WIDTHS, strict=True))),)
