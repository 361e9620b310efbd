from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.fill.media import key_frame_match
from anr_tui.fill.media.frame_times import Frame
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames, place_of, shared_key_frames
from anr_tui.fill.media.verify import timed_packets


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


@pytest.mark.parametrize("suffix", ["mp4", "fragments.mp4", "ts", "mkv"])
@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize(("from_s", "until_s"), [(0.0, 3.0), (2.0, 5.0), (3.0, 4.0), (4.5, 100.0), (50.0, 60.0)])
def test_a_part_of_a_file_has_the_key_frames_of_the_whole_at_the_same_times(
    make_footage: Any,
    run_ffmpeg: Callable[..., str],
    tmp_path: Path,
    suffix: str,
    b_frames: int,
    from_s: float,
    until_s: float,
) -> None:
    path = tmp_path / f"recorded.{suffix}"
    options = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"] if suffix == "fragments.mp4" else []
    run_ffmpeg("-i", str(make_footage.path("h264", b_frames)), "-c", "copy", *options, str(path))
    whole = key_frames(path)
    part = key_frames(path, from_s=from_s, until_s=until_s)
    assert len(whole) == 4
    wanted = [frame for frame in whole if from_s <= frame.at_s < until_s]
    before = [frame for frame in whole if frame.at_s < from_s][-1:]
    assert set(before + wanted) <= set(part) <= set(whole)


@pytest.fixture
def read_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The decoding times of all frames that are read, in order."""
    read: list[float] = []

    def counted(container: Any, video: Any) -> Iterator[Any]:
        for packet, frame in timed_packets(container, video):
            read.append(frame.dts_s)
            yield packet, frame

    monkeypatch.setattr(key_frame_match, "timed_packets", counted)
    return read


@pytest.mark.parametrize("b_frames", [0, 2])
def test_of_a_file_with_an_index_only_key_frames_near_the_window_are_read(
    make_footage: Any, run_ffmpeg: Callable[..., str], tmp_path: Path, read_s: list[float], b_frames: int
) -> None:
    path = tmp_path / "recorded.mp4"
    run_ffmpeg("-i", str(make_footage.path("h264", b_frames)), "-c", "copy", str(path))
    found = key_frames(path, from_s=3.5, until_s=5.0)
    assert len(found) == len(read_s) == 2
    assert read_s == pytest.approx([2.0, 4.0], abs=0.1)


def test_of_a_file_without_an_index_no_more_than_the_window_is_read(
    make_footage: Any, run_ffmpeg: Callable[..., str], tmp_path: Path, read_s: list[float]
) -> None:
    path = tmp_path / "recorded.ts"
    run_ffmpeg("-i", str(make_footage.path()), "-c", "copy", str(path))
    first_s = key_frames(path)[0].at_s
    read_s.clear()
    key_frames(path, until_s=first_s + 3.0)
    assert read_s[-1] == pytest.approx(first_s + 3.04, abs=0.05)


def test_times_that_need_repair_are_those_of_the_whole_file(
    make_footage: Any, run_ffmpeg: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "recorded.mp4"
    wrong = "setts=ts='TS+eq(N,50)*3.2/TB'"
    run_ffmpeg("-i", str(make_footage.path()), "-c", "copy", "-bsf:v", wrong, str(path))
    whole = key_frames(path)
    assert [frame.at_s for frame in whole] == pytest.approx([0, 2, 4, 6], abs=0.1)
    assert key_frames(path, from_s=0.5, until_s=7.0) == whole


def test_one_wrong_stamp_beyond_the_end_does_not_end_the_reading() -> None:
    stamps_s = [0.0, 0.04, 900.0, 0.12, 0.16, 5.0, 5.04, 5.08]
    timed = [(None, Frame(at_s, at_s, 0.04, is_key=False)) for at_s in stamps_s]
    read = [frame.dts_s for _, frame in key_frame_match._until(5.0, iter(timed))]  # type: ignore[arg-type]
    assert read == [0.0, 0.04, 900.0, 0.12, 0.16, 5.0]
