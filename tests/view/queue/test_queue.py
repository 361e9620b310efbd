"""What waits, in which order, and why."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy, Order, WaitReason
from anr_tui.domain.request import RequestState
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.sites.open_site import open_site
from anr_tui.view.queue.queue import MOST_SHOWN, QueueCache
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.snapshot.snapshot import Queue
from tests.builders import FILL
from tests.heldar_site import NOW, HeldarSite
from tests.sites.heldar.builders import (
    FIVE_MINUTE_GAPS,
    MAX_AGE,
    RETENTION_H,
    SETTLE,
    FiveMinuteGap,
    add_five_minute_gap,
)
from tests.view.queue.builders import RUNNING, SOON, STAMP, asked, gap, ids, queue_of, waiting


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


def test_gaps_leave_the_queue_as_they_become_too_old_though_nothing_else_changes() -> None:
    shelf, what = QueueCache(), waiting(gap("gap_1", 60 * 24 - 0.5), gap("gap_2", 10))
    assert ids(shelf.queue(what, NOW)) == ["gap_2", "gap_1"]
    assert ids(shelf.queue(what, NOW + timedelta(seconds=31))) == ["gap_2"]
    assert shelf.queue(what, NOW + timedelta(minutes=6)).total == 1
