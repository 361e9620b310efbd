"""A diagnosis that runs, one that ended, a site that has it, and the way to its screen."""

from dataclasses import replace
from datetime import timedelta

from textual.pilot import Pilot

from anr_tui.console.screens.diagnosis_screen import DiagnosisScreen
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.camera.diagnosis import Diagnosis
from tests.console.site import NOW, RecordingView, settled, until

DIAGNOSIS_REQUEST = Request(7, RequestKind.DIAGNOSE, None, None, "ana@desk", NOW, RequestState.TAKEN, "", "front-gate")
CHECKS = (
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
WAITING_CHECK = Check(
    CheckKind.REPLAY, CheckMark.WAITING, "A fill of this device runs: this waits for its turn.", at=NOW
)
SKIPPED_CHECK = Check(CheckKind.PICTURE, CheckMark.SKIPPED, "No picture came.", at=NOW)
RUNNING_DIAGNOSIS = Diagnosis("front-gate", "front gate", DIAGNOSIS_REQUEST, (*CHECKS, WAITING_CHECK), has_worker=True)
ENDED_DIAGNOSIS = replace(
    RUNNING_DIAGNOSIS,
    request=replace(
        DIAGNOSIS_REQUEST, state=RequestState.DONE, reason="1 good, 1 failed.", ended_at=NOW - timedelta(minutes=1)
    ),
    checks=(
        *CHECKS,
        replace(WAITING_CHECK, mark=CheckMark.GOOD, seen="10.0 of 10 s came, at 38.2x real time."),
        SKIPPED_CHECK,
    ),
)


def diagnosis_view(diagnosis: Diagnosis | None = None, **options: bool) -> RecordingView:
    """The site where the camera of the first row has this diagnosis, or none."""
    return RecordingView(diagnoses={"front-gate": diagnosis} if diagnosis else {}, **options)


async def open_diagnosis(pilot: Pilot[None]) -> DiagnosisScreen:
    """From the main screen to the diagnosis, once it is there."""
    await settled(pilot)
    await pilot.press("D")
    screen = pilot.app.screen
    assert isinstance(screen, DiagnosisScreen)
    await until(pilot, lambda: screen.diagnosis is not None)
    await settled(pilot)
    return screen
