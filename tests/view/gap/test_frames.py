"""First, middle and last frame of files that a real ffmpeg wrote."""

import hashlib
import os
import resource
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import SiteError
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.recordings.layout import landed_path
from anr_tui.view.gap.frames import LARGE, SMALL, Frame, Most, read_frames

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
NAME = "20260613_120000.mp4"
RED_GREEN_BLUE = "color=red:size={0}:rate=5:d=2[a];color=green:size={0}:rate=5:d=2[b];color=blue:size={0}:rate=5:d=2[c]"


def landed(name: str = NAME) -> LandedRecord:
    window = Window(NOON, NOON + timedelta(seconds=6))
    return LandedRecord(name, window, window, 1, hashlib.sha256(b"").hexdigest(), "", "9.0", camera_id="gate")


async def frames_of(root: Path, file: LandedRecord, most: Most = SMALL) -> tuple[Frame, ...]:
    return await read_frames(landed_path(root, file.camera_id, file.name), file, most)


def record(root: Path, ffmpeg: str, *, size: str = "320x180", gop: int = 10) -> Path:
    """Six seconds at five frames a second: two of red, two of green, two of blue."""
    path = root / "gate" / NAME
    path.parent.mkdir()
    graph = f"{RED_GREEN_BLUE.format(size)};[a][b][c]concat=n=3"
    command = [ffmpeg, "-nostdin", "-v", "error", "-filter_complex", graph, "-c:v", "libx264", "-g", str(gop)]
    subprocess.run([*command, "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(path)], check=True)
    return path


def middle_of(frame: Frame) -> tuple[int, int, int]:
    at = 3 * (frame.height // 2 * frame.width + frame.width // 2)
    red, green, blue = frame.pixels[at : at + 3]
    return red, green, blue


@pytest.mark.parametrize("gop", [10, 1000], ids=["key frames often", "one key frame"])
async def test_the_three_frames_are_of_begin_middle_and_end(tmp_path: Path, ffmpeg: str, gop: int) -> None:
    record(tmp_path, ffmpeg, gop=gop)

    first, middle, last = await frames_of(tmp_path, landed())

    assert [frame.at for frame in (first, middle, last)] == [
        NOON,
        NOON + timedelta(seconds=3),
        NOON + timedelta(seconds=5.8),
    ]
    assert [max(range(3), key=middle_of(frame).__getitem__) for frame in (first, middle, last)] == [0, 1, 2]


@pytest.mark.parametrize("most", [SMALL, LARGE])
@pytest.mark.parametrize("size", ["320x180", "180x320", "704x576", "16x16"])
async def test_a_frame_keeps_its_shape_and_is_small(tmp_path: Path, ffmpeg: str, size: str, most: Most) -> None:
    record(tmp_path, ffmpeg, size=size)
    width, height = map(int, size.split("x"))

    for frame in await frames_of(tmp_path, landed(), most):
        assert frame.width <= most[0] and frame.height <= most[1]
        assert (frame.width, frame.height) == (width, height) or frame.width == most[0] or frame.height == most[1]
        assert len(frame.pixels) == 3 * frame.width * frame.height
        assert frame.width / frame.height == pytest.approx(width / height, rel=0.02)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 4096, b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", b"ffconcat version 1.0\n"]
)
async def test_what_is_no_recording_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / NAME).write_bytes(content)

    with pytest.raises(SiteError, match=rf"^{NAME} shows no picture: "):
        await frames_of(tmp_path, landed())


async def test_a_file_that_is_gone_or_a_link_is_not_opened(tmp_path: Path, ffmpeg: str) -> None:
    path = record(tmp_path, ffmpeg)
    path.rename(tmp_path / "elsewhere.mp4")
    with pytest.raises(SiteError, match="No such file"):
        await frames_of(tmp_path, landed())
    path.symlink_to(tmp_path / "elsewhere.mp4")
    with pytest.raises(SiteError, match="a link"):
        await frames_of(tmp_path, landed())
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SiteError, match="a device"):
        await frames_of(tmp_path, landed())


@pytest.mark.parametrize("name", ["../20260613_120000.mp4", "/etc/passwd", "x.mp4"])
async def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SiteError, match="no recording's name"):
        await frames_of(tmp_path, landed(name))


def record_huge(root: Path, ffmpeg: str) -> None:
    """A picture of 81 million pixels in a small file."""
    path = root / "gate" / NAME
    path.parent.mkdir()
    source = ["-f", "lavfi", "-i", "color=gray:size=9000x9000:rate=5:d=0.2"]
    command = [ffmpeg, "-nostdin", "-v", "error", *source, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(path)]
    subprocess.run(command, check=True)


async def test_pictures_larger_than_any_cameras_are_not_decoded_and_cost_this_process_nothing(
    tmp_path: Path, ffmpeg: str
) -> None:
    record_huge(tmp_path, ffmpeg)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(SiteError, match=r"shows no picture: it (shows pictures that are too large|cannot be read)"):
        await frames_of(tmp_path, landed())

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 50_000
