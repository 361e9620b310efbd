"""What each outcome and each kind of event means, as its row says and as every place that reads the row shows it.

A member without a row stops the program as it is imported; one with a row fails here until somebody has agreed to it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from random import Random

import pytest

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.tables.camera_and_gap_columns import outcome_tone
from anr_tui.console.tables.event_columns import EVENT_COLUMNS
from anr_tui.domain.camera import Camera
from anr_tui.domain.event import EVENT_TRAITS, EventKind
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.outcome import OUTCOME_TRAITS, Outcome
from anr_tui.domain.request import RequestState
from anr_tui.domain.window import Window
from anr_tui.fill.verdict import ENDS_FILL
from anr_tui.journal.tables.rows import CameraMemory, Event
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.reports.shift_report import REASONS
from anr_tui.view.reports.status import ProblemKind, problems
from anr_tui.view.snapshot.coverage_strip import Mark, gap_mark
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, Snapshot, Totals, WorkerRow, WorkerState
from anr_tui.view.tables.table_fields import fill_needs_somebody
from anr_tui.worker.scheduling.backoff import after_fill
from tests.heldar_site import NOW
from tests.view.rows import gap_row

PROJECT = Path(__file__).parents[1]
FOREVER = -1.0
"""Set aside until a person comes or the camera's row changes."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an outcome means: in words, whether it counts as an attempt, ends the fill's other pieces, needs somebody.

    `aside_s`: for how long the camera is left alone after it has failed once; 0: it is left alone no more; None: what
    was known of it stays.
    """

    words: str
    counts: bool
    ends_fill: bool
    needs_somebody: bool
    aside_s: float | None
    tone: Tone
    mark: Mark = Mark.MISSING


MEANINGS = {
    Outcome.FILLED: Meaning("filled", True, False, False, 0, Tone.OK),
    Outcome.PARTLY_FILLED: Meaning("partly filled", True, False, True, 0, Tone.WARN),
    Outcome.PLACED: Meaning("placed by hand", False, True, False, None, Tone.WARN),
    Outcome.NO_FOOTAGE: Meaning("no footage on the camera", True, False, True, 0, Tone.BAD, Mark.ABSENT),
    Outcome.CAMERA_BUSY: Meaning("camera busy", False, True, True, 10, Tone.WARN),
    Outcome.UNREACHABLE: Meaning("unreachable", False, True, True, 30, Tone.BAD),
    Outcome.LOGIN_REFUSED: Meaning("login refused", False, True, True, FOREVER, Tone.BAD),
    Outcome.NOT_UNDERSTOOD: Meaning("not understood", True, True, True, 0, Tone.BAD),
    Outcome.WRONG_TIME: Meaning("wrong time", True, True, True, 0, Tone.BAD),
    Outcome.DISK_FULL: Meaning("disk full or not writable", False, True, True, None, Tone.BAD),
    Outcome.LOCAL_ERROR: Meaning("local error", False, True, True, 15, Tone.BAD),
    Outcome.STOPPED: Meaning("stopped", False, True, False, None, Tone.WARN),
    Outcome.TIMED_OUT: Meaning("timed out", True, False, True, 0, Tone.BAD),
    Outcome.TOO_OLD: Meaning("too old", False, False, True, None, Tone.WARN),
    Outcome.INTERRUPTED: Meaning("interrupted", False, True, True, 0, Tone.WARN),
}
TONES = {
    EventKind.WORKER_STARTED: Tone.DIM,
    EventKind.WORKER_TOOK_OVER: Tone.WARN,
    EventKind.WORKER_ENDED: Tone.DIM,
    EventKind.PAUSED: Tone.WARN,
    EventKind.RESUMED: Tone.DIM,
    EventKind.HALTED: Tone.WARN,
    EventKind.WENT_ON: Tone.DIM,
    EventKind.ASKED: Tone.DIM,
    EventKind.DONE: Tone.DIM,
    EventKind.REFUSED: Tone.WARN,
    EventKind.WITHDRAWN: Tone.DIM,
    EventKind.FILL_STARTED: Tone.DIM,
    EventKind.FILL_ENDED: Tone.DIM,
    EventKind.GAP_FILLED: Tone.OK,
    EventKind.GAP_FAILED: Tone.BAD,
    EventKind.CAMERA_SET_ASIDE: Tone.WARN,
    EventKind.CAMERA_BACK: Tone.DIM,
    EventKind.ALARM: Tone.BAD,
    EventKind.ALARM_OVER: Tone.OK,
    EventKind.PART_EXPIRES: Tone.WARN,
    EventKind.PART_DROPPED: Tone.WARN,
    EventKind.CAMERA_ADDED: Tone.DIM,
    EventKind.CAMERA_CHANGED: Tone.DIM,
    EventKind.URL_REVEALED: Tone.WARN,
    EventKind.JOURNAL_SET_ASIDE: Tone.WARN,
}
CAMERA = Camera(
    id="gate",
    name="Gate",
    vendor="generic",
    address="192.0.2.11",
    rtsp_port=554,
    username=None,
    password=None,
    record_stream="main",
    record_audio=False,
    retention_hours=24,
    segment_seconds=60,
    anr_enabled=True,
    replay_url_template=None,
    state="recording",
    updated_at="row 1",
)
WINDOW = Window(NOW - timedelta(hours=1), NOW)
FILL = Fill(1, "gap_1", "gate", WINDOW, Phase.ENDED, None, "", "sweep", NOW, NOW, 0, 0, 0, 0, 0, 0, "")


def test_every_member_has_its_row_here() -> None:
    assert list(MEANINGS) == list(OUTCOME_TRAITS) == list(Outcome)
    assert list(TONES) == list(EVENT_TRAITS) == list(EventKind)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_means_the_same_everywhere(outcome: Outcome) -> None:
    meaning = MEANINGS[outcome]
    ended = FillRow(replace(FILL, outcome=outcome), "Gate", None)

    assert outcome.words == meaning.words
    assert outcome.counts_as_attempt == meaning.counts
    assert (outcome in ENDS_FILL) == meaning.ends_fill
    assert fill_needs_somebody(ended) == meaning.needs_somebody
    assert outcome_tone(outcome) == meaning.tone
    assert gap_mark(gap_row(-600, 0, outcome=outcome)) == meaning.mark


@pytest.mark.parametrize("outcome", Outcome)
def test_a_camera_is_left_alone_after_an_outcome_for_its_time(outcome: Outcome) -> None:
    before = CameraMemory("gate", set_aside_until=NOW, set_aside_why=Outcome.UNREACHABLE, set_aside_row="row 1")

    after = after_fill(before, CAMERA, outcome, now=NOW, random=Random(7))

    if MEANINGS[outcome].aside_s is None:
        assert after == before
    elif MEANINGS[outcome].aside_s == 0:
        assert after == CameraMemory("gate")
    else:
        assert after.set_aside_why is outcome
        wait = after.set_aside_until - NOW if after.set_aside_until else None
        assert (wait.total_seconds() if wait else FOREVER) == pytest.approx(MEANINGS[outcome].aside_s, rel=0.2)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_refused_login_of_a_camera_set_aside_needs_a_person(outcome: Outcome) -> None:
    aside = CameraRow("gate", "Gate", "generic", "recording", True, True, 1, 0, 0, 0, 600.0, None, outcome)
    worker = WorkerRow(WorkerState.RUNNING)
    snapshot = Snapshot(1, NOW, PROJECT, worker, (aside,), (), (), (), Totals(), 1)

    found = [problem.kind for problem in problems(snapshot)]

    assert found == ([ProblemKind.LOGIN_REFUSED] if MEANINGS[outcome].aside_s == FOREVER else [])


def test_every_outcome_is_a_reason_in_reports() -> None:
    assert set(REASONS) >= set(Outcome)


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_of_event_stands_out_on_the_screen_or_does_not(kind: EventKind) -> None:
    (column,) = (column for column in EVENT_COLUMNS if column.title == "what")
    event = Event(1, NOW, kind, "worker", None, None, "It happened.")

    (shown,) = column.cell(event, RenderContext(NOW, UTC, UNICODE), 20)

    assert shown.tone == TONES[kind]


def test_what_becomes_of_a_request_is_a_kind_of_event() -> None:
    assert {state.value for state in RequestState} - {RequestState.TAKEN} <= set(EventKind)
