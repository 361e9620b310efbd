"""Why no sweep takes a gap is said where people look for what becomes of it, and once."""

from dataclasses import replace

from anr_tui.console.drawing.styled_text import Spans
from anr_tui.console.screens.gap_lines import state_words
from anr_tui.console.tables.row_summary import gap_words
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.snapshot import GapRow
from tests.console.site import console, fill, gap

LOOK = console().context()
OFF = "not filled automatically: ANR off"


def words(spans: Spans) -> str:
    return "".join(part.text for part in spans)


def stuck_gap() -> GapRow:
    return GapRow(gap(1, "roof", 44, 730), "roof", None, stuck="ANR off")


def test_a_gap_that_no_sweep_takes_says_why() -> None:
    row = stuck_gap()
    tried = replace(row, fill=fill(29, row.gap, Outcome.UNREACHABLE))

    assert words(gap_words(row, LOOK)).endswith(f"pending; {OFF}; not tried yet")
    assert f": {OFF}; pending; unreachable" in words(gap_words(tried, LOOK))
    assert state_words(row) == f"pending; {OFF}; not tried yet"
    assert OFF in state_words(tried)


def test_one_that_is_being_filled_or_was_given_up_says_so_instead() -> None:
    row = stuck_gap()
    running = replace(row, fill=fill(31, row.gap, None))
    given_up = replace(row, gap=replace(row.gap, fill_state=FillState.FAILED), stuck="given up")

    for each in (running, given_up):
        assert "not filled automatically" not in words(gap_words(each, LOOK))
        assert "not filled automatically" not in state_words(each)
