"""The diagnosis of a camera on the screen: asked for, followed, stopped, done again; and only looked at by guests."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.console.keys.actions import DIAGNOSIS_KEYS, MOVES
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.screens.diagnosis_screen import diagnosis_lines
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import RequestKind
from anr_tui.view.camera.diagnosis import Diagnosis
from tests.console.screens.diagnoses import CHECKS, ENDED_DIAGNOSIS, RUNNING_DIAGNOSIS, diagnosis_view, open_diagnosis
from tests.console.site import NOW, console, grid, settled, until


def text(app: ConsoleApp) -> str:
    return "\n".join(line.rstrip() for line in grid(app))


def test_no_key_means_two_things_there() -> None:
    keys = [key for action in (*DIAGNOSIS_KEYS, *MOVES) for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_d_asks_for_one_where_there_is_none_and_shows_its_lines_as_they_come() -> None:
    view = diagnosis_view()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_diagnosis(pilot)
        await until(pilot, lambda: bool(view.of_cameras))
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")]
        view.diagnoses["front-gate"] = replace(RUNNING_DIAGNOSIS, checks=CHECKS[:1])
        await screen.read_once()
        await settled(pilot)
        assert "accepted the connection" in text(app) and "looking  (asked by ana@desk" in text(app)
        view.diagnoses["front-gate"] = RUNNING_DIAGNOSIS
        await screen.read_once()
        await settled(pilot)
        assert "failed     clock" in text(app) and "waiting    test replay" in text(app)
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")]


async def test_a_fresh_one_is_shown_and_not_done_again_unless_somebody_says_so() -> None:
    view = diagnosis_view(ENDED_DIAGNOSIS)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_diagnosis(pilot)
        assert view.of_cameras == []
        assert "38.2x" in text(app) and "done: 1 good, 1 failed." in text(app)
        for key in ("r", "D"):
            await pilot.press(key)
            await settled(pilot)
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")] * 2


async def test_an_old_one_is_done_again() -> None:
    assert ENDED_DIAGNOSIS.request is not None
    view = diagnosis_view(
        replace(ENDED_DIAGNOSIS, request=replace(ENDED_DIAGNOSIS.request, ended_at=NOW - timedelta(minutes=6)))
    )
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_diagnosis(pilot)
        await until(pilot, lambda: bool(view.of_cameras))


async def test_c_stops_the_one_that_runs_and_esc_closes() -> None:
    view = diagnosis_view(RUNNING_DIAGNOSIS)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_diagnosis(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert view.of_cameras == [(RequestKind.CANCEL, "front-gate")]
        view.diagnoses["front-gate"] = ENDED_DIAGNOSIS
        await screen.read_once()
        await pilot.press("c")
        await settled(pilot)
        assert len(view.of_cameras) == 1 and "No diagnosis is running." in text(app)
        await pilot.press("escape")
        assert app.screen is app.main


@pytest.mark.parametrize("diagnosis", [None, ENDED_DIAGNOSIS], ids=["none yet", "an older one"])
async def test_a_guest_sees_the_last_one_and_starts_none(diagnosis: Diagnosis | None) -> None:
    view = diagnosis_view(diagnosis, is_read_only=True)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_diagnosis(pilot)
        await pilot.press("r", "c")
        await settled(pilot)
        assert view.of_cameras == []
        assert "read-only:" in text(app) and "once more" not in text(app)
        assert ("38.2x" in text(app)) is (diagnosis is not None)


async def test_without_a_worker_it_says_so_and_asks_nothing() -> None:
    view = diagnosis_view(Diagnosis("front-gate", "front gate", None, (), has_worker=False))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_diagnosis(pilot)
        await until(pilot, lambda: "A diagnosis needs a worker" in text(app))
        assert view.of_cameras == []


async def test_what_cannot_be_read_is_said() -> None:
    view = diagnosis_view(ENDED_DIAGNOSIS)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_diagnosis(pilot)
        view.error = AnrError("The journal is locked.", "Try again.")
        await screen.read_once()
        await settled(pilot)
        assert "The journal is locked. Try again." in text(app)


async def test_the_camera_of_the_chosen_gap_is_the_one() -> None:
    app = console(diagnosis_view())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j")
        screen = await open_diagnosis(pilot)
        assert app.main.dashboard.gaps.row is not None
        assert screen.camera_id == app.main.dashboard.gaps.row.gap.camera_id != "front-gate"


def test_text_from_a_camera_is_harmless_and_wraps() -> None:
    hostile = replace(CHECKS[0], seen="\x1b[2J[red]" + "all very wide " * 30, hint="\x07 do this")
    lines = diagnosis_lines(replace(ENDED_DIAGNOSIS, checks=(hostile,)), 60)
    shown = ["".join(styled.text for styled in line.spans) for line in lines]
    assert len(shown) > 5 and all(len(line) <= 60 for line in shown)
    assert not any("\x1b" in line or "\x07" in line for line in shown)
    assert "[red]" in shown[0] and all(line.startswith(" " * 24) for line in shown[1:-1])
    assert shown[-1] == f"{'you can':>22}   do this"
