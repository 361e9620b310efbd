"""Footage carries the wall-clock time of every frame, through the encoder and back."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import av
import pytest

from anr_tui.demo.footage.footage import Codec, make_footage, read_picture_time
from anr_tui.demo.footage.picture import Picture
from anr_tui.domain.errors import AnrError
from tests.demo.conftest import NOON, span


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_every_frame_shows_its_own_time(tmp_path: Path, ffmpeg: str, codec: Codec) -> None:
    path = tmp_path / "footage.mp4"
    make_footage(path, span(3, 7), ffmpeg=ffmpeg, fps=10, label="Front gate", codec=codec)
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == codec
        shown = [(frame.time, read_picture_time(frame)) for frame in container.decode(video=0)]
    expected = [(index / 10, NOON + timedelta(seconds=3 + index / 10)) for index in range(40)]
    assert shown == expected


def test_a_key_frame_comes_every_second_and_the_file_appears_whole(tmp_path: Path, ffmpeg: str) -> None:
    path = tmp_path / "footage.mp4"
    make_footage(path, span(0, 5), ffmpeg=ffmpeg, audio="aac")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        assert container.streams.audio[0].codec_context.name == "aac"
    keys = [float(packet.pts * packet.time_base) for packet in packets if packet.is_keyframe]
    assert keys == [0, 1, 2, 3, 4]
    assert [found.name for found in tmp_path.iterdir()] == ["footage.mp4"]


def test_a_frame_without_a_time_code_is_refused() -> None:
    frame = av.VideoFrame(160, 90, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([120]) * plane.buffer_size)
    with pytest.raises(ValueError, match="no readable time code"):
        read_picture_time(frame)


@pytest.mark.parametrize("size", [(321, 180), (80, 90), (320, 60), (320, 181)])
def test_a_size_without_room_for_the_time_code_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a size"):
        Picture(size, "yard")


def test_what_ffmpeg_says_reaches_the_reader_when_it_cannot_encode(tmp_path: Path, ffmpeg: str) -> None:
    with pytest.raises(AnrError, match=r"could not make footage.*No such file"):
        make_footage(tmp_path / "missing" / "footage.mp4", span(0, 2), ffmpeg=ffmpeg)


def test_footage_that_starts_between_seconds_is_refused(tmp_path: Path, ffmpeg: str) -> None:
    with pytest.raises(ValueError, match="whole second"):
        make_footage(tmp_path / "footage.mp4", span(0.5, 2), ffmpeg=ffmpeg)


def test_a_dark_frame_has_no_time_code() -> None:
    frame = av.VideoFrame(160, 90, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([40]) * plane.buffer_size)
    with pytest.raises(ValueError, match="time code"):
        read_picture_time(frame)


@pytest.mark.parametrize("size", [(160, 90), (320, 180)])
def test_a_walker_leaves_the_time_readable_and_never_walks_the_same_way_twice(
    tmp_path: Path, ffmpeg: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "footage.mp4"
    make_footage(path, span(0, 20), ffmpeg=ffmpeg, size=size, fps=2, walks_from=span(0, 20).start)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert [read_picture_time(frame) for frame in frames] == [NOON + timedelta(seconds=at / 2) for at in range(40)]
    places = [walker_place(frame) for frame in frames]
    assert len(set(pairwise(places))) == 39


def walker_place(frame: av.VideoFrame) -> tuple[int, int]:
    """The middle of what is light beside the digits, in pixels."""
    plane = frame.planes[0]
    luma = bytes(plane)
    left, right, height = frame.width * 2 // 3, frame.width * 29 // 30, frame.height * 7 // 10
    light = [(x, y) for y in range(height) for x in range(left, right) if luma[y * plane.line_size + x] > 160]
    return sum(x for x, _ in light) // len(light), sum(y for _, y in light) // len(light)


@pytest.mark.parametrize(
    "options", [{"offsets_s": [1, 2]}, {"is_still": True, "b_frames": 2}, {"offsets_s": [0, 1], "audio": "aac"}]
)
def test_frames_that_cannot_be_timed_are_refused(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="times of their own"):
        make_footage(tmp_path / "footage.mp4", span(0, 4), ffmpeg="none", **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
