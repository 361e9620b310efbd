"""What stands in the columns of cameras and of gaps."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Tone, width_of
from anr_tui.console.tables.camera_and_gap_columns import GAP_COLUMNS, bar, ending, outcome_tone, stuck_words
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.platform.glyphs import ASCII
from anr_tui.view.snapshot.snapshot import GapRow
from tests.builders import ENDED_FILL, FILL, GAP
from tests.console.drawing.spans import text
from tests.heldar_site import NOW

LOOK = RenderContext(NOW, UTC, ASCII)
ROW = GapRow(replace(GAP, window=FILL.window, fill_attempts=0), "Front gate", None)


def cell(row: GapRow, title: str, width: int = 60) -> str:
    (column,) = (column for column in GAP_COLUMNS if column.title == title)
    return text(column.cell(row, LOOK, width)).strip()


@given(st.floats(0, 1), st.integers(8, 60))
def test_a_bar_fills_its_width_and_is_full_only_when_all_of_it_is_there(share: float, width: int) -> None:
    spans = bar(share, width, LOOK)

    assert width_of(spans) == width or width < 9
    assert text(spans).endswith("100%") is (share == 1)


def test_a_narrow_bar_is_its_percentage() -> None:
    assert text(bar(0.5, 7, LOOK)) == " 50%"


@pytest.mark.parametrize(
    ("row", "state", "outcome"),
    [
        (ROW, "pending", "not tried yet"),
        (replace(ROW, gap=replace(ROW.gap, fill_attempts=2)), "pending", "2 attempts, not by anr-tui"),
        (replace(ROW, asked_by="anna@nvr-07"), "asked", "asked by anna@nvr-07"),
        (replace(ROW, fill=ENDED_FILL), "pending", "partly filled: 300 of 600 s"),
        (replace(ROW, fill=FILL, is_lost=True), "lost", "worker lost"),
        (replace(ROW, gap=replace(ROW.gap, fill_state=FillState.FILLED)), "filled", ""),
    ],
    ids=["new", "tried by another", "asked for", "ended", "lost", "filled by another"],
)
def test_a_gap_says_what_became_of_it(row: GapRow, state: str, outcome: str) -> None:
    assert (cell(row, "state"), cell(row, "progress, outcome")) == (state, outcome)


def test_a_gap_that_is_filled_shows_how_far_it_is() -> None:
    running = replace(ROW, fill=FILL, asked_by="anna@nvr-07")

    assert cell(running, "state") == "filling"
    assert cell(running, "progress, outcome").endswith(" 25%")


def test_a_gap_whose_fill_still_plans_has_come_no_way() -> None:
    planning = replace(ROW, fill=replace(FILL, wanted_s=0, got_s=0))

    assert cell(planning, "progress, outcome").endswith("  0%")


def test_the_age_of_a_gap_counts_from_its_end() -> None:
    later = replace(LOOK, now=FILL.window.end + timedelta(minutes=12))
    (column,) = (column for column in GAP_COLUMNS if column.title == "age")

    assert text(column.cell(ROW, later, 3)) == "12m"


def test_a_fill_that_was_lost_looks_as_bad_as_one_that_failed() -> None:
    assert outcome_tone(None) is outcome_tone(Outcome.UNREACHABLE) is Tone.BAD


def test_an_ending_without_a_reason_is_its_outcome_alone() -> None:
    assert ending(replace(ENDED_FILL, reason="")) == "partly filled"


def test_why_no_sweep_takes_a_gap_is_said_where_its_state_does_not_show_it() -> None:
    stuck = replace(ROW, stuck="ANR off")

    assert stuck_words(stuck) == "not filled automatically: ANR off"
    assert stuck_words(replace(stuck, fill=FILL)) == ""
    assert stuck_words(replace(stuck, gap=replace(ROW.gap, fill_state=FillState.FAILED))) == ""
    assert stuck_words(ROW) == ""
