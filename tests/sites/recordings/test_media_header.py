import subprocess

import pytest

from anr_tui.fill.ffmpeg.program import find_ffmpeg
from anr_tui.sites.recordings.media_header import media_format, media_length_s


@pytest.mark.parametrize("movflags", ["+faststart", "+frag_keyframe+empty_moov"])
def test_the_length_of_a_recording_is_that_of_its_video(tmp_path, movflags):
    path = tmp_path / "20260613_120000.mp4"
    command = [find_ffmpeg("ffmpeg"), "-nostdin", "-v", "error"]
    command += ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=3", "-f", "lavfi", "-i", "sine=duration=5"]
    subprocess.run([*command, "-movflags", movflags, str(path)], check=True)
    assert media_length_s(path) == pytest.approx(3.0, abs=0.04)


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"\0\0\0\x18ftypisom\0\0\2\0isom\0\0\0\x08mdat"])
def test_what_cannot_be_read_has_no_length(tmp_path, content):
    path = tmp_path / "20260613_120000.mp4"
    path.write_bytes(content)
    assert media_length_s(path) is None


def test_a_missing_file_has_no_length(tmp_path):
    assert media_length_s(tmp_path / "gone.mp4") is None


def test_a_name_in_a_file_that_is_no_text_breaks_nothing(tmp_path):
    path = tmp_path / "20260613_120000.mp4"
    command = [find_ffmpeg("ffmpeg"), "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=duration=3"]
    subprocess.run([*command, "-movflags", "+frag_keyframe+empty_moov", str(path)], check=True)
    named = path.read_bytes()
    path.write_bytes(named.replace(b"VideoHandler", b"\xd6\xffdeoHandler"))
    assert path.read_bytes() != named
    assert media_length_s(path) == pytest.approx(3.0, abs=0.04)
    assert media_format(path) == ("h264", 320, 240)
