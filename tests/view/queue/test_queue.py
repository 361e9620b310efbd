"""What waits, in which order, and why."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.fill_policy import FillPolicy, Order, WaitReason
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.window import Window
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.open_site import open_site
from anr_tui.view.queue.queue import MOST_SHOWN, QueueCache
from anr_tui.view.queue.text import cap_of, why_words
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.snapshot.snapshot import Cap, Queue, WorkerState
from tests.builders import CAMERA, FILL
from tests.heldar_site import NOW, HeldarSite
from tests.sites.heldar.builders import (
    FIVE_MINUTE_GAPS,
    MAX_AGE,
    RETENTION_H,
    SETTLE,
    FiveMinuteGap,
    add_five_minute_gap,
)

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


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(FIVE_MINUTE_GAPS, max_size=40, unique_by=lambda row: row.id),
    order=st.sampled_from(["newest", "oldest", "deadline"]),
    card_hours=st.sampled_from([0, 2]),
    left_out=st.sampled_from([(), ("gate",), ("dock-0100", "gate-0200")]),
)
def test_the_order_is_the_one_in_which_a_sweep_takes_them(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[FiveMinuteGap],
    order: Order,
    card_hours: int,
    left_out: tuple[str, ...],
) -> None:
    found, taken = asyncio.run(seen_and_taken(tmp_path_factory.mktemp("site"), rows, order, card_hours, left_out))
    assert found == taken


async def seen_and_taken(
    root: Path, rows: Sequence[FiveMinuteGap], order: Order, card_hours: int, left_out: Sequence[str]
) -> tuple[list[str], list[str]]:
    """What waits for the next sweep as it is shown, and what that sweep takes."""
    site = HeldarSite(root)
    for camera_id in ("yard", "off"):
        site.add_camera(camera_id, anr_enabled=camera_id != "off")
    for camera_id, hours in RETENTION_H.items():
        site.execute("UPDATE cameras SET retention_hours = ? WHERE id = ?", hours, camera_id)
    for row in rows:
        add_five_minute_gap(site, row)
    database = await open_site(site.settings())
    try:
        cameras, gaps = (await database.cameras.all()).good, (await database.gaps.all()).good
        policy = FillPolicy(order, card_hours, int(MAX_AGE.total_seconds() // 3600), 3, SETTLE.total_seconds())
        found = await database.gaps.due(policy, NOW, left_out_gaps=left_out, left_out_cameras=left_out, most=1000)
    finally:
        await database.close()
    aside = {name: CameraMemory(name, set_aside_why=Outcome.CAMERA_BUSY, set_aside_row=STAMP) for name in left_out}
    held = {name: QueueEntry(name, WaitReason.LEFT_ALONE, None, SOON) for name in left_out}
    what = Waiting(cameras, gaps, (), (), held, aside, policy, RUNNING)
    shown = [row for row in queue_of(what).rows if row.why is WaitReason.SWEEP]
    return [row.gap.id for row in shown], [gap.id for gap in found.good]


def test_what_people_asked_for_comes_first_then_what_the_worker_has_then_what_a_sweep_will_take() -> None:
    gaps = [gap(f"gap_{number}", 30 + number) for number in range(6)]
    entries = {
        "gap_4": QueueEntry("gap_4", WaitReason.CAMERA, asked=7.0),
        "gap_5": QueueEntry("gap_5", WaitReason.CAMERA, asked=-1.0),
        "gap_3": QueueEntry("gap_3", WaitReason.CAMERA),
    }
    requests = (asked("gap_4", 7), asked("gap_5", 9), asked("gap_2", 11, RequestState.ASKED))
    queue = queue_of(waiting(*gaps, entries=entries, requests=requests))
    assert ids(queue) == ["gap_5", "gap_4", "gap_2", "gap_3", "gap_0", "gap_1"]
    assert [row.place for row in queue.rows] == [1, 2, 3, 4, 5, 6]
    assert [row.asked_by for row in queue.rows][:4] == ["anna@nvr-07"] * 3 + [""]


def test_what_runs_is_filled_or_unknown_does_not_wait() -> None:
    done = replace(gap("gap_2"), fill_state=FillState.FILLED)
    entries = {"gap_1": QueueEntry("gap_1", WaitReason.CAMERA), "gap_9": QueueEntry("gap_9", WaitReason.CAMERA)}
    what = waiting(gap("gap_1"), done, entries=entries, running=(FILL,), requests=(asked("gap_2"),))
    assert queue_of(what) == Queue()


def test_only_the_first_are_shown_and_the_others_counted() -> None:
    gaps = [gap(f"gap_{number:03}", 30 + number, length_s=30) for number in range(MOST_SHOWN + 50)]
    queue = queue_of(waiting(*gaps, running=(replace(FILL, gap_id="gap_000"),)))
    assert ids(queue) == [f"gap_{number:03}" for number in range(1, MOST_SHOWN + 1)]
    assert (queue.more, queue.total) == (49, 249)


def clock(moment: object) -> str:
    return f"{moment:%H:%M:%S}"


ASIDE = CameraMemory("gate", None, SOON, Outcome.UNREACHABLE, CAMERA.updated_at)
HALT = Cap(rate=0, until=SOON)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "for the sweep at 12:04:00"),
        ({"worker_state": WorkerState.NONE}, "no worker runs"),
        ({"worker_state": WorkerState.LOST, "requests": (asked("gap_1"),)}, "no worker runs"),
        ({"worker_state": WorkerState.PAUSED}, "the sweep is paused"),
        ({"worker_state": WorkerState.HALTED}, "all fetching is halted"),
        ({"cap": HALT}, "halted by ANR_BANDWIDTH until 12:04:00"),
        ({"is_disk_low": True}, "the disk has no room"),
        ({"requests": (asked("gap_1", 1, RequestState.ASKED),)}, "asked, not taken yet"),
        ({"memories": {"gate": ASIDE}}, "camera set aside until 12:04:00: unreachable"),
        ({"memories": {"gate": replace(ASIDE, set_aside_until=None)}}, "camera set aside: unreachable"),
        ({"memories": {"gate": replace(ASIDE, set_aside_row="changed")}}, "for the sweep at 12:04:00"),
        ({"policy": replace(POLICY, settle_s=1800)}, "settles until 12:01:00"),
        ({"entries": {"gap_1": QueueEntry("gap_1", WaitReason.FILLS)}}, "all 4 fills run (ANR_MAX_FILLS)"),
        ({"entries": {"gap_1": QueueEntry("gap_1", WaitReason.TURN)}}, "is next"),
        ({"entries": {"gap_1": QueueEntry("gap_1", WaitReason.ENDING)}}, "the worker is ending, and starts no more"),
        ({"entries": {"gap_1": QueueEntry("gap_1", WaitReason.DEVICE)}}, "its device pauses"),
        ({"entries": {"gap_1": QueueEntry("gap_1", WaitReason.LEFT_ALONE, None, SOON)}}, "not tried until 12:04:00"),
        (
            {"entries": {"gap_1": QueueEntry("gap_1", WaitReason.DEVICE)}, "running": (replace(FILL, gap_id="gap_9"),)},
            "its device is busy with fill 3",
        ),
        (
            {"entries": {"gap_1": QueueEntry("gap_1", WaitReason.CAMERA)}, "running": (replace(FILL, gap_id="gap_9"),)},
            "its camera is busy with fill 3",
        ),
        (
            {"entries": {"gap_1": QueueEntry("gap_1", WaitReason.BANDWIDTH)}, "cap": HALT},
            "halted by ANR_BANDWIDTH until 12:04:00",
        ),
    ],
)  # fmt: skip
def test_it_says_why_a_gap_waits(changes: dict[str, object], words: str) -> None:
    (row,) = queue_of(waiting(gap("gap_1"), **changes)).rows
    assert why_words(row, clock) == words


def test_a_camera_that_is_set_aside_holds_back_no_other_and_comes_last() -> None:
    gaps = [gap("gap_1", 20), gap("gap_2", 30, "dock"), gap("gap_3", 0.2, "dock", 10)]
    queue = queue_of(waiting(*gaps, memories={"gate": ASIDE}))
    assert ids(queue) == ["gap_2", "gap_3", "gap_1"]
    assert [row.why for row in queue.rows] == [WaitReason.SWEEP, WaitReason.SETTLES, WaitReason.SET_ASIDE]


def test_gaps_leave_the_queue_as_they_become_too_old_though_nothing_else_changes() -> None:
    shelf, what = QueueCache(), waiting(gap("gap_1", 60 * 24 - 0.5), gap("gap_2", 10))
    assert ids(shelf.queue(what, NOW)) == ["gap_2", "gap_1"]
    assert ids(shelf.queue(what, NOW + timedelta(seconds=31))) == ["gap_2"]
    assert shelf.queue(what, NOW + timedelta(minutes=6)).total == 1


def test_caps_go_by_the_timetables_of_the_worker() -> None:
    policy = FillPolicy(bandwidth="08:00 2M, 19:00 halt", bandwidth_per_camera="500k")
    cap = cap_of(policy, NOW)
    assert cap == Cap(2_000_000, NOW.replace(hour=19), 500_000, None)
    assert not cap.is_closed
    assert cap_of(policy, NOW.replace(hour=23)) == Cap(0, NOW.replace(day=14, hour=8), 500_000, None)
