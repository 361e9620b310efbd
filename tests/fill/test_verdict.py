"""What an ending means: who is blamed, and what counts."""

from dataclasses import replace

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.fill.ffmpeg.process import Ending
from anr_tui.fill.sources.interface import FetchResult, Refusal, StopCause
from anr_tui.fill.verdict import judge_piece
from anr_tui.replay.dialects.interface import CameraReply

PLAYING = FetchResult(
    Ending(0, was_stopped=False, was_killed=False, seconds=1.0), is_reached=True, has_agreed=True, full_speed=True
)


def judged(fetched: FetchResult, *, returncode: int = 0, got_s: float = 0.0) -> Outcome | None:
    ended = replace(fetched, ending=replace(fetched.ending, returncode=returncode))
    verdict = judge_piece(ended, got_s, 20.0)
    assert verdict is None or verdict.reason
    return verdict.outcome if verdict else None


def refused(outcome: Outcome) -> FetchResult:
    return FetchResult(PLAYING.ending, is_reached=True, refusal=Refusal(CameraReply("DESCRIBE", 599), outcome))


@pytest.mark.parametrize("got_s", [0.0, 5.0])
def test_an_ffmpeg_that_somebody_killed_is_not_blamed_on_the_camera(got_s: float) -> None:
    outcome = judged(PLAYING, returncode=-9, got_s=got_s)
    assert outcome is Outcome.INTERRUPTED
    assert not outcome.counts_as_attempt


def test_a_connection_that_breaks_after_play_is_no_lack_of_footage() -> None:
    assert judged(replace(PLAYING, error="The connection broke.")) is Outcome.UNREACHABLE


def test_a_camera_that_plays_nothing_has_no_footage() -> None:
    assert judged(PLAYING) is Outcome.NO_FOOTAGE


def test_a_full_disk_comes_before_everything_the_camera_did() -> None:
    lines = ("[error] av_interleaved_write_frame(): No space left on device",)
    assert judged(replace(refused(Outcome.NO_FOOTAGE), last_lines=lines)) is Outcome.DISK_FULL


@pytest.mark.parametrize("wanted_s", [0.5, 2.0])
def test_a_short_piece_of_which_nothing_came_is_no_success(wanted_s: float) -> None:
    verdict = judge_piece(refused(Outcome.CAMERA_BUSY), 0.0, wanted_s)
    assert verdict is not None
    assert verdict.outcome is Outcome.CAMERA_BUSY


def test_all_of_it_within_the_tolerance_is_nothing_wrong() -> None:
    assert judged(PLAYING, got_s=18.5) is None


@pytest.mark.parametrize("outcome", [Outcome.NO_FOOTAGE, Outcome.CAMERA_BUSY, Outcome.LOGIN_REFUSED])
def test_what_a_refusal_means_is_the_sources_to_say(outcome: Outcome) -> None:
    assert judged(refused(outcome)) is outcome


@pytest.mark.parametrize(
    ("fetched", "words"),
    [
        (replace(PLAYING, cause=StopCause.TOO_MUCH), "far more than footage of that length"),
        (replace(PLAYING, error="The camera floods us with messages."), "floods us with messages"),
    ],
)
@pytest.mark.parametrize("got_s", [0.0, 5.0])
def test_a_camera_that_floods_us_is_not_understood_and_that_counts(
    fetched: FetchResult, words: str, got_s: float
) -> None:
    verdict = judge_piece(replace(fetched, has_breached=True), got_s, 20.0)
    assert verdict is not None
    assert verdict.outcome is Outcome.NOT_UNDERSTOOD
    assert verdict.outcome.counts_as_attempt
    assert words in verdict.reason


def test_a_flood_after_all_of_it_is_nothing_wrong() -> None:
    assert judged(replace(PLAYING, has_breached=True), got_s=19.0) is None
