"""What is read of an MP4 file's boxes is what the library would say, and of any other file nothing is said."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.sites.recordings.media_header import opened_length_s
from anr_tui.sites.recordings.mp4_length import plain_length_s

VIDEO = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=5")
SOUND = ("-f", "lavfi", "-i", "sine=duration=5.3")
H264 = ("-c:v", "libx264", "-g", "10")
PLAIN = {
    "index behind": (*VIDEO, *H264),
    "index in front": (*VIDEO, *H264, "-movflags", "+faststart"),
    "no picture depends on a later one": (*VIDEO, *H264, "-bf", "0", "-video_track_timescale", "90000"),
    "H.265": (*VIDEO, "-c:v", "libx265", "-x265-params", "log-level=none"),
    "pictures left out": (*VIDEO, "-vf", "select='not(mod(n,3))'", "-fps_mode", "vfr", *H264),
}
OTHER = {
    "fragments": (*VIDEO, *H264, "-movflags", "+frag_keyframe+empty_moov"),
    "fragments after an index": (*VIDEO, *H264, "-movflags", "+frag_keyframe"),
    # Left to itself, ffmpeg 5 fills the time before the first picture with copies of it.
    "begins late": ("-itsoffset", "1.5", *VIDEO, "-fps_mode", "passthrough", *H264),
    "with sound": (*VIDEO, *SOUND, *H264, "-c:a", "aac"),
    "only sound": (*SOUND, "-c:a", "aac"),
    "Matroska": (*VIDEO, *H264, "-f", "matroska"),
}


@pytest.fixture(scope="module")
def shapes(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("shapes")
    paths = {name: directory / f"{name}.mp4" for name in (*PLAIN, *OTHER)}
    for name, arguments in (PLAIN | OTHER).items():
        subprocess.run([ffmpeg, "-nostdin", "-v", "error", *arguments, str(paths[name])], check=True)
    whole = paths["index in front"]
    paths["cut out"] = directory / "cut out.mp4"
    window = ("-ss", "1.13", "-i", str(whole), "-t", "2.7", "-c", "copy")
    subprocess.run([ffmpeg, "-nostdin", "-v", "error", *window, str(paths["cut out"])], check=True)
    return paths


@pytest.mark.parametrize("name", [*PLAIN, "cut out"])
def test_a_plain_file_is_as_long_as_the_library_says(shapes: dict[str, Path], name: str) -> None:
    length_s = plain_length_s(shapes[name])
    assert length_s is not None
    assert length_s == opened_length_s(shapes[name])


@pytest.mark.parametrize("name", OTHER)
def test_nothing_is_said_of_another_shape(shapes: dict[str, Path], name: str) -> None:
    assert plain_length_s(shapes[name]) is None


@pytest.mark.parametrize("name", PLAIN)
def test_nothing_is_said_of_a_file_that_was_cut_or_goes_on(shapes: dict[str, Path], name: str, tmp_path: Path) -> None:
    whole, path = shapes[name].read_bytes(), tmp_path / "cut.mp4"
    for size in (0, 1, 7, 8, 40, len(whole) // 3, len(whole) // 2, len(whole) - 8, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert plain_length_s(path) is None
    path.write_bytes(whole + b"\0")
    assert plain_length_s(path) is None


def test_nothing_is_said_of_media_that_lies_past_the_end(shapes: dict[str, Path], tmp_path: Path) -> None:
    """GIVEN an index whose last piece lies elsewhere WHEN the boxes are whole THEN the library is to judge."""
    whole = bytearray(shapes["no picture depends on a later one"].read_bytes())
    chunks = whole.index(b"stco") + 8
    last = chunks + 4 * int.from_bytes(whole[chunks : chunks + 4], "big")
    whole[last : last + 4] = len(whole).to_bytes(4, "big")
    path = tmp_path / "elsewhere.mp4"
    path.write_bytes(whole)
    assert plain_length_s(path) is None


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(list(PLAIN)), where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_of_a_damaged_index_nothing_is_said_but_what_the_library_says(
    shapes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, name: str, where: float, byte: int
) -> None:
    whole = bytearray(shapes[name].read_bytes())
    begin = whole.index(b"moov") - 4
    length = int.from_bytes(whole[begin : begin + 4], "big")
    whole[begin + int(where * length)] = byte
    path = tmp_path_factory.getbasetemp() / "damaged.mp4"
    path.write_bytes(whole)
    length_s = plain_length_s(path)
    assert length_s is None or length_s == opened_length_s(path)
