"""Footage that shows its wall-clock time in the picture, encoded by a real ffmpeg."""

import contextlib
import subprocess
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import av

from anr_tui.demo.footage.picture import Picture, read_picture_time
from anr_tui.domain.errors import AnrError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from anr_tui.domain.window import Window

__all__ = ["FRAMES_PER_SECOND", "SIZE", "Audio", "Codec", "frame_offsets", "make_footage", "read_picture_time"]

Audio = Literal["none", "pcma", "pcmu", "g726", "aac"]
Codec = Literal["h264", "hevc"]

FRAMES_PER_SECOND = 5
SIZE = (320, 180)

_VIDEO = {
    "h264": ["-c:v", "libx264", "-x264-params", "scenecut=0:open-gop={open}"],
    "hevc": ["-c:v", "libx265", "-x265-params", "scenecut=0:open-gop={open}:log-level=none", "-tag:v", "hvc1"],
}
_TICKS = Fraction(1, 90_000)
# MP4 cannot hold G.711, its parent format can; G.726 fits into neither. What reads MP4 reads all three.
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
    fps: float = FRAMES_PER_SECOND,
    size: tuple[int, int] = SIZE,
    label: str = "",
    audio: Audio = "none",
    gop_s: float = 1.0,
    codec: Codec = "h264",
    b_frames: int = 0,
    has_open_gops: bool = False,
    is_still: bool = False,
    walks_from: datetime | None = None,
    offsets_s: "Sequence[float] | None" = None,
) -> None:
    """Encode the footage of `window` to `path`: the file appears complete, and its first frame shows `window.start`.

    A key frame comes every `gop_s` seconds, with `b_frames` B-frames between the others; with `has_open_gops`, and
    B-frames, some of those before a key frame need it. `is_still`: a covered lens, without a time, whose groups of
    pictures have equal bits. `walks_from`: something moves, on a path that chance makes of the time since then.
    `offsets_s` are the seconds after window.start at which frames were taken, the first 0, instead of `fps` a second;
    key frames still come every `gop_s * fps` frames. Blocks: call it in a thread. Raises ValueError for a window that
    does not start on a whole second and for frames that cannot be timed, AnrError when ffmpeg cannot encode.
    """
    if window.start.microsecond:
        raise ValueError(f"footage starts on a whole second, not at {window.start}")
    offsets = list(offsets_s or frame_offsets(window.seconds, fps))
    is_retimed = is_still or offsets_s is not None
    if is_retimed and (b_frames or audio != "none" or offsets[0]):
        raise ValueError("frames at times of their own begin at 0, without B-frames and sound")
    part = path.with_name(f"{path.name}.part")
    command = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostats", "-y"]
    command += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", str(fps)]
    command += ["-i", "pipe:0"]
    if audio != "none":
        command += ["-f", "lavfi", "-t", f"{window.seconds}", "-i", "sine=frequency=440:sample_rate=16000"]
    command += [word.format(open=int(has_open_gops)) for word in _VIDEO[codec]]
    command += ["-preset", "ultrafast", "-threads", "1"]
    command += [] if b_frames else ["-tune", "zerolatency"]
    gop = max(1, round(gop_s * fps))
    command += ["-g", str(gop), "-bf", str(b_frames)]
    command += [*_AUDIO[audio], "-movflags", "+faststart", str(part)]
    picture = Picture(size, label, walks_from=walks_from)
    moments = (window.start + timedelta(seconds=offset_s) for offset_s in offsets)
    retimed = path.with_name(f"{path.name}.retimed.part")
    try:
        # One group of a still scene is encoded, and repeated: an encoder would make each of them a little different.
        _encode(command, [picture.buffer] * gop if is_still else map(picture.draw, moments))
        if is_retimed:
            _retime(part, retimed, [*offsets, window.seconds])
            retimed.replace(part)
        part.rename(path)
    finally:
        for left in (part, retimed):
            left.unlink(missing_ok=True)


def frame_offsets(seconds: float, fps: float, pauses: "Sequence[tuple[float, float]]" = ()) -> list[float]:
    """When frames are taken, in seconds from the first: `fps` a second, and none within the pauses (from, to)."""
    steady = (index / fps for index in range(round(seconds * fps)))
    return [offset for offset in steady if not any(start <= offset < end for start, end in pauses)]


def _retime(source_path: "Path", path: "Path", bounds: "Sequence[float]") -> None:
    """Copy a file's pictures, from the first again where there are too few, to these times; the last one is the end."""
    with (
        av.open(str(source_path)) as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as target,
    ):
        stream = source.streams.video[0]
        copied = target.add_stream_from_template(stream)
        samples = [(bytes(packet), packet.is_keyframe) for packet in source.demux(stream) if packet.pts is not None]
        for index, (start_s, end_s) in enumerate(pairwise(bounds)):
            data, is_key = samples[index % len(samples)]
            packet = av.Packet(data)
            packet.stream, packet.is_keyframe = copied, is_key
            packet.pts = packet.dts = round(start_s / _TICKS)
            packet.duration, packet.time_base = round((end_s - start_s) / _TICKS), _TICKS
            target.mux(packet)


def _encode(command: list[str], frames: "Iterable[bytearray]") -> None:
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
