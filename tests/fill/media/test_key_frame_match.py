from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames, place_of, shared_key_frames


def key_frames_of(digests: str, start_s: float = 0.0) -> list[KeyFrame]:
    return [KeyFrame(start_s + 2.0 * number, digest.encode()) for number, digest in enumerate(digests)]


def test_shared_key_frames_are_pairs_of_media_times() -> None:
    assert shared_key_frames(key_frames_of("abcd"), key_frames_of("xcdy", 100.0)) == ((4.0, 102.0), (6.0, 104.0))


def test_a_key_frame_that_stands_more_than_once_in_either_tells_nothing() -> None:
    assert shared_key_frames(key_frames_of("aabc"), key_frames_of("abcc")) == ((4.0, 2.0),)
    assert shared_key_frames(key_frames_of("ssss"), key_frames_of("ssss")) == ()
    assert place_of(KeyFrame(0.0, b"s"), key_frames_of("sas")) is None
    assert place_of(KeyFrame(0.0, b"a"), key_frames_of("sas")) == 2.0


@given(st.text("abcdefgh", max_size=12), st.text("abcdefgh", max_size=12))
def test_what_is_shared_is_the_same_from_either_side(fetched: str, recorded: str) -> None:
    one = shared_key_frames(key_frames_of(fetched), key_frames_of(recorded, 50.0))
    other = shared_key_frames(key_frames_of(recorded, 50.0), key_frames_of(fetched))
    assert sorted(one) == sorted((ours, theirs) for theirs, ours in other)
    assert all(fetched.count(fetched[int(at_s / 2)]) == 1 for at_s, _ in one)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_same_key_frames_are_found_in_another_container(
    make_part: Callable[..., Path], run_ffmpeg: Callable[..., str], tmp_path: Path, codec: str
) -> None:
    part = make_part(codec)
    stream = tmp_path / "recorded.ts"
    run_ffmpeg("-i", str(part), "-c", "copy", str(stream))
    shared = shared_key_frames(key_frames(part), key_frames(stream))
    assert [at_s for at_s, _ in shared] == pytest.approx([0, 2, 4, 6], abs=0.1)
    offsets = [recorded_s - at_s for at_s, recorded_s in shared]
    assert max(offsets) - min(offsets) < 0.01
