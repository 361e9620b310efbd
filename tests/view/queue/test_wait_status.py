from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import Request, RequestState
from anr_tui.view.queue.wait_status import waited_gaps
from anr_tui.view.snapshot.snapshot import GapRow, Queue, QueuedRow, Snapshot, WorkerRow, WorkerState
from tests.builders import ASKED_REQUEST, CAMERA_ROW, FILL, GAP, SNAPSHOT, TAKEN_REQUEST
from tests.heldar_site import NOW

IDLE = replace(SNAPSHOT, fills=(), gaps=(GapRow(GAP, "Front gate", None),), cameras=(replace(CAMERA_ROW, filling=0),))


ROW = QueuedRow(GAP, "Front gate", 2, WaitReason.DEVICE, behind=9)
QUEUED = replace(IDLE, queue=Queue((replace(ROW, gap=replace(GAP, id="gap_0"), place=1), ROW), 5))


@pytest.mark.parametrize(
    ("snapshot", "request_", "why"),
    [
        (replace(IDLE, worker=WorkerRow(WorkerState.NONE)), ASKED_REQUEST, "no worker runs"),
        (replace(IDLE, worker=WorkerRow(WorkerState.LOST)), TAKEN_REQUEST, "no worker runs"),
        (replace(SNAPSHOT, worker=WorkerRow(WorkerState.HALTED)), TAKEN_REQUEST, "all fetching is halted"),
        (QUEUED, TAKEN_REQUEST, "its device is busy with fill 9"),
        (replace(QUEUED, queue=Queue(QUEUED.queue.rows[:1], 5)), TAKEN_REQUEST, "queued behind 1 others"),
        (IDLE, TAKEN_REQUEST, "queued"),
        (SNAPSHOT, TAKEN_REQUEST, ""),
        (replace(SNAPSHOT, worker=WorkerRow(WorkerState.PAUSED)), TAKEN_REQUEST, ""),
    ],
)
def test_it_says_why_a_fill_does_not_begin(snapshot: Snapshot, request_: Request, why: str) -> None:
    (waited,) = waited_gaps(snapshot, [request_])
    assert waited.waits_for == why
    assert waited.label == "Front gate 06-13 23:55:00Z"
    assert not waited.is_over


def test_a_running_fill_is_the_answer_until_it_ends() -> None:
    (waited,) = waited_gaps(SNAPSHOT, [TAKEN_REQUEST])
    assert waited.fill == SNAPSHOT.fills[0]


@pytest.mark.parametrize(("ended_after_s", "is_answer"), [(-1, False), (0, True), (9, True)])
def test_a_fill_that_had_ended_before_anybody_asked_is_no_answer(ended_after_s: int, is_answer: bool) -> None:
    ended = replace(FILL, outcome=Outcome.FILLED, ended_at=NOW + timedelta(seconds=ended_after_s))
    snapshot = replace(IDLE, gaps=(GapRow(GAP, "Front gate", ended),))
    done = replace(TAKEN_REQUEST, state=RequestState.DONE, reason="It is filled already.")
    (waited,) = waited_gaps(snapshot, [done])
    assert (waited.is_over, waited.is_filled) == (True, True)
    assert (waited.fill is not None) is is_answer


def test_a_gap_whose_row_has_gone_is_named_by_its_id() -> None:
    (waited,) = waited_gaps(replace(IDLE, gaps=()), [TAKEN_REQUEST])
    assert (waited.gap_id, waited.label, waited.fill) == ("gap_1", "gap_1", None)
