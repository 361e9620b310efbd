"""What each table can be asked for, and which of its rows need somebody."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.snapshot import FillRow, GapRow
from anr_tui.view.tables.filter import parse_filter
from anr_tui.view.tables.sort import Order, arrange
from anr_tui.view.tables.table_fields import (
    camera_needs_somebody,
    camera_table_fields,
    can_be_filled,
    can_be_retried,
    fill_state,
    fill_table_fields,
    gap_state,
    gap_table_fields,
)
from tests.builders import CAMERA_ROW, ENDED_FILL, FILL
from tests.console.site import site_snapshot
from tests.view.rows import gap_row

BERLIN = ZoneInfo("Europe/Berlin")
SITE = site_snapshot()


@pytest.mark.parametrize(
    ("of", "rows", "text", "count"),
    [
        (gap_table_fields(BERLIN), SITE.gaps, "state:failed", 2),
        (gap_table_fields(BERLIN), SITE.gaps, "state:filling", 3),
        (gap_table_fields(BERLIN), SITE.gaps, "453", 1),
        (gap_table_fields(BERLIN), SITE.gaps, "from:2026-06-13 13:48", 3),
        (gap_table_fields(BERLIN), SITE.gaps, "13:48", 3),
        (gap_table_fields(BERLIN), SITE.gaps, "cam:*gate >9m <11m", 1),
        (gap_table_fields(BERLIN), SITE.gaps, "gap-001", 1),
        (camera_table_fields(), SITE.cameras, "vendor:dahua", 1),
        (camera_table_fields(), SITE.cameras, "why:refused", 1),
        (fill_table_fields(BERLIN), SITE.fills, "state:fetching", 2),
        (fill_table_fields(BERLIN), SITE.fills, "id:33", 1),
        (fill_table_fields(BERLIN), SITE.fills, "gap:gap-004 busy", 1),
    ],
)  # fmt: skip
def test_each_table_can_be_asked_for_what_it_shows(of, rows, text, count):
    assert len(arrange(rows, Order(parse_filter(text, of.filterable)), of).rows) == count


def test_whoever_needs_somebody_is_found() -> None:
    def faults(of, rows):
        return list(arrange(rows, Order(only_faults=True), of).rows)

    assert {row.name for row in faults(camera_table_fields(), SITE.cameras)} == {"front gate", "roof", "lobby"}
    gaps = faults(gap_table_fields(BERLIN), SITE.gaps)
    assert {row.gap.fill_state for row in gaps} == {FillState.FAILED}
    fills = faults(fill_table_fields(BERLIN), SITE.fills)
    assert {row.fill.outcome for row in fills}.isdisjoint({Outcome.FILLED, Outcome.STOPPED, None})


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({}, False),
        ({"asked_by": "anna@nvr-07"}, False),
        ({"stuck": "too old"}, True),
        ({"stuck": "no replay URL"}, True),
        ({"is_lost": True}, True),
    ],
)
def test_a_gap_whose_turn_will_come_needs_nobody(changes: dict[str, Any], needs: bool) -> None:
    pending = next(row for row in SITE.gaps if row.id == "gap-004")
    assert gap_table_fields(BERLIN).needs_somebody(replace(pending, **changes)) is needs


OPEN = gap_row(-600, 0)
FILLING = gap_row(-600, 0, is_filling=True)
FILLED = gap_row(-600, 0, state=FillState.FILLED)
GIVEN_UP = gap_row(-600, 0, state=FillState.FAILED, outcome=Outcome.NO_FOOTAGE)


@pytest.mark.parametrize(
    ("row", "state", "can_fill", "can_retry"),
    [
        (OPEN, "pending", True, False),
        (FILLING, "filling", False, False),
        (FILLED, "filled", False, False),
        (GIVEN_UP, "failed", True, True),
        (replace(GIVEN_UP, gap=replace(OPEN.gap, fill_attempts=1)), "pending", True, True),
        (replace(OPEN, asked_by="anna@nvr-07"), "asked", False, False),
        (replace(FILLING, is_lost=True), "lost", True, True),
        (replace(FILLING, asked_by="anna@nvr-07"), "filling", False, False),
    ],
    ids=["open", "filling", "filled", "given up", "tried", "asked for", "lost", "asked for and filling"],
)
def test_a_gap_can_be_asked_for_where_that_would_change_something(
    row: GapRow, state: str, can_fill: bool, can_retry: bool
) -> None:
    assert (gap_state(row), can_be_filled(row), can_be_retried(row)) == (state, can_fill, can_retry)


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({}, False),
        ({"set_aside_why": Outcome.LOGIN_REFUSED}, True),
        ({"failed": 1}, True),
        ({"anr_enabled": False}, True),
        ({"anr_enabled": False, "pending": 0}, False),
        ({"anr_enabled": False, "filling": 1}, False),
        ({"has_replay": False}, True),
    ],
)
def test_a_camera_needs_somebody_where_no_sweep_will_bring_its_footage(changes: dict[str, Any], needs: bool) -> None:
    healthy = replace(CAMERA_ROW, pending=1, failed=0, filling=0, set_aside_why=None)

    assert camera_needs_somebody(replace(healthy, **changes)) is needs


def test_a_fill_says_its_phase_while_it_runs_and_its_outcome_afterwards() -> None:
    running = FillRow(FILL, "Front gate", None)

    assert fill_state(running) == FILL.phase
    assert fill_state(replace(running, is_lost=True)) == "lost"
    assert fill_state(FillRow(ENDED_FILL, "Front gate", None)) == Outcome.PARTLY_FILLED.words
