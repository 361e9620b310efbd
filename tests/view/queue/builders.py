"""Gaps that wait, what else the queue is made from, and the queue of it."""

from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.view.queue.queue import QueueCache
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.snapshot.snapshot import Cap, Queue, WorkerState
from tests.builders import CAMERA
from tests.heldar_site import NOW

SOON = NOW + timedelta(minutes=4)
RUNNING = WorkerState.RUNNING
STAMP = "2026-06-01T08:00:00.123456789+00:00"
POLICY = FillPolicy(settle_s=30, max_age_hours=24)
DOCK = replace(CAMERA, id="dock", name="Dock", address="192.0.2.12")


def gap(gap_id: str, minutes_ago: float = 30, camera: str = "gate", length_s: float = 60) -> RecordingGap:
    start = NOW - timedelta(minutes=minutes_ago)
    window = Window(start, start + timedelta(seconds=length_s))
    return RecordingGap(gap_id, camera, window, int(length_s), FillState.PENDING, 0, None, None)


def asked(gap_id: str, number: int = 1, state: RequestState = RequestState.TAKEN) -> Request:
    return Request(number, RequestKind.FILL, gap_id, None, "anna@nvr-07", NOW, state, "")


def waiting(*gaps: RecordingGap, **changes: object) -> Waiting:
    base = Waiting((CAMERA, DOCK), gaps, (), (), {}, {}, POLICY, RUNNING, SOON)
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields a test changes are of many types


def queue_of(what: Waiting) -> Queue:
    return QueueCache().queue(what, NOW)


def ids(queue: Queue) -> list[str]:
    return [row.gap.id for row in queue.rows]


def clock(moment: object) -> str:
    return f"{moment:%H:%M:%S}"


ASIDE = CameraMemory("gate", None, SOON, Outcome.UNREACHABLE, CAMERA.updated_at)
HALT = Cap(rate=0, until=SOON)
