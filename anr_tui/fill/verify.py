"""What a part file really holds: its contiguous runs of video, read packet by packet without decoding.

An exit status proves nothing (a cut connection ends with 0), so this is what a fill believes.
"""

import contextlib
import itertools
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import av

from anr_tui.errors import FillError

AnyPacket = TypeVar("AnyPacket", bound="av.Packet[Any]")

_LOOK_AHEAD = 1000
_LEAST_TOLERANCE_S = 1.0
_DEFAULT_INTERVAL_S = 0.04
_ROUNDING_S = 0.001


@dataclass(frozen=True, slots=True)
class Run:
    """Contiguous video, from a key frame on. Times are media seconds, counted from the file's time stamp 0.

    `end_s` includes how long the last frame is shown; `packets` counts video packets.
    """

    start_s: float
    end_s: float
    packets: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Media:
    """What a media file holds; `codec` as libavcodec names it. `runs` are ordered and never overlap."""

    codec: str
    width: int
    height: int
    has_audio: bool
    size_bytes: int
    runs: tuple[Run, ...]


class Frame(NamedTuple):
    """A video packet's times in media seconds; `duration_s` is 0 where unknown."""

    dts_s: float
    pts_s: float
    duration_s: float
    is_key: bool


def read_media(path: Path) -> Media:
    """Read a media file as far as it goes; one cut off in the middle yields what stands before the cut.

    Blocking. FillError where there is no file, nothing in it, or no video stream.
    """
    size_bytes = _size_bytes(path)
    try:
        with av.open(str(path.absolute())) as container:
            video = next(iter(container.streams.video), None)
            if video is None:
                raise FillError(f"{path.name} holds no video.")
            return Media(
                codec=video.codec_context.name,
                width=video.codec_context.width,
                height=video.codec_context.height,
                has_audio=bool(container.streams.audio),
                size_bytes=size_bytes,
                runs=tuple(find_runs(_frames(container, video))),
            )
    except av.FFmpegError as error:
        raise FillError(f"{path.name} cannot be read as a media file: {error.strerror}.") from None


def find_runs(frames: Iterator[Frame]) -> list[Run]:
    """Cut frames, in decoding order, into runs.

    A step of time larger than a second or three frames ends a run. So does a step back (a repeated time stamp does
    not): what follows is left out until a key frame lies after everything seen, so that no second counts twice.
    Frames before a run's first key frame, and those shown before it, are no part of it.
    """
    head = list(itertools.islice(frames, _LOOK_AHEAD))
    interval_s = _usual_interval_s(head)
    tolerance_s = max(_LEAST_TOLERANCE_S, 3 * interval_s)
    runs: list[Run] = []
    run: Run | None = None
    last_dts_s = seen_end_s = float("-inf")
    for frame in itertools.chain(head, frames):
        step_s = frame.dts_s - last_dts_s
        last_dts_s = frame.dts_s
        shown_s = frame.duration_s if _ROUNDING_S < frame.duration_s <= tolerance_s else interval_s
        if run is not None and not 0 <= step_s <= tolerance_s:
            runs.append(run)
            seen_end_s, run = run.end_s, None
        if run is None:
            if frame.is_key and frame.pts_s > seen_end_s - _ROUNDING_S:
                run = Run(frame.pts_s, frame.pts_s + shown_s, 1)
        elif frame.pts_s >= run.start_s:
            run = Run(run.start_s, max(run.end_s, frame.pts_s + shown_s), run.packets + 1)
    return [*runs, run] if run is not None else runs


def intact_packets(packets: Iterator[AnyPacket]) -> Iterator[AnyPacket]:
    """The packets up to where a cut-off file breaks off."""
    with contextlib.suppress(av.error.InvalidDataError, av.error.EOFError):
        for packet in packets:
            if packet.is_corrupt:
                return
            yield packet


def _frames(container: av.container.InputContainer, video: av.VideoStream) -> Iterator[Frame]:
    time_base = float(video.time_base or 0)
    for packet in intact_packets(container.demux(video)):
        dts, pts = packet.dts, packet.pts
        if dts is None and pts is None:
            continue
        yield Frame(
            dts_s=float(dts if dts is not None else pts or 0) * time_base,
            pts_s=float(pts if pts is not None else dts or 0) * time_base,
            duration_s=(packet.duration or 0) * time_base,
            is_key=packet.is_keyframe,
        )


def _usual_interval_s(frames: list[Frame]) -> float:
    steps = [later.dts_s - earlier.dts_s for earlier, later in itertools.pairwise(frames)]
    forward = [step for step in steps if step > _ROUNDING_S]
    return statistics.median(forward) if forward else _DEFAULT_INTERVAL_S


def _size_bytes(path: Path) -> int:
    try:
        size_bytes = path.stat().st_size
    except OSError as error:
        raise FillError(f"{path.name} cannot be read: {error.strerror}.") from None
    if size_bytes == 0:
        raise FillError(f"{path.name} is empty: nothing arrived.")
    return size_bytes
