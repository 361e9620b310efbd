"""Why no sweep takes a gap is said where people look for what becomes of it, and once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from anr_tui.console.screens.gap_lines import state_words
from anr_tui.console.tables.row_summary import INTERRUPTED, camera_words, gap_words, work_words
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, QueuedRow
from tests.builders import CAMERA_ROW, ENDED_FILL, FILL, GAP
from tests.console.drawing.spans import text
from tests.console.site import console, fill, gap

LOOK = console().context()
OFF = "not filled automatically: ANR off"


def stuck_gap() -> GapRow:
    return GapRow(gap(1, "roof", 44, 730), "roof", None, stuck="ANR off")


def test_a_gap_that_no_sweep_takes_says_why() -> None:
    row = stuck_gap()
    tried = replace(row, fill=fill(29, row.gap, Outcome.UNREACHABLE))

    assert text(gap_words(row, LOOK)).endswith(f"pending; {OFF}; not tried yet")
    assert f": {OFF}; pending; unreachable" in text(gap_words(tried, LOOK))
    assert state_words(row) == f"pending; {OFF}; not tried yet"
    assert OFF in state_words(tried)


def test_one_that_is_being_filled_or_was_given_up_says_so_instead() -> None:
    row = stuck_gap()
    running = replace(row, fill=fill(31, row.gap, None))
    given_up = replace(row, gap=replace(row.gap, fill_state=FillState.FAILED), stuck="given up")

    for each in (running, given_up):
        assert "not filled automatically" not in text(gap_words(each, LOOK))
        assert "not filled automatically" not in state_words(each)


def test_a_gap_that_runs_shows_its_phase_and_how_far_it_is() -> None:
    row = GapRow(GAP, "Front gate", FILL)

    assert text(gap_words(row, LOOK)).endswith(": fetching 25%")


def test_a_gap_that_was_tried_says_how_it_ended_and_how_often_and_its_state_once() -> None:
    row = GapRow(GAP, "Front gate", ENDED_FILL)
    assert text(gap_words(row, LOOK)).endswith(": pending; partly filled: 300 of 600 s; 2 attempts")

    filled = replace(row, gap=replace(GAP, fill_state=FillState.FILLED))
    assert text(gap_words(filled, LOOK)).count("filled") == 2
    good = replace(filled, fill=replace(ENDED_FILL, outcome=Outcome.FILLED))
    assert text(gap_words(good, LOOK)).count("filled") == 1


def test_a_fill_whose_worker_is_gone_says_so_in_either_table() -> None:
    assert INTERRUPTED in text(gap_words(GapRow(GAP, "Front gate", FILL, is_lost=True), LOOK))
    assert INTERRUPTED in text(work_words(FillRow(FILL, "Front gate", None, is_lost=True), LOOK))


def test_a_gap_that_waits_says_its_place_and_why() -> None:
    row = QueuedRow(GAP, "Front gate", 7, WaitReason.TURN)

    assert text(work_words(row, LOOK)).endswith(": 7 in the queue; is next")


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"set_aside_why": Outcome.LOGIN_REFUSED}, "set aside: login refused"),
        ({"set_aside_why": None, "next_try_at": LOOK.now + timedelta(minutes=4)}, "next try in 4 min"),
        ({"has_replay": False}, "nothing can be fetched"),
        ({"anr_enabled": False}, "ANR off"),
        ({"shift_words": "plays 2h 00m later than asked"}, "plays 2h 00m later than asked"),
    ],
)
def test_a_camera_says_why_it_is_not_tried_and_what_time_it_plays(changes: dict[str, Any], there: str) -> None:
    healthy = replace(CAMERA_ROW, set_aside_why=None, next_try_at=None)

    assert there in text(camera_words(replace(healthy, **changes), LOOK))
    assert there not in text(camera_words(healthy, LOOK))
