"""What holds fetching back: sessions of a device, bandwidth, the halt, the disk; and in which order gaps are filled."""

import asyncio
import time

import pytest

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.demo.camera.rtsp import Request
from anr_tui.domain.request import RequestKind
from anr_tui.fill import storage_check
from tests.engine import PATIENCE_S, EngineSite, ask, execute_on, until, worst_offset_s

FULL_SPEED = Pace(honours_rate_control=True)


def admitted(camera: SimulatedCamera) -> list[Request]:
    """The DESCRIBE requests with a login."""
    return [each for each in camera.requests if each.method == "DESCRIBE" and "authorization" in each.headers]


async def test_pieces_of_a_gap_run_side_by_side_where_the_device_takes_it(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=4)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        await site.sweep(anr_piece_s=10, anr_sessions_per_device=3)
        assert camera.sessions.peak == 3
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert len(site.recorded("gate")) == 3
    assert worst_offset_s(site, "gate") <= 1
    assert site.left_behind() == []


async def test_a_piece_that_ends_early_is_looked_into_while_the_next_is_still_fetched(site: EngineSite) -> None:
    card = site.card(site.window(0, 7), site.window(11, 40))
    async with site.camera(card=card, pace=Pace(factor=2), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep(anr_piece_s=6, anr_sessions_per_device=2)
    assert site.fills()[0]["outcome"] == "partly_filled"
    assert sum(site.recorded("gate").values()) == pytest.approx(8, abs=1)
    assert worst_offset_s(site, "gate") <= 1
    assert site.left_behind() == []


async def test_a_device_that_is_busy_for_a_second_session_is_given_one_and_that_is_remembered(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED, faults=Faults(max_sessions=1)) as camera:
        camera.hold(after_s=1)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        sweep = asyncio.create_task(site.sweep(anr_piece_s=10, anr_sessions_per_device=2, anr_stall_s=PATIENCE_S))
        # The second one has been refused, while the first one still plays.
        await camera.until(lambda camera: len(admitted(camera)) == 2 and camera.connections == 1)
        camera.release()
        await sweep
        assert site.gap("gap_1")["fill_state"] == "filled"
        site.add_gap("gap_2", "gate", site.window(26, 38))
        camera.requests.clear()
        camera.faults = Faults()
        camera.pace = Pace(factor=4)
        await site.sweep(anr_piece_s=6, anr_sessions_per_device=2)
        assert camera.sessions.peak == 1
    assert [row["sessions"] for row in execute_on(site.journal, "SELECT sessions FROM device_memory")] == [1]
    assert site.gap("gap_2")["fill_state"] == "filled"


async def test_a_halt_stops_all_reading_at_once_and_lets_it_go_on(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=2)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 30))
        async with site.working(anr_stall_s=1) as worker:
            await camera.played(2)
            await ask(site, RequestKind.HALT)
            job = worker.state.running["gap_1"]
            assert job.run is not None
            await asyncio.sleep(1.5)  # longer than the stall that would end a silent camera
            halted = job.run.progress.size_bytes
            await asyncio.sleep(1.5)
            assert job.run.progress.size_bytes == halted
            assert "gap_1" in worker.state.running
            await ask(site, RequestKind.GO_ON)
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
    assert worst_offset_s(site, "gate") <= 1


async def test_a_bandwidth_cap_holds(site: EngineSite) -> None:
    async with site.camera(card=site.card(size=(1280, 720)), pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        started = time.monotonic()
        await site.sweep(anr_bandwidth_per_camera="256k", anr_stall_s=1)
        took_s = time.monotonic() - started
    fill = site.fills()[0]
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert fill["size_bytes"] * 8 / took_s < 256_000 * 1.5, "what fits into one read passes before the brake holds"


@pytest.mark.parametrize(
    ("order", "first"), [("newest", "gap_late"), ("oldest", "gap_early"), ("deadline", "gap_soon")]
)
async def test_gaps_are_filled_in_the_order_that_is_set(site: EngineSite, order: str, first: str) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_camera("yard", camera.port, retention_hours=1)
        site.add_gap("gap_early", "gate", site.window(5, 10))
        site.add_gap("gap_soon", "yard", site.window(12, 17))
        site.add_gap("gap_late", "gate", site.window(20, 25))
        await site.sweep(anr_order=order)
    assert site.fills()[0]["gap_id"] == first


async def test_a_disk_that_runs_full_stops_all_fills_with_what_they_have(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 10 * storage_check.BYTES_PER_GB
    monkeypatch.setattr("anr_tui.sites.recordings.archive.free_bytes", lambda _: free)
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        async with site.working(heldar_min_free_disk_gb=1, anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: site.fetched_s() >= 4)
            free = 0
            await until(lambda: site.fills()[0]["outcome"])
            assert site.fills()[0]["outcome"] == "disk_full"
            assert site.gap("gap_1")["fill_attempts"] == 0
            assert sum(site.recorded("gate").values()) >= 4
            await ask(site, RequestKind.SWEEP)
            assert worker.state.running == {}
            camera.release()
            free = 10 * storage_check.BYTES_PER_GB
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")


async def test_footage_that_the_recorder_would_delete_at_once_is_not_fetched(site: EngineSite) -> None:
    async with site.camera() as camera:
        site.add_camera("gate", camera.port, storage_quota_bytes=1000)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        start, end = (moment.isoformat() for moment in (site.window(20, 30).start, site.window(20, 30).end))
        site.execute(
            "INSERT INTO segments (id, camera_id, path, start_time, end_time, duration_s, size_bytes, created_at) "
            "VALUES ('seg_1', 'gate', 'x.mp4', ?, ?, 10, 999, ?)",
            *(start, end, end),
        )
        # Its file is elsewhere, so the mark must say that these are the site's recordings.
        (site.recordings / ".anr-tui").touch()
        await site.sweep()
        assert camera.requests == []
    assert site.fills()[0]["outcome"] == "too_old"
    assert "quota" in site.fills()[0]["reason"]
    assert site.gap("gap_1")["fill_attempts"] == 0
