"""Why a gap waits, and that a camera that is set aside holds back no other."""

from dataclasses import replace

import pytest

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import RequestState
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.view.queue.text import why_words
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.builders import FILL
from tests.view.queue.builders import ASIDE, HALT, POLICY, SOON, asked, clock, gap, ids, queue_of, waiting


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
