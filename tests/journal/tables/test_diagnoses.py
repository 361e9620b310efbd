"""Diagnoses in the journal: the newest one's lines, fenced as all that a worker writes, and who asked for what."""

from dataclasses import replace
from pathlib import Path

import pytest

from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.request import RequestKind
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.heldar_site import execute
from tests.journal.builders import NOW, claim

PORT = Check(CheckKind.PORT, CheckMark.RUNNING, "connecting")


async def test_a_line_is_noted_over_what_it_said_before(journal: Journal) -> None:
    lease = await claim(journal)
    assert lease is not None
    good = replace(PORT, mark=CheckMark.GOOD, seen="accepted the connection", hint="nothing", at=NOW)
    login = Check(CheckKind.LOGIN, CheckMark.WAITING, "a fill runs", at=NOW)
    for line in (PORT, login, good):
        await LeasedJournal(journal, lease).diagnoses.note_check(1, "gate", line, now=NOW)
    await LeasedJournal(journal, lease).diagnoses.note_check(2, "dock", PORT, now=NOW)
    assert await journal.diagnoses.checks(1) == [good, login]


async def test_the_newest_diagnosis_is_kept_and_the_one_before_goes(path: Path, journal: Journal) -> None:
    lease = await claim(journal)
    assert lease is not None
    await LeasedJournal(journal, lease).diagnoses.note_check(1, "gate", PORT, now=NOW)
    await LeasedJournal(journal, lease).diagnoses.note_check(2, "dock", PORT, now=NOW)
    await LeasedJournal(journal, lease).diagnoses.drop_checks("gate")
    await LeasedJournal(journal, lease).diagnoses.note_check(3, "gate", replace(PORT, seen="anew"), now=NOW)
    assert [check.seen for check in await journal.diagnoses.checks(3)] == ["anew"]
    assert [row["request_id"] for row in execute(path, "SELECT request_id FROM checks ORDER BY id")] == [2, 3]


async def test_a_worker_that_lost_the_site_notes_and_drops_nothing(journal: Journal) -> None:
    lost = await claim(journal)
    assert lost is not None
    await LeasedJournal(journal, lost).diagnoses.note_check(1, "gate", PORT, now=NOW)
    await claim(journal, is_dead=lambda _: True)
    await LeasedJournal(journal, lost).diagnoses.drop_checks("gate")
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, lost).diagnoses.note_check(1, "gate", replace(PORT, mark=CheckMark.GOOD), now=NOW)
    assert [check.mark for check in await journal.diagnoses.checks(1)] == [CheckMark.RUNNING]


async def test_two_cameras_are_two_requests_and_the_same_one_asked_for_twice_is_one(journal: Journal) -> None:
    asked = [
        await journal.requests.ask(RequestKind.DIAGNOSE, asked_by=who, now=NOW, camera_id=camera)
        for who, camera in (("anna@a", "gate"), ("ben@b", "dock"), ("ben@b", "gate"))
    ]
    assert asked[0] == asked[2] != asked[1]
    newest = await journal.diagnoses.newest_request("gate")
    assert newest is not None and (newest.id, newest.camera_id) == (asked[0], "gate")
    assert await journal.diagnoses.newest_request("roof") is None
    joined, dock, gate = await journal.events.newest(3)
    assert (gate.camera_id, "diagnose camera gate (request 1)" in gate.words) == ("gate", True)
    assert "diagnose camera dock" in dock.words and "as somebody has already" in joined.words
