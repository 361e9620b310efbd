"""The backlog and its forecast in sentences."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from anr_tui.view.reports.backlog import Backlog, LeftOut, Task
from anr_tui.view.reports.forecast import Forecast
from anr_tui.view.reports.forecast_text import backlog_words, forecast_words, left_out_words
from anr_tui.view.reports.stats import Stats
from tests.heldar_site import NOW
from tests.view.reports.builders import STATS


def forecast(**fields: object) -> Stats:
    return replace(STATS, forecast=Forecast(**fields))  # type: ignore[arg-type]  # the fields are of two types


def backlog(*tasks: Task, **left_out: float) -> Stats:
    return replace(STATS, backlog=Backlog(tasks, {LeftOut[why.upper()]: seconds for why, seconds in left_out.items()}))


def when(moment: datetime) -> str:
    return f"{moment:%H:%M}"


@pytest.mark.parametrize(
    ("stats", "words"),
    [
        (backlog(), "nothing to fetch"),
        (backlog(Task("gate", "cam:554", 1, 60.0)), "1m 00s to fetch, of 1 gap"),
        (backlog(Task("gate", "cam:554", 2, 60.0), Task("dock", "cam:554", 1, 60.0)), "2m 00s to fetch, of 3 gaps"),
    ],
)
def test_how_much_is_to_be_fetched(stats: Stats, words: str) -> None:
    assert backlog_words(stats) == words


def test_what_is_left_out_stands_with_its_reason_and_nothing_that_is_not() -> None:
    assert left_out_words(backlog(too_old=60.0, failed=120.0, set_aside=0.0)) == (
        "not counted: 2m 00s given up, 1m 00s too old"
    )
    assert left_out_words(backlog()) == ""


def test_when_it_is_done_rests_on_its_assumption() -> None:
    words = forecast_words(forecast(takes_s=60.0, done_at=NOW + timedelta(minutes=1), assumption="as fast"), when)

    assert words == "as fast: about 12:01, 1m 00s from now"


def test_how_long_it_takes_is_said_though_nobody_knows_when_it_goes_on() -> None:
    words = forecast_words(forecast(takes_s=60.0, assumption="as fast", why_not="it is paused"), when)

    assert "1m 00s" in words and words.endswith("not known, it is paused")


def test_no_time_is_made_up_where_nothing_was_measured() -> None:
    assert forecast_words(forecast(why_not="no camera was measured"), when) == (
        "done when: not known, no camera was measured"
    )


def test_nothing_is_forecast_of_nothing() -> None:
    assert forecast_words(forecast(takes_s=0.0), when) == ""
