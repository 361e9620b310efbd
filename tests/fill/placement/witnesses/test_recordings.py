"""The key frames of the recordings beside a piece."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.placement.witnesses.recordings import longest_distance_s, recorded_frames
from tests.fill.archive import archive_of

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


@pytest.fixture
def yard(tmp_path: Path, make_footage: Any, run_ffmpeg: Callable[..., str]) -> Path:
    """A camera's directory: 8 s from noon on, with a key frame every 2 s, and the same bits again from 12:00:10 on."""
    directory = tmp_path / "yard"
    directory.mkdir()
    for second in (0, 10):
        path = directory / f"20260613_1200{second:02}.mp4"
        run_ffmpeg("-i", str(make_footage.path()), "-c", "copy", str(path))
    return directory


def span(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


@pytest.mark.parametrize(
    ("window", "seconds"),
    [
        (span(-60, 60), [0, 2, 4, 6, 10, 12, 14, 16]),
        (span(3, 13), [4, 6, 10, 12]),
        (span(4, 6), [4]),
        (span(4.5, 5.5), []),
        (span(8, 10), []),
    ],
)
def test_they_stand_at_their_moments_as_far_as_they_lie_in_the_window(
    yard: Path, window: Window, seconds: list[int]
) -> None:
    found = recorded_frames(archive_of(yard), "yard", window)
    digests = {frame.at_s: frame.digest for frame in key_frames(yard / "20260613_120000.mp4")}
    assert [(frame.at, frame.digest) for frame in found] == [
        (NOON + timedelta(seconds=second), digests[second % 10]) for second in seconds
    ]


def test_their_distance_is_known_although_the_one_before_lies_outside_the_window(yard: Path) -> None:
    found = recorded_frames(archive_of(yard), "yard", span(4, 5))
    assert longest_distance_s(found) == 2.0


def test_a_file_that_cannot_be_read_or_is_left_out_says_nothing(yard: Path) -> None:
    (yard / "20260613_120005.mp4").write_bytes(b"no media")
    found = recorded_frames(archive_of(yard), "yard", span(-60, 60), left_out={"20260613_120000.mp4"})
    assert [(frame.at - NOON).total_seconds() for frame in found] == [10, 12, 14, 16]
