import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestState
from anr_tui.domain.timestamps import parse_stamp
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import Event
from anr_tui.view.reports.status import (
    Problem,
    ProblemKind,
    Status,
    check_text,
    oldest_missing,
    problems,
    status_fields,
    status_text,
)
from anr_tui.view.snapshot.snapshot import GapRow, Snapshot, Totals, WorkerRow, WorkerState
from tests.builders import ASKED_REQUEST, CAMERA_ROW, GAP, HEALTHY_SNAPSHOT, STATUS, WORKER_ROW
from tests.heldar_site import NOW

REFUSED = replace(CAMERA_ROW, id="dock", name="Dock", next_try_at=None, set_aside_why=Outcome.LOGIN_REFUSED)


def event(kind: EventKind, at: datetime = NOW) -> Event:
    return Event(1, at, kind, "worker", None, None, "The disk is full.")


def kinds(snapshot: Snapshot, *alarms: Event) -> list[ProblemKind]:
    return [problem.kind for problem in problems(snapshot, alarms)]


def test_a_site_that_works_by_itself_needs_nobody() -> None:
    assert kinds(HEALTHY_SNAPSHOT) == []
    for state in (WorkerState.PAUSED, WorkerState.HALTED):
        assert kinds(replace(HEALTHY_SNAPSHOT, worker=replace(WORKER_ROW, state=state))) == []


@pytest.mark.parametrize(
    ("snapshot", "kind", "words"),
    [
        (replace(HEALTHY_SNAPSHOT, worker=WorkerRow(WorkerState.NONE)), ProblemKind.WORKER_NONE, "No worker runs"),
        (
            replace(HEALTHY_SNAPSHOT, worker=replace(WORKER_ROW, state=WorkerState.LOST)),
            ProblemKind.WORKER_LOST,
            "anna@nvr-07",
        ),
        (replace(HEALTHY_SNAPSHOT, problem="It is locked."), ProblemKind.SITE, "It is locked."),
        (replace(HEALTHY_SNAPSHOT, cameras=(REFUSED,)), ProblemKind.LOGIN_REFUSED, "Dock refused the login"),
        (replace(HEALTHY_SNAPSHOT, totals=Totals(failed=1)), ProblemKind.GAPS_FAILED, "1 gap was given up"),
        (replace(HEALTHY_SNAPSHOT, totals=Totals(failed=3)), ProblemKind.GAPS_FAILED, "3 gaps were given up"),
    ],
)
def test_what_needs_a_person_is_said(snapshot: Snapshot, kind: ProblemKind, words: str) -> None:
    (problem,) = problems(snapshot)
    assert problem.kind is kind
    assert words in problem.words


def test_an_alarm_stands_until_its_end_or_another_worker() -> None:
    alarm, over = event(EventKind.ALARM), event(EventKind.ALARM_OVER)
    assert kinds(HEALTHY_SNAPSHOT, alarm) == [ProblemKind.ALARM]
    assert kinds(HEALTHY_SNAPSHOT, over, alarm) == []
    assert kinds(HEALTHY_SNAPSHOT, event(EventKind.ALARM, NOW - timedelta(seconds=1))) == []
    assert kinds(replace(HEALTHY_SNAPSHOT, read_at=NOW + timedelta(days=2)), alarm) == []
    assert kinds(replace(HEALTHY_SNAPSHOT, worker=WorkerRow(WorkerState.NONE)), alarm)[-1] is ProblemKind.ALARM


@pytest.mark.parametrize(
    ("retention_hours", "card_hours", "lost_at"),
    [(24, 0, 24), (24, 6, 6), (6, 24, 6), (0, 0, None), (0, 5, 5), (10**9, 0, None)],
)
def test_what_is_lost_next_is_known_by_retention_and_card(
    retention_hours: int, card_hours: int, lost_at: int | None
) -> None:
    gap = replace(GAP, window=Window(NOW - timedelta(hours=1), NOW))
    camera = replace(CAMERA_ROW, retention_hours=retention_hours)
    missing = oldest_missing(
        replace(HEALTHY_SNAPSHOT, gaps=(GapRow(gap, "Front gate", None),), cameras=(camera,)), card_hours
    )
    assert missing is not None
    assert missing.lost_at == (gap.window.start + timedelta(hours=lost_at) if lost_at is not None else None)


def test_the_oldest_missing_gap_is_one_that_can_still_be_had() -> None:
    def row(name: str, hours_ago: int, state: FillState = FillState.PENDING) -> GapRow:
        start = NOW - timedelta(hours=hours_ago)
        gap = replace(GAP, id=name, window=Window(start, start + timedelta(minutes=5)), fill_state=state)
        return GapRow(gap, "Front gate", None)

    gaps = (row("new", 1), row("filled", 5, FillState.FILLED), row("given_up", 4, FillState.FAILED), row("gone", 30))
    snapshot = replace(HEALTHY_SNAPSHOT, gaps=gaps, cameras=(replace(CAMERA_ROW, retention_hours=24),))
    missing = oldest_missing(snapshot, 0)
    assert missing is not None
    assert missing.row.id == "given_up"
    assert oldest_missing(replace(snapshot, gaps=gaps[-1:]), 0) is None


def test_what_is_asked_or_taken_is_open_and_said_once() -> None:
    taken, done = (
        replace(ASKED_REQUEST, id=4, state=RequestState.TAKEN),
        replace(ASKED_REQUEST, id=3, state=RequestState.DONE),
    )
    status = replace(
        STATUS, snapshot=replace(HEALTHY_SNAPSHOT, requests=(ASKED_REQUEST, taken, done), waiting=(ASKED_REQUEST,))
    )
    assert [request.id for request in status.open_requests] == [4, 5]


def test_a_monitor_reads_it_all() -> None:
    status = json.loads(json.dumps(status_fields(replace(STATUS, problems=tuple(problems(HEALTHY_SNAPSHOT))))))
    assert (status["schema"], status["worker"]["state"], status["recovered_s"]) == (1, "running", 5400.0)
    assert parse_stamp(status["worker"]["next_sweep_at"]) == WORKER_ROW.next_sweep_at
    assert [fill["id"] for fill in status["fills"]] == [3]
    assert [request["id"] for request in status["requests"]] == [5]
    assert status["oldest_missing"]["left_s"] == 3 * 3600
    assert status["set_aside"] == [
        {
            "camera_id": "gate",
            "camera_name": "Front gate",
            "set_aside_why": "unreachable",
            "set_aside_until": "2026-06-13T12:00:00+00:00",
        }
    ]
    assert (status["disk_free_bytes"], status["disk_floor_bytes"]) == (412_000_000_000, 5_000_000_000)
    assert status_fields(replace(STATUS, oldest_missing=None))["oldest_missing"] is None


def test_the_status_reads_like_a_note() -> None:
    assert status_text(STATUS).splitlines() == [
        "site        /srv/heldar.db",
        "worker      running (anna@nvr-07, process 4711, 0.1.0, since 2026-06-13 12:00:00Z)",
        "next sweep  12:05:00Z",
        "gaps        2 pending, 0 failed, 4 filled",
        "missing     20m 00s",
        "recovered   1h 30m",
        "filling     1",
        "asked       1",
        "disk free   412.0 GB (never below 5.0 GB)",
        "oldest      Front gate 2026-06-13 23:55:00Z (gap_1), lost in 3h 00m",
        "set aside   Front gate: unreachable, until 12:00:00Z",
    ]
    lost = replace(
        HEALTHY_SNAPSHOT, worker=WorkerRow(WorkerState.NONE), disk_free_bytes=None, problem="It is\x1b[2J locked."
    )
    lines = status_text(Status(lost, 0.0, 0, None, tuple(problems(lost)))).splitlines()
    assert lines[1:3] == ["worker      none", "next sweep  none"]
    assert lines[-2:] == ["problem     No worker runs: nothing is filled.", "problem     It is [2J locked."]


def test_the_check_is_one_line_of_words_and_figures_then_the_other_problems() -> None:
    assert check_text(STATUS) == (
        "ANR OK: 2 pending, 0 failed, 20m 00s missing"
        " | pending=2 failed=0 missing=1200s disk_free=412000000000B;;5000000000"
    )
    site = Problem(ProblemKind.SITE, "A | B\nC")
    two = replace(STATUS, problems=(site, Problem(ProblemKind.ALARM, "The disk is full.")))
    first, second = check_text(two).splitlines()
    assert first.startswith("ANR WARNING: A / B C (and 1 more) | pending=2 ")
    assert second == "The disk is full."
