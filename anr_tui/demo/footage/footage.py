"""Footage that shows its wall-clock time in the picture, encoded by a real ffmpeg."""

import contextlib
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from anr_tui.demo.footage.picture import Picture, read_picture_time
from anr_tui.domain.errors import AnrError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anr_tui.domain.window import Window

__all__ = ["FRAMES_PER_SECOND", "SIZE", "Audio", "Codec", "make_footage", "read_picture_time"]

Audio = Literal["none", "pcma", "pcmu", "g726", "aac"]
Codec = Literal["h264", "hevc"]

FRAMES_PER_SECOND = 5
SIZE = (320, 180)

_VIDEO = {
    "h264": ["-c:v", "libx264", "-x264-params", "scenecut=0"],
    "hevc": ["-c:v", "libx265", "-x265-params", "scenecut=0:open-gop=0:log-level=none", "-tag:v", "hvc1"],
}
# MP4 cannot hold G.711 while its parent format (QuickTime) can; G.726 fits neither. Readers of MP4 read all three.
_AUDIO = {
    "none": ["-an", "-f", "mp4"],
    "pcma": ["-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1", "-f", "mov"],
    "pcmu": ["-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1", "-f", "mov"],
    "g726": ["-c:a", "g726", "-b:a", "32k", "-ar", "8000", "-ac", "1", "-f", "matroska"],
    "aac": ["-c:a", "aac", "-b:a", "32k", "-ar", "16000", "-ac", "1", "-f", "mp4"],
}


def make_footage(
    path: "Path",
    window: "Window",
    *,
    ffmpeg: str,
    fps: int = FRAMES_PER_SECOND,
    size: tuple[int, int] = SIZE,
    label: str = "",
    audio: Audio = "none",
    gop_s: float = 1.0,
    codec: Codec = "h264",
    b_frames: int = 0,
) -> None:
    """Encode the footage of `window` to `path`: the file appears complete, and its first frame shows `window.start`.

    `size` is (width, height) in pixels, `fps` the pictures a second. A key frame comes every `gop_s` seconds, with
    `b_frames` B-frames between the others; `label` stands in the picture. Blocks: call it in a thread. Raises
    ValueError for a window that does not start on a whole second, AnrError when ffmpeg cannot encode.
    """
    if window.start.microsecond:
        raise ValueError(f"footage starts on a whole second, not at {window.start}")
    part = path.with_name(f"{path.name}.part")
    command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostats", "-y"]
    command += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", str(fps)]
    command += ["-i", "pipe:0"]
    if audio != "none":
        command += ["-f", "lavfi", "-t", f"{window.seconds}", "-i", "sine=frequency=440:sample_rate=16000"]
    command += [*_VIDEO[codec], "-preset", "ultrafast", "-threads", "1"]
    command += [] if b_frames else ["-tune", "zerolatency"]
    command += ["-g", str(max(1, round(gop_s * fps))), "-bf", str(b_frames)]
    command += [*_AUDIO[audio], "-movflags", "+faststart", str(part)]
    frames = _frames(Picture(size, label), window, fps)
    try:
        _encode(command, frames)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def _frames(picture: Picture, window: "Window", fps: int) -> "Iterator[bytearray]":
    for index in range(round(window.seconds * fps)):
        yield picture.draw(window.start + timedelta(seconds=index / fps))


def _encode(command: list[str], frames: "Iterator[bytearray]") -> None:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if process.stdin is None or process.stderr is None:
            raise AssertionError("Popen was asked for both pipes")
        try:
            for frame in frames:
                process.stdin.write(frame)
            process.stdin.close()
        except BrokenPipeError:
            # ffmpeg has ended early: its own message is the better error.
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        messages = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise AnrError(f"ffmpeg could not make footage: {messages[-500:]}", "Is it built with libx264?")
