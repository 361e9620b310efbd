"""The diagnosis of a camera on the screen: asked for, followed, stopped, done again; and only looked at by guests."""

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from anr_tui.console.keys.actions import DIAGNOSIS_KEYS, MOVES
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.screens.diagnosis_screen import DiagnosisScreen, diagnosis_lines
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.camera.diagnosis import Diagnosis
from tests.console.site import NOW, RecordingView, console, grid, settled, until

ASKED = Request(7, RequestKind.DIAGNOSE, None, None, "ana@desk", NOW, RequestState.TAKEN, "", "front-gate")
LINES = (
    Check(CheckKind.PORT, CheckMark.GOOD, "192.0.2.11:554 accepted the connection in 3 ms.", at=NOW),
    Check(
        CheckKind.LOGIN,
        CheckMark.WARNING,
        "It accepted the login (Basic, realm 'IP Camera(12345)').",
        "Basic sends the password unencrypted: choose Digest in the camera, or use rtsps.",
        at=NOW,
    ),
    Check(
        CheckKind.CLOCK,
        CheckMark.FAILED,
        "Its clock is 60 min ahead: too much to correct, so fills ask for the wrong time.",
        "Set its clock by NTP, and its zone and summer time; then diagnose again.",
        at=NOW,
    ),
    Check(
        CheckKind.CARD,
        CheckMark.NOT_KNOWN,
        "This vendor's camera (hikvision) does not tell what its card holds; the test replay shows if it plays.",
        at=NOW,
    ),
)
WAITING = Check(CheckKind.REPLAY, CheckMark.WAITING, "A fill of this device runs: this waits for its turn.", at=NOW)
SKIPPED = Check(CheckKind.PICTURE, CheckMark.SKIPPED, "No picture came.", at=NOW)
RUNNING = Diagnosis("front-gate", "front gate", ASKED, (*LINES, WAITING), has_worker=True)
ENDED = replace(
    RUNNING,
    request=replace(ASKED, state=RequestState.DONE, reason="1 good, 1 failed.", ended_at=NOW - timedelta(minutes=1)),
    checks=(*LINES, replace(WAITING, mark=CheckMark.GOOD, seen="10.0 of 10 s came, at 38.2x real time."), SKIPPED),
)


def view_of(diagnosis: Diagnosis | None = None, **options: bool) -> RecordingView:
    return RecordingView(diagnoses={"front-gate": diagnosis} if diagnosis else {}, **options)


async def opened(pilot: Pilot[None]) -> DiagnosisScreen:
    await settled(pilot)
    await pilot.press("D")
    screen = pilot.app.screen
    assert isinstance(screen, DiagnosisScreen)
    await until(pilot, lambda: screen.diagnosis is not None)
    await settled(pilot)
    return screen


def text(app: ConsoleApp) -> str:
    return "\n".join(line.rstrip() for line in grid(app))


def test_no_key_means_two_things_there() -> None:
    keys = [key for action in (*DIAGNOSIS_KEYS, *MOVES) for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_d_asks_for_one_where_there_is_none_and_shows_its_lines_as_they_come() -> None:
    view = view_of()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await until(pilot, lambda: bool(view.of_cameras))
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")]
        view.diagnoses["front-gate"] = replace(RUNNING, checks=LINES[:1])
        await screen.read_once()
        await settled(pilot)
        assert "accepted the connection" in text(app) and "looking  (asked by ana@desk" in text(app)
        view.diagnoses["front-gate"] = RUNNING
        await screen.read_once()
        await settled(pilot)
        assert "failed     clock" in text(app) and "waiting    test replay" in text(app)
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")]


async def test_a_fresh_one_is_shown_and_not_done_again_unless_somebody_says_so() -> None:
    view = view_of(ENDED)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert view.of_cameras == []
        assert "38.2x" in text(app) and "done: 1 good, 1 failed." in text(app)
        for key in ("r", "D"):
            await pilot.press(key)
            await settled(pilot)
        assert view.of_cameras == [(RequestKind.DIAGNOSE, "front-gate")] * 2


async def test_an_old_one_is_done_again() -> None:
    assert ENDED.request is not None
    view = view_of(replace(ENDED, request=replace(ENDED.request, ended_at=NOW - timedelta(minutes=6))))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: bool(view.of_cameras))


async def test_c_stops_the_one_that_runs_and_esc_closes() -> None:
    view = view_of(RUNNING)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert view.of_cameras == [(RequestKind.CANCEL, "front-gate")]
        view.diagnoses["front-gate"] = ENDED
        await screen.read_once()
        await pilot.press("c")
        await settled(pilot)
        assert len(view.of_cameras) == 1 and "No diagnosis is running." in text(app)
        await pilot.press("escape")
        assert app.screen is app.main


@pytest.mark.parametrize("diagnosis", [None, ENDED], ids=["none yet", "an older one"])
async def test_a_guest_sees_the_last_one_and_starts_none(diagnosis: Diagnosis | None) -> None:
    view = view_of(diagnosis, is_read_only=True)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("r", "c")
        await settled(pilot)
        assert view.of_cameras == []
        assert "is read-only" in text(app) and "once more" not in text(app)
        assert ("38.2x" in text(app)) is (diagnosis is not None)


async def test_without_a_worker_it_says_so_and_asks_nothing() -> None:
    view = view_of(Diagnosis("front-gate", "front gate", None, (), has_worker=False))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "A diagnosis needs a worker" in text(app))
        assert view.of_cameras == []


async def test_what_cannot_be_read_is_said() -> None:
    view = view_of(ENDED)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        view.error = AnrError("The journal is locked.", "Try again.")
        await screen.read_once()
        await settled(pilot)
        assert "The journal is locked. Try again." in text(app)


async def test_the_camera_of_the_chosen_gap_is_the_one() -> None:
    app = console(view_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("j")
        screen = await opened(pilot)
        assert app.main.dashboard.gaps.row is not None
        assert screen.camera_id == app.main.dashboard.gaps.row.gap.camera_id != "front-gate"


def test_text_from_a_camera_is_harmless_and_wraps() -> None:
    hostile = replace(LINES[0], seen="\x1b[2J[red]" + "all very wide " * 30, hint="\x07 do this")
    lines = diagnosis_lines(replace(ENDED, checks=(hostile,)), 60)
    shown = ["".join(styled.text for styled in line.spans) for line in lines]
    assert len(shown) > 5 and all(len(line) <= 60 for line in shown)
    assert not any("\x1b" in line or "\x07" in line for line in shown)
    assert "[red]" in shown[0] and all(line.startswith(" " * 24) for line in shown[1:-1])
    assert shown[-1] == f"{'you can':>22}   do this"
