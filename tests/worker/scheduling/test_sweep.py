"""Which gaps a sweep queues, and when it wants to come back. No worker runs."""

import logging
from datetime import timedelta

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.worker.scheduling.sweep import SWEEPER, sweep
from tests.heldar_site import NOW, HeldarSite
from tests.worker.parts import WorkerParts, worker_parts


async def test_a_sweep_queues_what_is_due_and_notes_when_it_looked(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    parts.add_gap("gap_2", "dock")
    parts.add_gap("gap_filled", fill_state="filled")
    parts.add_gap("gap_failed", fill_state="failed")

    assert await sweep(parts.context, parts.state, parts.port.enqueue) is None

    assert {job.gap.id: job.asked_by for job in parts.state.waiting.values()} == {"gap_1": SWEEPER, "gap_2": SWEEPER}
    assert parts.state.swept_at == NOW


async def test_what_waits_runs_or_is_left_alone_is_not_queued_again(parts: WorkerParts) -> None:
    for name in ("gap_waits", "gap_runs", "gap_rests", "gap_new"):
        parts.add_gap(name)
    await parts.wait("gap_waits")
    await parts.started("gap_runs")
    parts.state.leave_alone("gap_rests", 3600)

    await sweep(parts.context, parts.state, parts.port.enqueue)

    assert parts.port.asked == ["enqueue gap_new"]


async def test_gaps_of_a_camera_without_anr_are_left_to_people(parts: WorkerParts) -> None:
    parts.site.add_camera("yard", anr_enabled=0)
    parts.add_gap("gap_1", "yard")
    await sweep(parts.context, parts.state, parts.port.enqueue)
    assert parts.port.asked == []


async def test_the_policy_says_what_is_too_old_tried_too_often_or_not_settled(heldar_site: HeldarSite) -> None:
    heldar_site.execute("UPDATE cameras SET retention_hours = 1000")
    async with worker_parts(
        heldar_site, heldar_anr_max_gap_hours=6, heldar_anr_max_attempts=2, anr_settle_s=60
    ) as parts:
        parts.add_gap("gap_old", gap_start="2026-06-13T05:00:00Z", gap_end="2026-06-13T05:10:00Z")
        parts.add_gap("gap_tried", fill_attempts=2)
        parts.add_gap("gap_fresh", gap_end=format_stamp(NOW - timedelta(seconds=30)))
        parts.add_gap("gap_due")
        await sweep(parts.context, parts.state, parts.port.enqueue)
        assert parts.port.asked == ["enqueue gap_due"]


async def test_a_camera_that_is_set_aside_is_left_alone_until_its_time(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    parts.add_gap("gap_2", "dock")
    until = NOW + timedelta(seconds=90)
    row = (await parts.camera("gate")).updated_at
    await parts.context.journal.camera_memory.set_aside(CameraMemory("gate", None, until, Outcome.UNREACHABLE, row, 1))

    assert await sweep(parts.context, parts.state, parts.port.enqueue) == until

    assert parts.port.asked == ["enqueue gap_2"]


async def test_while_the_disk_has_no_room_nothing_is_queued(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    back_at = await sweep(parts.context, parts.state, parts.port.enqueue, disk_rest_s=60)
    assert back_at == NOW + timedelta(seconds=60)
    assert (parts.port.asked, parts.state.swept_at) == ([], None)


async def test_a_row_that_cannot_be_read_hides_no_other(parts: WorkerParts, caplog: pytest.LogCaptureFixture) -> None:
    parts.add_gap("gap_odd", gap_seconds="many")
    parts.add_gap("gap_1")
    with caplog.at_level(logging.WARNING):
        await sweep(parts.context, parts.state, parts.port.enqueue)
    assert parts.port.asked == ["enqueue gap_1"]
    assert "gap_odd" in caplog.text
