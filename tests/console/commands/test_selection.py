"""What a command acts on: the gap of the chosen row, with what runs or waits for it."""

from dataclasses import replace
from datetime import UTC

import pytest

from anr_tui.console.commands.selection import Selection, gap_selection, open_requests, work_selection
from anr_tui.console.drawing.format import RenderContext
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import RequestKind
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, QueuedRow, WorkerState
from tests.builders import ASKED_REQUEST, FILL, GAP, TAKEN_REQUEST, WORKER_ROW
from tests.heldar_site import NOW

LOOK = RenderContext(NOW, UTC, UNICODE)
BASE = Selection(WORKER_ROW, open_requests={"gap_9": [4]})
QUEUED = QueuedRow(GAP, "Front gate", 1, WaitReason.TURN)


def test_a_gap_stands_for_the_fill_of_it_that_runs() -> None:
    chosen = gap_selection(BASE, GapRow(GAP, "Front gate", FILL, asked_by="anna@nvr-07"), LOOK)

    assert (chosen.gap_id, chosen.camera_id, chosen.running, chosen.is_requested) == (GAP.id, "gate", FILL, True)
    assert chosen.words.startswith("Front gate ")
    assert (chosen.worker, chosen.open_requests) == (BASE.worker, BASE.open_requests)


@pytest.mark.parametrize(
    "row",
    [
        GapRow(GAP, "Front gate", None),
        GapRow(GAP, "Front gate", FILL, is_lost=True),
        GapRow(GAP, "Front gate", replace(FILL, outcome=Outcome.STOPPED)),
    ],
    ids=["never filled", "lost", "ended"],
)
def test_what_does_not_run_cannot_be_cancelled(row: GapRow) -> None:
    assert gap_selection(BASE, row, LOOK).running is None


@pytest.mark.parametrize(
    ("row", "running"),
    [
        (FillRow(FILL, "Front gate", None), FILL),
        (FillRow(FILL, "Front gate", None, is_lost=True), None),
        (FillRow(replace(FILL, outcome=Outcome.STOPPED), "Front gate", None), None),
    ],
    ids=["runs", "lost", "ended"],
)
def test_a_fill_stands_for_its_gap(row: FillRow, running: object) -> None:
    chosen = work_selection(BASE, row, LOOK)

    assert (chosen.gap_id, chosen.running, chosen.queued) == (FILL.gap_id, running, None)


@pytest.mark.parametrize(
    ("state", "requests", "is_queued"),
    [
        (WorkerState.RUNNING, (TAKEN_REQUEST,), True),
        (WorkerState.RUNNING, (ASKED_REQUEST, TAKEN_REQUEST), True),
        (WorkerState.RUNNING, (ASKED_REQUEST,), False),
        (WorkerState.RUNNING, (), False),
        (WorkerState.LOST, (TAKEN_REQUEST,), False),
    ],
    ids=["taken", "one of two taken", "not taken", "nobody asked", "its worker is lost"],
)
def test_a_gap_that_waits_is_in_the_workers_hands_only_where_a_worker_that_lives_took_it(
    state: WorkerState, requests, is_queued: bool
) -> None:
    base = replace(BASE, worker=replace(WORKER_ROW, state=state))
    chosen = work_selection(base, replace(QUEUED, requests=requests), LOOK)

    assert chosen.is_queued_by_request is is_queued
    assert chosen.is_requested is bool(requests)


def test_only_open_requests_for_fills_of_a_gap_can_be_taken_back() -> None:
    requests = [
        ASKED_REQUEST,
        replace(ASKED_REQUEST, id=6),
        replace(ASKED_REQUEST, id=7, kind=RequestKind.RETRY),
        replace(ASKED_REQUEST, id=8, kind=RequestKind.SWEEP, gap_id=None),
        replace(ASKED_REQUEST, id=9, gap_id="gap_2"),
    ]

    assert open_requests(requests) == {"gap_1": [5, 6], "gap_2": [9]}
