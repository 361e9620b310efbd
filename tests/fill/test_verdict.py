"""What an ending means: who is blamed, and what counts."""

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.fill.ffmpeg.process import Ending
from anr_tui.fill.sources.rtsp import FetchResult, StopCause
from anr_tui.fill.verdict import judge_piece
from anr_tui.replay.relay.report import RelayReport

PLAYING = RelayReport(reached=True, status=200, method="PLAY", full_speed=True)


def judged(
    report: RelayReport, *, returncode: int = 0, got_s: float = 0.0, lines: tuple[str, ...] = ()
) -> Outcome | None:
    ending = Ending(returncode, was_stopped=False, was_killed=False, seconds=1.0)
    verdict = judge_piece(FetchResult(report, ending, StopCause.NONE, lines), got_s, 20.0)
    assert verdict is None or verdict.reason
    return verdict.outcome if verdict else None


@pytest.mark.parametrize("got_s", [0.0, 5.0])
def test_an_ffmpeg_that_somebody_killed_is_not_blamed_on_the_camera(got_s: float) -> None:
    outcome = judged(PLAYING, returncode=-9, got_s=got_s)
    assert outcome is Outcome.INTERRUPTED
    assert not outcome.counts_as_attempt


def test_a_connection_that_breaks_after_play_is_no_lack_of_footage() -> None:
    broken = RelayReport(reached=True, status=200, method="PLAY", full_speed=True, error="The connection broke.")
    assert judged(broken) is Outcome.UNREACHABLE


def test_a_camera_that_plays_nothing_has_no_footage() -> None:
    assert judged(PLAYING) is Outcome.NO_FOOTAGE


def test_a_full_disk_comes_before_everything_the_camera_did() -> None:
    lines = ("[error] av_interleaved_write_frame(): No space left on device",)
    assert judged(RelayReport(status=404), lines=lines) is Outcome.DISK_FULL


def test_all_of_it_within_the_tolerance_is_nothing_wrong() -> None:
    assert judged(PLAYING, got_s=18.5) is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (301, Outcome.NOT_UNDERSTOOD),
        (400, Outcome.NOT_UNDERSTOOD),
        (401, Outcome.LOGIN_REFUSED),
        (403, Outcome.LOGIN_REFUSED),
        (404, Outcome.NO_FOOTAGE),
        (415, Outcome.NOT_UNDERSTOOD),
        (453, Outcome.CAMERA_BUSY),
        (457, Outcome.NO_FOOTAGE),
        (461, Outcome.NOT_UNDERSTOOD),
        (503, Outcome.CAMERA_BUSY),
        (551, Outcome.NOT_UNDERSTOOD),
        (599, Outcome.NOT_UNDERSTOOD),
    ],
)
def test_each_status_has_its_outcome(status: int, outcome: Outcome) -> None:
    assert judged(RelayReport(reached=True, status=status, method="DESCRIBE")) is outcome
