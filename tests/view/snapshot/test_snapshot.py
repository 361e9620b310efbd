"""What the rows of a snapshot say of themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.view.snapshot.snapshot import Cap, FillRow, GapRow, Queue, QueuedRow, WorkerState
from tests.builders import FILL, GAP, WORKER_ROW
from tests.heldar_site import NOW

amounts = st.floats(0, 1e6)


@given(amounts, amounts)
def test_the_share_of_a_fill_is_one_that_a_bar_can_show(got_s: float, wanted_s: float) -> None:
    """Cameras send more than was asked for, and a fill that plans wants nothing yet."""
    assert 0 <= FillRow(replace(FILL, got_s=got_s, wanted_s=wanted_s), "Front gate", None).share <= 1


@pytest.mark.parametrize(
    ("outcome", "is_lost", "runs"), [(None, False, True), (None, True, False), (Outcome.FILLED, False, False)]
)
def test_a_fill_without_an_outcome_runs_unless_its_worker_is_gone(outcome, is_lost: bool, runs: bool) -> None:
    fill = replace(FILL, outcome=outcome)

    assert FillRow(fill, "Front gate", None, is_lost=is_lost).is_running is runs
    assert GapRow(GAP, "Front gate", fill, is_lost=is_lost).is_filling is runs


@pytest.mark.parametrize("state", FillState)
def test_a_gap_that_was_given_up_is_still_missing(state: FillState) -> None:
    row = GapRow(replace(GAP, fill_state=state), "Front gate", None)

    assert row.is_missing is (state is not FillState.FILLED)


@pytest.mark.parametrize("state", WorkerState)
def test_a_worker_that_does_not_fetch_is_alive_all_the_same(state: WorkerState) -> None:
    assert state.is_alive is (state not in (WorkerState.NONE, WorkerState.LOST))


def test_a_heartbeat_alone_is_no_news() -> None:
    assert replace(WORKER_ROW, seen_at=NOW + timedelta(minutes=1)) == WORKER_ROW


@pytest.mark.parametrize(
    ("cap", "is_closed"),
    [(Cap(), False), (Cap(0), True), (Cap(None, None, 0), True), (Cap(2_000_000, None, 500_000), False)],
)
def test_either_cap_can_close_the_line(cap: Cap, is_closed: bool) -> None:
    assert cap.is_closed is is_closed


def test_a_queue_counts_what_it_does_not_show() -> None:
    assert Queue((QueuedRow(GAP, "Front gate", 1, WaitReason.TURN),), more=7).total == 8
