"""What is still to be fetched: not what has landed, and not what nobody will fetch."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window, merged
from anr_tui.view.reports.backlog import Backlog, LeftOut, Task, make_backlog
from anr_tui.view.snapshot.snapshot import CameraRow
from tests.view.reports.forecast_builders import GATE, NOW, policy
from tests.view.rows import gap_row, window

# What is to be fetched.


def test_the_backlog_is_what_has_not_landed() -> None:
    rows = [gap_row(0, 100), gap_row(50, 150)]
    backlog = make_backlog([GATE], rows, {"gate": [window(90, 120)]}, policy(), NOW)
    assert backlog == Backlog((Task("gate", "192.0.2.1:554", 2, 120.0),), {})


def test_a_fill_that_runs_says_itself_what_it_still_wants() -> None:
    row = gap_row(0, 600, is_filling=True)
    assert row.fill is not None
    row = replace(row, fill=replace(row.fill, wanted_s=500.0, got_s=450.0))
    assert make_backlog([GATE], [row], {"gate": [window(0, 300)]}, policy(), NOW).seconds == 50


@pytest.mark.parametrize(
    ("camera", "changes", "why"),
    [
        (GATE, {"fill_state": FillState.FAILED}, LeftOut.FAILED),
        (GATE, {"fill_attempts": 3}, LeftOut.FAILED),
        (replace(GATE, anr_enabled=False), {}, LeftOut.ANR_OFF),
        (replace(GATE, has_replay=False), {}, LeftOut.NO_REPLAY),
        (replace(GATE, id="dock"), {}, LeftOut.NO_REPLAY),
        (replace(GATE, set_aside_why=Outcome.LOGIN_REFUSED), {}, LeftOut.SET_ASIDE),
        (replace(GATE, retention_hours=0), {}, LeftOut.TOO_OLD),
        (GATE, {"window": Window(NOW - timedelta(hours=25), NOW)}, LeftOut.TOO_OLD),
    ],
)
def test_what_nobody_will_fetch_is_left_out_and_said(
    camera: CameraRow, changes: dict[str, object], why: LeftOut
) -> None:
    row = gap_row(0, 100)
    row = replace(row, gap=replace(row.gap, **changes))  # type: ignore[arg-type]  # fields of many types
    assert make_backlog([camera], [row], {}, policy(), NOW) == Backlog((), {why: row.window.seconds})


def test_a_camera_set_aside_for_a_while_and_a_gap_asked_for_are_in_it() -> None:
    soon = replace(GATE, set_aside_why=Outcome.UNREACHABLE, next_try_at=NOW)
    assert make_backlog([soon], [gap_row(0, 100)], {}, policy(), NOW).seconds == 100
    asked = replace(gap_row(0, 100), asked_by="anna@nvr-07")
    assert make_backlog([replace(GATE, anr_enabled=False)], [asked], {}, policy(), NOW).seconds == 100


spans = st.tuples(st.integers(0, 2000), st.integers(1, 300))


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_a_second_is_to_be_fetched_once_however_many_gaps_hold_it(
    gaps: list[tuple[int, int]], landed: list[tuple[int, int]]
) -> None:
    rows = [gap_row(start, start + length) for start, length in gaps]
    held = merged(window(start, start + length) for start, length in landed)
    wanted = {second for start, length in gaps for second in range(start, start + length)}
    there = {second for start, length in landed for second in range(start, start + length)}

    assert make_backlog([GATE], rows, {"gate": held}, policy(), NOW).seconds == len(wanted - there)


@given(st.lists(st.sampled_from(["gate", "dock", "gone"]), max_size=6), st.sampled_from(FillState))
def test_a_gap_that_is_missing_is_either_to_be_fetched_or_left_out(cameras: list[str], state: FillState) -> None:
    known = [GATE, replace(GATE, id="dock", anr_enabled=False)]
    rows = [gap_row(100 * place, 100 * place + 50, camera=camera, state=state) for place, camera in enumerate(cameras)]

    backlog = make_backlog(known, rows, {}, policy(), NOW)

    assert backlog.seconds + sum(backlog.left_out.values()) == sum(row.window.seconds for row in rows if row.is_missing)


def test_cameras_of_a_device_that_nobody_knows_do_not_wait_for_one_another() -> None:
    cameras = [replace(GATE, id=name, device="") for name in ("gate", "dock")]
    rows = [gap_row(0, 60, camera=name) for name in ("gate", "dock")]

    assert len({task.device for task in make_backlog(cameras, rows, {}, policy(), NOW).tasks}) == 2


def test_every_reason_to_leave_a_gap_out_has_words_of_its_own() -> None:
    assert len({why.words for why in LeftOut}) == len(LeftOut)
