"""A diagnosis in words and for programs: how far it is, and whether it failed."""

from dataclasses import replace

import pytest

from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.view.camera.diagnosis import Diagnosis, check_text, diagnosis_fields
from tests.builders import TAKEN_REQUEST
from tests.heldar_site import NOW

REQUEST = replace(TAKEN_REQUEST, kind=RequestKind.DIAGNOSE, gap_id=None, camera_id="gate", ended_at=None)
DONE = replace(REQUEST, state=RequestState.DONE, ended_at=NOW)
GOOD = Check(CheckKind.PORT, CheckMark.GOOD, "it answers", at=NOW)
FAILED = Check(CheckKind.LOGIN, CheckMark.FAILED, "it refused the login", "Check the password.", NOW)
LOOKING = Diagnosis("gate", "Front gate", REQUEST, (GOOD,), has_worker=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"request": None}, "never diagnosed"),
        ({"request": replace(REQUEST, state=RequestState.ASKED)}, "asked"),
        ({}, "looking"),
        ({"has_worker": False}, "asked, and no worker runs: it waits"),
        ({"request": replace(DONE, reason="")}, "done"),
        ({"request": replace(DONE, state=RequestState.REFUSED, reason="no such camera")}, "refused: no such camera"),
    ],
)
def test_it_says_how_far_it_is(changes, words: str) -> None:
    assert replace(LOOKING, **changes).words == words


@pytest.mark.parametrize(
    ("request_", "checks", "has_failed"),
    [
        (DONE, (GOOD,), False),
        (DONE, (GOOD, FAILED), True),
        (DONE, (replace(GOOD, mark=CheckMark.WARNING), replace(GOOD, mark=CheckMark.NOT_KNOWN)), False),
        (replace(DONE, state=RequestState.REFUSED), (GOOD,), True),
        (REQUEST, (GOOD,), True),
        (None, (), True),
    ],
    ids=["good", "one failed", "warnings only", "refused", "still looking", "never"],
)
def test_only_one_that_was_carried_out_without_a_failed_check_has_not_failed(request_, checks, has_failed) -> None:
    assert replace(LOOKING, request=request_, checks=checks).has_failed is has_failed


def test_what_to_do_stands_below_what_was_seen() -> None:
    first, second = check_text(FAILED).splitlines()

    assert first.split() == ["failed", "login", "it", "refused", "the", "login"]
    assert second.index("Check the password.") == first.index("it refused")


def test_without_a_hint_a_check_is_one_line_whatever_a_camera_says() -> None:
    assert check_text(replace(GOOD, seen="RTSP/1.0 200\x1b[2J")).count("\n") == 0
    assert "\x1b" not in check_text(replace(GOOD, seen="\x1b[2J"))


def test_a_program_is_told_of_a_camera_that_nobody_ever_diagnosed() -> None:
    fields = diagnosis_fields(replace(LOOKING, request=None, checks=()))

    assert (fields["state"], fields["asked_at"], fields["ended_at"], fields["checks"]) == (None, None, None, [])


def test_a_program_is_told_when_each_check_was_made() -> None:
    fields = diagnosis_fields(replace(LOOKING, checks=(GOOD, Check(CheckKind.CARD, CheckMark.WAITING, ""))))

    assert [check["at"] for check in fields["checks"]] == ["2026-06-13T12:00:00+00:00", None]
