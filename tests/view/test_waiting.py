from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.model import Outcome, Request, RequestKind, RequestState
from anr_tui.view.snapshot import FillRow, GapRow, Snapshot, WorkerRow, WorkerState
from anr_tui.view.waiting import waited_gaps
from tests.view.test_build import FILL, NOW
from tests.view.test_listing import CAMERA, GAP, SNAPSHOT

REQUEST = Request(5, RequestKind.FILL, "gap_1", None, "anna@nvr-07", NOW, RequestState.TAKEN, "")
ASKED = replace(REQUEST, state=RequestState.ASKED)
IDLE = replace(SNAPSHOT, fills=(), gaps=(GapRow(GAP, "Front gate", None),), cameras=(replace(CAMERA, filling=0),))
FREE = replace(IDLE, cameras=(replace(CAMERA, filling=0, set_aside_why="", next_try_at=None),))
OTHER = FillRow(replace(FILL, gap_id="gap_9"), "Dock", None)


@pytest.mark.parametrize(
    ("snapshot", "request_", "why"),
    [
        (replace(IDLE, worker=WorkerRow(WorkerState.NONE)), ASKED, "no worker runs"),
        (replace(IDLE, worker=WorkerRow(WorkerState.LOST)), REQUEST, "no worker runs"),
        (replace(SNAPSHOT, worker=WorkerRow(WorkerState.HALTED)), REQUEST, "the worker is halted, nothing is fetched"),
        (FREE, ASKED, "asked"),
        (FREE, REQUEST, "queued"),
        (replace(FREE, fills=(OTHER,)), REQUEST, "queued, 1 fill runs"),
        (replace(FREE, fills=(OTHER, OTHER)), REQUEST, "queued, 2 fills run"),
        (IDLE, REQUEST, "queued; the camera is set aside until 12:00:00Z: unreachable"),
        (
            replace(IDLE, cameras=(replace(CAMERA, next_try_at=None, set_aside_why="login refused"),)),
            ASKED,
            "asked; the camera is set aside: login refused",
        ),
        (
            replace(FREE, cameras=(replace(CAMERA, filling=1, set_aside_why=""),)),
            REQUEST,
            "queued, another gap of this camera is being filled",
        ),
        (SNAPSHOT, REQUEST, ""),
        (replace(SNAPSHOT, worker=WorkerRow(WorkerState.PAUSED)), REQUEST, ""),
    ],
)
def test_it_says_why_a_fill_does_not_begin(snapshot: Snapshot, request_: Request, why: str) -> None:
    (waited,) = waited_gaps(snapshot, [request_])
    assert waited.waits_for == why
    assert waited.label == "Front gate 06-13 23:55:00Z"
    assert not waited.is_over


def test_a_running_fill_is_the_answer_until_it_ends() -> None:
    (waited,) = waited_gaps(SNAPSHOT, [REQUEST])
    assert waited.fill == SNAPSHOT.fills[0]


@pytest.mark.parametrize(("ended_after_s", "is_answer"), [(-1, False), (0, True), (9, True)])
def test_a_fill_that_had_ended_before_anybody_asked_is_no_answer(ended_after_s: int, is_answer: bool) -> None:
    ended = replace(FILL, outcome=Outcome.FILLED, ended_at=NOW + timedelta(seconds=ended_after_s))
    snapshot = replace(IDLE, gaps=(GapRow(GAP, "Front gate", ended),))
    done = replace(REQUEST, state=RequestState.DONE, reason="It is filled already.")
    (waited,) = waited_gaps(snapshot, [done])
    assert (waited.is_over, waited.is_filled) == (True, True)
    assert (waited.fill is not None) is is_answer


def test_a_gap_whose_row_has_gone_is_named_by_its_id() -> None:
    (waited,) = waited_gaps(replace(IDLE, gaps=()), [REQUEST])
    assert (waited.gap_id, waited.label, waited.fill) == ("gap_1", "gap_1", None)
