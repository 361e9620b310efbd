"""What each answer of a camera comes to in its diagnosis: mark, sentence, and what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anr_tui.domain.diagnosis import CheckMark
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.sample_replay import SampleReplay
from anr_tui.fill.verdict import Verdict
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.replay.relay.describe_probe import ProbeReply, offered
from anr_tui.replay.relay.report import RelayReport
from anr_tui.replay.rtsp.auth import Challenge
from anr_tui.worker.diagnosis.verdicts import (
    clock_hint_s,
    judge_card,
    judge_clock,
    judge_login,
    judge_picture,
    judge_port,
    judge_replay,
    marks_ahead_s,
)

START = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
ASKED = Window(START, START + timedelta(seconds=10))
DAY = Window(START - timedelta(hours=20), START + timedelta(hours=4))
DIGEST = Challenge("digest", {"realm": "yard\x1b[2J", "nonce": "1"})
OK = RelayReport(reached=True, status=200, method="DESCRIBE")
PLAYED = SampleReplay(10.0, 0.25, True, 0.4, was_cut=False, verdict=None)
UNCALIBRATED = CameraMemory("gate")
LOCAL = CameraMemory("gate", shift_s=7200.0, shift_shown_by="its pictures", shift_found_at=START)
WHICH = "asked for 2026-06-13 12:00:00Z"


@pytest.mark.parametrize(("took_s", "mark"), [(0.003, "good"), (1.2, "warning")])
def test_port(took_s: float, mark: str) -> None:
    assert judge_port("192.0.2.11:554", took_s).mark.value == mark


@pytest.mark.parametrize(
    ("answers", "mark", "words"),
    [
        (ProbeReply(OK, DIGEST), "good", "Digest MD5, realm 'yard[2J'"),
        (ProbeReply(replace(OK, status=453), DIGEST), "good", "It accepted the login"),
        (ProbeReply(replace(OK, status=401), DIGEST, is_refused=True), "failed", "refused"),
        (ProbeReply(replace(OK, status=401)), "failed", "none is set"),
        (ProbeReply(replace(OK, status=403), DIGEST), "failed", "forbids"),
        (ProbeReply(replace(OK, status=404)), "not_known", "404"),
        (ProbeReply(RelayReport(reached=True, error="It went away.")), "failed", "It went away."),
    ],
)
def test_login(answers: ProbeReply, mark: str, words: str) -> None:
    line = judge_login(answers)
    assert (line.mark.value, words in line.seen) == (mark, True), line
    assert line.seen.isprintable() and bool(line.hint) is (mark == "failed")


@pytest.mark.parametrize(
    ("skew_s", "mark", "words"),
    [
        (None, "not_known", "no date"),
        (-0.5, "good", "right"),
        (-3601.0, "failed", "60 min behind"),
        (89.6, "warning", "90 s ahead"),
        (9 * 3600.0, "failed", "9.0 h ahead"),
    ],
)
def test_clock(skew_s: float | None, mark: str, words: str) -> None:
    line = judge_clock(replace(OK, clock_skew_s=skew_s), UNCALIBRATED)
    assert (line.mark.value, words in line.seen) == (mark, True), line


@pytest.mark.parametrize(
    ("skew_s", "words"),
    [(None, "no date"), (-0.5, "Its clock is right (+0 s)."), (-3601.0, "Its clock is 60 min behind.")],
)
def test_a_camera_whose_times_are_known_is_no_failure_whatever_its_clock(skew_s: float | None, words: str) -> None:
    line = judge_clock(replace(OK, clock_skew_s=skew_s), LOCAL)
    known = "It plays 2h 00m later than asked, shown by its pictures, found 2026-06-13 12:00:00Z; fills allow for that."
    assert line.mark is CheckMark.WARNING
    assert words in line.seen and line.seen.endswith(known)


@pytest.mark.parametrize(
    ("skew_s", "shift_s", "ahead_s"),
    [
        (None, 0.0, 0),
        (1.4, 0.0, 0),
        (70.0, 0.0, None),
        (70.0, -70.0, 70),
        (7200.0, 0.0, None),
        (-0.5, 7200.0, 0.0),
        (3599.5, -3600.0, 3600.0),
        (None, 7200.0, 0.0),
    ],
)
def test_absolute_times_are_off_by_the_clock_and_never_by_a_zone(
    skew_s: float | None, shift_s: float, ahead_s: float | None
) -> None:
    """Where nothing explains a clock that is off, they show nothing."""
    assert marks_ahead_s(replace(OK, clock_skew_s=skew_s), shift_s) == ahead_s


@pytest.mark.parametrize(
    ("status", "skew_s", "hint_s"),
    [
        (404, -70.5, -70),
        (457, 3599.5, 3600),
        (404, -90_000.0, -90_000),
        (404, 1.0, 0),
        (404, None, 0),
        (200, 70.0, 0),
        (453, 70.0, 0),
        (400, 70.0, 0),
    ],
)
def test_a_clock_is_a_hint_where_to_look_and_only_where_nothing_is_found_otherwise(
    status: int, skew_s: float | None, hint_s: int
) -> None:
    answers = ProbeReply(replace(OK, status=status, clock_skew_s=skew_s), DIGEST)
    assert clock_hint_s(answers) == hint_s


@pytest.mark.parametrize(
    ("status", "offers", "mark", "words"),
    [
        (200, DAY, "good", "24.0 h"),
        (200, None, "not_known", "(generic) does not tell"),
        (200, Window(DAY.start, START), "failed", "is not in it"),
        (404, None, "failed", "has nothing of"),
        (457, None, "failed", "has nothing of"),
        (453, None, "not_known", "busy"),
        (400, None, "not_known", "400"),
    ],
)
def test_card(status: int, offers: Window | None, mark: str, words: str) -> None:
    line = judge_card(ProbeReply(replace(OK, status=status), DIGEST, offers=offers), ASKED, "generic")
    assert (line.mark.value, words in line.seen) == (mark, True), line


BUSY = Verdict(Outcome.CAMERA_BUSY, "The camera answered SETUP with 453. It is asked again soon.")


@pytest.mark.parametrize(
    ("trial", "mark", "words"),
    [
        (PLAYED, "good", "10.0 of 10 s came, at 40.0x real time"),
        (replace(PLAYED, took_s=25.0), "warning", "at 0.4x real time"),
        (replace(PLAYED, got_s=4.0, took_s=30.0, was_cut=True), "warning", "4.0 of 10 s came, at 0.1x"),
        (replace(PLAYED, got_s=0.0, was_cut=True, verdict=Verdict(Outcome.STOPPED, "x")), "failed", "Nothing came"),
        (replace(PLAYED, got_s=0.0, verdict=BUSY), "failed", "The camera answered SETUP with 453. Asked for"),
        (replace(PLAYED, got_s=3.0, verdict=Verdict(Outcome.PARTLY_FILLED, "Cut off.")), "warning", "Cut off."),
    ],
)
def test_replay(trial: SampleReplay, mark: str, words: str) -> None:
    line = judge_replay(trial, 10.0, WHICH)
    assert (line.mark.value, words in line.seen) == (mark, True), line
    assert bool(line.hint) is (line.mark is not CheckMark.GOOD)


@pytest.mark.parametrize(
    ("offset_s", "mark", "words"),
    [
        (-1.9, "good", "asked for"),
        (None, "not_known", "Neither"),
        (3600.0, "failed", "60 min later"),
        (-25.0, "failed", "25 s earlier"),
    ],
)
def test_picture(offset_s: float | None, mark: str, words: str) -> None:
    line = judge_picture(replace(PLAYED, offset_s=offset_s), UNCALIBRATED)
    assert (line.mark.value, words in line.seen) == (mark, True), line


def test_pictures_of_a_camera_that_was_asked_by_its_clock_say_so() -> None:
    words = "It had nothing there, and was asked by its clock, 60 min earlier."
    for offset_s in (0.2, None):
        assert words in judge_picture(replace(PLAYED, offset_s=offset_s), UNCALIBRATED, by_clock_s=-3600).seen


def test_pictures_of_another_time_are_what_a_fill_finds_out() -> None:
    line = judge_picture(replace(PLAYED, offset_s=25.0), UNCALIBRATED)
    assert line.seen.endswith("A fill finds that out where the recorder has pictures beside the gap.")


def test_pictures_of_another_time_in_spite_of_a_calibration_say_that_it_no_longer_fits() -> None:
    line = judge_picture(replace(PLAYED, offset_s=3600.0), LOCAL)
    assert line.mark is CheckMark.FAILED
    assert "60 min later" in line.seen and "no longer fits" in line.seen


@pytest.mark.parametrize(
    ("description", "window"),
    [
        ("v=0\r\na=range:clock=20260613T120000Z-20260613T120010Z\r\n", ASKED),
        ("a=range:CLOCK=20260613T120000.25Z-20260613T120010.5Z", ASKED),
        ("a=range:npt=0-600.000", None),
        ("a=range:clock=20260613T120000Z-", None),
        ("a=range:clock=20260613T120010Z-20260613T120000Z", None),
        ("a=range:clock=20261313T120000Z-20261313T120010Z", None),
    ],
)
def test_what_a_description_offers(description: str, window: Window | None) -> None:
    assert offered(description) == window
