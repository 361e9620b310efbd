"""Fills and gaps that wait as one table: what runs, then what waits, then what ended."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.view.queue.activity import work_gap_id, work_needs_somebody, work_rows, work_table_fields, work_window
from anr_tui.view.snapshot.snapshot import FillRow, Queue, QueuedRow
from anr_tui.view.tables.filter import parse_filter
from anr_tui.view.tables.sort import Order, arrange
from tests.builders import ENDED_FILL, FILL, GAP, SNAPSHOT
from tests.heldar_site import NOW

RUNNING = FillRow(FILL, "Front gate", 15.0)
ENDED = FillRow(replace(ENDED_FILL, id=2), "Front gate", None)
EARLIER = FillRow(replace(ENDED_FILL, id=1, ended_at=NOW - timedelta(hours=1)), "Front gate", None)
LOST = FillRow(replace(FILL, id=0), "Front gate", None, is_lost=True)
FIRST = QueuedRow(GAP, "Front gate", 1, WaitReason.TURN)
SECOND = QueuedRow(replace(GAP, id="gap_2"), "Loading dock", 2, WaitReason.CAMERA, behind=FILL.id)
FIELDS = work_table_fields(UTC)


def test_what_runs_comes_first_then_what_waits_then_what_ended() -> None:
    snapshot = replace(SNAPSHOT, fills=(RUNNING, ENDED, EARLIER), queue=Queue((FIRST, SECOND)))

    assert work_rows(snapshot) == (RUNNING, FIRST, SECOND, ENDED, EARLIER)


def test_a_fill_whose_worker_is_gone_does_not_run() -> None:
    assert work_rows(replace(SNAPSHOT, fills=(LOST,), queue=Queue((FIRST,)))) == (FIRST, LOST)


@pytest.mark.parametrize("is_down", [False, True])
def test_the_order_of_the_table_is_the_same_whichever_way_the_rows_came(is_down: bool) -> None:
    rows = [RUNNING, FIRST, SECOND, ENDED, EARLIER]
    column, _ = FIELDS.natural
    arranged = arrange(list(reversed(rows)), Order(by=column, is_down=is_down), FIELDS).rows

    assert list(arranged) == (rows[::-1] if is_down else rows)


@pytest.mark.parametrize(
    ("row", "needs"),
    [
        (RUNNING, False),
        (LOST, True),
        (ENDED, True),
        (FillRow(replace(FILL, outcome=Outcome.FILLED), "Front gate", None), False),
        (FIRST, False),
        (replace(FIRST, why=WaitReason.NO_WORKER), True),
        (replace(FIRST, why=WaitReason.DISK), True),
        (replace(FIRST, why=WaitReason.SET_ASIDE), True),
        (replace(FIRST, why=WaitReason.SET_ASIDE, until=NOW), False),
    ],
)
def test_what_does_not_come_by_itself_needs_somebody(row, needs: bool) -> None:
    assert work_needs_somebody(row) is needs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("state:queued", [FIRST, SECOND]),
        ("state:fetching", [RUNNING]),
        ("reason:busy", [SECOND]),
        ("cam:dock", [SECOND]),
        ("gap:gap_2", [SECOND]),
        ("id:3", [RUNNING]),
    ],
)
def test_fills_and_gaps_that_wait_are_found_by_the_same_fields(text: str, shown) -> None:
    rows = [RUNNING, FIRST, SECOND]

    assert list(arrange(rows, Order(parse_filter(text, FIELDS.filterable)), FIELDS).rows) == shown


@pytest.mark.parametrize("column", FIELDS.columns)
@pytest.mark.parametrize("is_down", [False, True])
def test_every_column_can_sort_fills_among_gaps_that_wait(column: str, is_down: bool) -> None:
    rows = [RUNNING, FIRST, SECOND, ENDED, LOST]

    arranged = arrange(rows, Order(by=column, is_down=is_down), FIELDS).rows

    assert sorted(map(id, arranged)) == sorted(map(id, rows))


def test_either_is_about_a_gap_and_its_window() -> None:
    assert (work_gap_id(RUNNING), work_window(RUNNING)) == (FILL.gap_id, FILL.window)
    assert (work_gap_id(SECOND), work_window(SECOND)) == ("gap_2", GAP.window)


def test_what_is_done_soonest_comes_first_and_what_nobody_knows_after_it() -> None:
    rows = [replace(RUNNING, left_s=left_s) for left_s in (None, 90.0, 15.0)]
    column, _ = FIELDS.natural

    assert [row.left_s for row in arrange(rows, Order(by=column), FIELDS).rows] == [15.0, 90.0, None]
