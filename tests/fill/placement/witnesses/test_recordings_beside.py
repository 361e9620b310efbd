"""The recorder's own key frames as a witness: read from its files, and found again in what a camera plays."""

from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.witnesses.recordings import longest_distance_s, matches, recorded_frames
from tests.engine import EngineSite
from tests.fill.archive import archive_of
from tests.fill.placement.clips import at, recorded, shown


def test_a_key_frame_that_stands_in_both_is_a_moment_of_the_footage() -> None:
    pairs = matches(shown([8, 12, 16], begins_s=8), recorded(4, 8, 12))

    assert pairs == (Anchor(at(8), 0), Anchor(at(12), 4))


@pytest.mark.parametrize(
    ("played", "beside"), [([8, 12], recorded(8, 8, 8, 12)), ([8, 8, 12], recorded(8, 12))], ids=["here", "there"]
)
def test_a_key_frame_that_stands_more_than_once_tells_nothing(played: list[float], beside) -> None:
    assert [pair.moment for pair in matches(shown(played, begins_s=8), beside)] == [at(12)]


def test_of_frames_in_another_order_those_stay_that_most_agree_with() -> None:
    """GIVEN what an earlier session left in front THEN the rest is not moved by it."""
    frames = (*shown([20], begins_s=20), *shown([8, 12, 16], begins_s=4))

    assert [pair.moment for pair in matches(frames, recorded(8, 12, 16, 20))] == [at(8), at(12), at(16)]


def test_the_longest_distance_of_key_frames_is_known_or_it_is_not() -> None:
    assert longest_distance_s(recorded(4, 8)) == 4
    assert longest_distance_s(()) == 0


def test_key_frames_are_read_from_the_recordings_of_a_window(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    site = EngineSite(tmp_path, ffmpeg.path)
    site.add_camera("gate", 554)
    first, second = site.record("gate", site.card(), site.window(0, 10), site.window(20, 30))
    archive = archive_of(first.path.parent)

    frames = recorded_frames(archive, "gate", site.window(5, 24))
    assert [round((frame.at - site.began).total_seconds()) for frame in frames] == [*range(5, 10), *range(20, 24)]
    assert len({frame.digest for frame in frames}) == len(frames)
    assert recorded_frames(archive, "gate", site.window(5, 24), left_out={second.path.name}) == frames[:5]

    first.path.write_bytes(b"rubbish")
    assert recorded_frames(archive, "gate", site.window(5, 24)) == frames[5:], "a file that cannot be read says nothing"
