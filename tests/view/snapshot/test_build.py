from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.secret import Secret
from anr_tui.journal.tables.rows import CameraMemory, WorkerRecord, set_aside
from anr_tui.view.snapshot.build import GapSums, camera_rows, fill_rows, gap_sums, stuck_cameras, totals, worker_row
from anr_tui.view.snapshot.gap_rows import GapContext
from anr_tui.view.snapshot.snapshot import Totals, WorkerRow, WorkerState
from tests.builders import CAMERA, FILL, FILL_WINDOW, SOON, WORKER_RECORD
from tests.heldar_site import NOW


def gap(gap_id: str, state: FillState = FillState.PENDING, camera_id: str = "gate") -> RecordingGap:
    return RecordingGap(gap_id, camera_id, FILL_WINDOW, 600, state, 0, None, None)


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (None, WorkerState.NONE),
        (WORKER_RECORD, WorkerState.RUNNING),
        (replace(WORKER_RECORD, paused=True), WorkerState.PAUSED),
        (replace(WORKER_RECORD, ended_at=NOW, lease_expires_at=None), WorkerState.NONE),
        (replace(WORKER_RECORD, seen_at=NOW - timedelta(seconds=10)), WorkerState.RUNNING),
        (replace(WORKER_RECORD, seen_at=NOW - timedelta(seconds=11)), WorkerState.LOST),
        (replace(WORKER_RECORD, seen_at=NOW + timedelta(hours=1)), WorkerState.LOST),
        (replace(WORKER_RECORD, seen_at=NOW - timedelta(seconds=11), paused=True), WorkerState.LOST),
        (replace(WORKER_RECORD, lease_expires_at=None), WorkerState.LOST),
    ],
)
def test_a_workers_state_is_what_its_heartbeat_says(record: WorkerRecord | None, state: WorkerState) -> None:
    row = worker_row(record, NOW)
    assert row.state is state
    assert row.next_sweep_at == (SOON if state in (WorkerState.RUNNING, WorkerState.PAUSED) else None)
    if state is WorkerState.NONE:
        assert row == WorkerRow(WorkerState.NONE)
    else:
        assert (row.user, row.host, row.pid, row.version) == ("anna", "nvr-07", 4711, "0.1.0")
        assert row.lifetime is Lifetime.SERVICE


def test_a_heartbeat_alone_is_no_news() -> None:
    assert worker_row(replace(WORKER_RECORD, seen_at=NOW - timedelta(seconds=2)), NOW) == worker_row(WORKER_RECORD, NOW)


def test_a_camera_counts_its_own_gaps_and_only_what_is_missing_as_missing() -> None:
    states = [FillState.PENDING, FillState.PENDING, FillState.FAILED, FillState.FILLED]
    gaps = [gap(f"gap_{number}", state) for number, state in enumerate(states)] + [gap("gap_9", camera_id="dock")]
    gate, yard = camera_rows([CAMERA, replace(CAMERA, id="yard")], gap_sums(gaps), [FILL], {}, {})
    assert (gate.pending, gate.failed, gate.filled, gate.filling, gate.missing_s) == (2, 1, 1, 1, 1800)
    assert (yard.pending, yard.failed, yard.filled, yard.filling, yard.missing_s) == (0, 0, 0, 0, 0)
    assert (gate.id, gate.name, gate.vendor, gate.state) == ("gate", "Front gate", "hikvision", "recording")
    assert gate.has_replay


def test_a_camera_without_address_and_template_has_no_replay() -> None:
    (row,) = camera_rows([replace(CAMERA, address=None)], GapSums(), [], {}, {})
    assert not row.has_replay


@pytest.mark.parametrize(
    ("memory", "why", "until"),
    [
        (CameraMemory("gate", None, SOON, Outcome.UNREACHABLE, "row 1"), "unreachable", SOON),
        (CameraMemory("gate", None, None, Outcome.LOGIN_REFUSED, "row 1"), "login refused", None),
        (CameraMemory("gate", None, NOW, Outcome.UNREACHABLE, "row 1"), "", None),
        (CameraMemory("gate", None, None, Outcome.LOGIN_REFUSED, "row 0"), "", None),
        (CameraMemory("gate", None, SOON, None, "row 1"), "", None),
    ],
    ids=["for a while", "until its row changes", "over", "its row changed", "not at all"],
)
def test_a_camera_set_aside_says_why_and_until_when(memory: CameraMemory, why: str, until: datetime | None) -> None:
    memories = {"gate": memory}
    (row,) = camera_rows([CAMERA], GapSums(), [], memories, set_aside([CAMERA], memories, NOW))
    assert (row.set_aside_words, row.next_try_at) == (why, until)


def test_a_camera_that_plays_another_time_says_which_what_showed_it_and_when() -> None:
    memory = CameraMemory("gate", shift_s=-37.0, shift_shown_by="its pictures", shift_found_at=NOW)
    (row,) = camera_rows([CAMERA], GapSums(), [], {"gate": memory}, {})
    assert (row.shift_s, row.shift_shown_by, row.shift_found_at) == (-37.0, "its pictures", NOW)
    assert row.shift_words == memory.shift_words
    (row,) = camera_rows([CAMERA], GapSums(), [], {}, {})
    assert (row.shift_s, row.shift_shown_by, row.shift_found_at, row.shift_words) == (0.0, "", None, "")


def test_a_gap_shows_its_fill_and_its_cameras_name_or_id() -> None:
    ended = replace(FILL, gap_id="gap_2", outcome=Outcome.UNREACHABLE)
    gaps = [gap("gap_1"), gap("gap_2"), gap("gap_3", FillState.FILLED, "gone")]
    around = GapContext({"gate": "Front gate"}, {"gap_2": ended}, {"gap_1": FILL})
    first, second, third = map(around.row, gaps)
    assert [row.id for row in (first, second, third)] == ["gap_1", "gap_2", "gap_3"]
    assert (first.is_filling, second.is_filling, third.is_filling) == (True, False, False)
    assert (first.camera_name, third.camera_name) == ("Front gate", "gone")
    assert (first.is_missing, third.is_missing) == (True, False)


def test_a_fill_says_how_long_it_still_takes_where_it_can() -> None:
    unknown = replace(FILL, speed=0.0)
    over = replace(FILL, got_s=700.0)
    ended = replace(FILL, outcome=Outcome.FILLED)
    rows = fill_rows([FILL, unknown, over, ended], {"gate": "Front gate"}, {})
    assert [row.left_s for row in rows] == [15.0, None, 0.0, None]
    assert [row.share for row in rows] == [0.25, 0.25, 1.0, 0.25]
    assert [row.is_running for row in rows] == [True, True, True, False]
    assert fill_rows([replace(FILL, wanted_s=0.0)], {}, {})[0].share == 0.0


def test_the_totals_add_up() -> None:
    assert totals(GapSums()) == Totals()
    gaps = [gap("a"), gap("b", FillState.FAILED), gap("c", FillState.FILLED)]
    assert totals(gap_sums(gaps)) == Totals(gaps=3, pending=1, failed=1, filled=1, missing_s=1200)


def test_a_fill_that_has_just_begun_is_reckoned_by_its_cameras_usual_speed() -> None:
    begun = replace(FILL, speed=0.0, got_s=0.0, wanted_s=600.0)
    (row,) = fill_rows([begun], {}, {FILL.camera_id: CameraMemory(FILL.camera_id, speed=20.0)})
    assert row.left_s == 30.0


@pytest.mark.parametrize(
    ("changes", "device"),
    [
        ({}, "192.0.2.11:554"),
        (
            {"address": None, "replay_url_template": Secret("rtsp://u:p4ss@[2001:db8::1]/{start}")},
            "[2001:db8::1]:554",
        ),
        ({"address": None}, ""),
        ({"replay_url_template": Secret("gopher://u:p4ss@host/{start}")}, ""),
    ],
    ids=["address", "template", "nothing", "refused"],
)
def test_a_camera_has_its_device_without_a_login_and_its_measured_speed(changes, device) -> None:
    memories = {"gate": CameraMemory("gate", speed=21.5)}
    (row,) = camera_rows([replace(CAMERA, **changes)], GapSums(), [], memories, {})
    assert (row.device, row.speed) == (device, 21.5)
    assert "p4ss" not in repr(row)


@pytest.mark.parametrize(
    ("camera", "memory", "why"),
    [
        (CAMERA, None, ""),
        (replace(CAMERA, anr_enabled=False), None, "ANR off"),
        (replace(CAMERA, address=None), None, "no replay URL"),
        (CAMERA, CameraMemory("gate", None, None, Outcome.LOGIN_REFUSED, "row 1"), "camera set aside: login refused"),
        (CAMERA, CameraMemory("gate", None, None, Outcome.LOGIN_REFUSED, "row 0"), ""),
        (CAMERA, CameraMemory("gate", None, SOON, Outcome.UNREACHABLE, "row 1"), ""),
    ],
)
def test_a_camera_whose_gaps_no_sweep_will_take_says_why(camera: Camera, memory: CameraMemory | None, why: str) -> None:
    memories = {"gate": memory} if memory else {}
    assert stuck_cameras([camera], set_aside([camera], memories, NOW)) == ({"gate": why} if why else {})
