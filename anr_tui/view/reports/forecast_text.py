"""The backlog and its forecast in sentences: its amount, the time of its end, and the assumptions."""

from collections.abc import Callable
from datetime import datetime

from anr_tui.platform.text import duration
from anr_tui.view.reports.backlog import LeftOut
from anr_tui.view.reports.stats import Stats

Length = Callable[[float], str]
"""Writes a number of seconds as text."""


def backlog_words(stats: Stats, length: Length = duration) -> str:
    """The amount of footage to fetch, in a sentence."""
    gaps = stats.backlog.gaps
    return f"{length(stats.backlog.seconds)} to fetch, of {gaps} gap{'s' * (gaps != 1)}" if gaps else "nothing to fetch"


def left_out_words(stats: Stats, length: Length = duration) -> str:
    """The footage that is not fetched, by reason; "" where there is none."""
    left_out = stats.backlog.left_out
    parts = [f"{length(seconds)} {why.words}" for why in LeftOut if (seconds := left_out.get(why, 0.0))]
    return f"not counted: {', '.join(parts)}" if parts else ""


def forecast_words(stats: Stats, when: Callable[[datetime], str], length: Length = duration) -> str:
    """The forecast end of the backlog, written by `when`, and its assumptions; "" where nothing is to fetch."""
    forecast = stats.forecast
    if forecast.takes_s is None:
        return f"done when: not known, {forecast.why_not}"
    if forecast.takes_s <= 0:
        return ""
    if forecast.done_at is None:
        return f"{forecast.assumption}: {length(forecast.takes_s)}; done when: not known, {forecast.why_not}"
    return f"{forecast.assumption}: about {when(forecast.done_at)}, {length(forecast.takes_s)} from now"
