"""Whether all of the footage can have come in a fetch that was ended by its length."""

from dataclasses import replace

import pytest

from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.judging.enough import extra_s, is_end_missing
from anr_tui.fill.placement.judging.judge import Evidence
from anr_tui.fill.placement.placed import FetchedMedia
from tests.fill.placement.paced_camera import PacedCamera

GAP = (30, 110)


def cut_off(evidence: Evidence, at_s: float) -> Evidence:
    """What came up to a media time."""
    (run,) = evidence.media.runs
    media = replace(evidence.media, runs=(replace(run, end_s=min(run.end_s, at_s)),))
    return replace(evidence, media=media, frames=tuple(frame for frame in evidence.frames if frame.at_s < at_s))


def behind_stale(evidence: Evidence, seconds: float) -> Evidence:
    """The same after so many seconds of an earlier session."""
    (run,) = evidence.media.runs
    runs = (replace(run, end_s=run.end_s + seconds),)
    frames = [KeyFrame(float(second), f"stale {second}".encode()) for second in range(int(seconds))]
    later = [replace(frame, at_s=frame.at_s + seconds) for frame in evidence.frames]
    media = FetchedMedia(evidence.media.window, evidence.media.part, runs, is_in_order=False)
    return replace(evidence, media=media, frames=(*frames, *later))


def test_what_shows_both_sides_is_enough() -> None:
    whole = PacedCamera(pace=1.3).evidence(GAP, 1, 2)
    assert (extra_s(whole), is_end_missing(whole)) == (0, False)


@pytest.mark.parametrize("pace", [1.1, 1.3, 2.0])
def test_a_camera_whose_stamps_run_fast_needs_as_much_more(pace: float) -> None:
    evidence = cut_off(PacedCamera(pace=pace).evidence(GAP, 1, 2), 84)
    assert 83 * pace <= 83 + extra_s(evidence) <= 83 * pace + 3


def test_a_known_or_told_pace_needs_no_key_frames() -> None:
    evidence = replace(cut_off(PacedCamera(pace=1.3).evidence(GAP, 1, 2), 84), frames=(), known_rate=1 / 1.3)
    assert extra_s(evidence) >= 83 * 0.3
    assert extra_s(replace(evidence, known_rate=None, told_rate=0.5)) >= 83


@pytest.mark.parametrize("seconds", [3, 20])
def test_what_an_earlier_session_left_needs_as_much_more(seconds: int) -> None:
    evidence = cut_off(behind_stale(PacedCamera().evidence(GAP, 1, 2), seconds), 84)
    assert seconds <= extra_s(evidence) <= seconds + 3


def test_an_end_that_is_missing_without_a_reason_is_known() -> None:
    irregular = cut_off(PacedCamera(gop_s=40, pace=1.5).evidence((81, 110), 1, 12), 45)
    assert (extra_s(irregular), is_end_missing(irregular)) == (0, True)
