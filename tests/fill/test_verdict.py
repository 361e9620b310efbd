"""What an ending means: who is blamed, and what counts."""

from dataclasses import replace

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.fill.ffmpeg.process import Ending
from anr_tui.fill.sources.interface import FetchResult, Refusal
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


@pytest.mark.parametrize(
    "line",
    [
        "[error] av_interleaved_write_frame(): Input/output error",
        "[error] Error closing file /recordings/gate/20260613_120000.5f3a91c2.mp4.part: Input/output error",
        "[error] /proc/4711/fd/12: Permission denied",
        "[out#0/mp4 @ 0x55ed15947440] [error] Error submitting a packet to the muxer: Stale file handle",
        "[out#0/mp4 @ 0x55ed1594] [error] Could not write header (incorrect codec parameters ?): Input/output error",
        "[out#0/mp4 @ 0x564cd0b21440] [fatal] Error opening output /recordings/x.mp4.part: No such file or directory",
    ],
)
@pytest.mark.parametrize("got_s", [0.0, 5.0, 20.0])
def test_an_output_that_cannot_be_written_is_no_fault_of_the_camera_s(line: str, got_s: float) -> None:
    assert judged(replace(PLAYING, last_lines=("[info] Stream mapping:", line)), got_s=got_s) is Outcome.LOCAL_ERROR


@pytest.mark.parametrize(
    "line",
    [
        "[error] rtsp://127.0.0.1:4711/token: Input/output error",
        "[error] av_interleaved_write_frame(): Invalid argument",
        "[info]   title           : av_interleaved_write_frame(): Input/output error",
        "[info]   title           : No space left on device",
    ],
)
def test_what_the_camera_sent_or_how_it_calls_itself_is_no_fault_of_the_disk(line: str) -> None:
    assert judged(replace(PLAYING, last_lines=(line,))) is Outcome.NO_FOOTAGE


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
        (PLAYING, "what no working camera sends"),
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
