"""What a part file really holds: its contiguous runs of video, read packet by packet without decoding.

An exit status proves nothing (a cut connection ends with 0), so this is what a fill believes.
"""

import contextlib
import itertools
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import av

from anr_tui.domain.errors import FillError
from anr_tui.fill.media.nal_units import sequence_sets

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
    """A video packet's times in media seconds; `duration_s` is 0 where unknown.

    `sequence_sets`: those that came with a key frame, if any did.
    """

    dts_s: float
    pts_s: float
    duration_s: float
    is_key: bool
    sequence_sets: bytes = b""


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
    Frames before a run's first key frame, and those shown before it, are no part of it. Where a key frame brings
    other sequence parameter sets (another picture size), a run ends and the next begins.
    """
    head = list(itertools.islice(frames, _LOOK_AHEAD))
    interval_s = _usual_interval_s(head)
    cutter = _Cutter(interval_s, max(_LEAST_TOLERANCE_S, 3 * interval_s))
    for frame in itertools.chain(head, frames):
        cutter.take(frame)
    return cutter.finish()


class _Cutter:
    """Takes frames in decoding order; `finish` gives the runs."""

    def __init__(self, interval_s: float, tolerance_s: float) -> None:
        self._interval_s = interval_s
        self._tolerance_s = tolerance_s
        self._runs: list[Run] = []
        self._run: Run | None = None
        self._uncrowded: Run | None = None  # the run up to its last frame that was not crowded
        self._crowded = 0
        self._crowd_start_s = 0.0
        self._sets = b""
        self._last_dts_s = self._seen_end_s = float("-inf")

    def take(self, frame: Frame) -> None:
        step_s = frame.dts_s - self._last_dts_s
        self._last_dts_s = frame.dts_s
        self._crowded = self._crowded + 1 if 0 <= step_s < _ROUNDING_S else 0
        self._crowd_start_s = frame.pts_s if self._crowded == 1 else self._crowd_start_s
        if self._run is not None and not 0 <= step_s <= self._tolerance_s:
            self._end(self._run)
        elif self._uncrowded is not None and self._hides_a_step_back:
            self._end(self._uncrowded, at_s=self._crowd_start_s)
        elif self._run is not None and frame.sequence_sets and self._sets not in (b"", frame.sequence_sets):
            self._end(replace(self._run, end_s=min(self._run.end_s, frame.pts_s)))
        self._add(frame)
        if not self._crowded:
            self._uncrowded = self._run

    def finish(self) -> list[Run]:
        return self._runs if self._run is None else [*self._runs, self._run]

    @property
    def _hides_a_step_back(self) -> bool:
        """Where time steps back, ffmpeg crowds the frames into ticks until time has caught up."""
        # Its first frames may be crowded too, since it learns late how frames are ordered.
        has_begun = self._uncrowded is not None and self._uncrowded.packets > 1
        return has_begun and self._crowded * self._interval_s > self._tolerance_s

    def _add(self, frame: Frame) -> None:
        is_known = _ROUNDING_S < frame.duration_s <= self._tolerance_s
        end_s = frame.pts_s + (frame.duration_s if is_known else self._interval_s)
        if self._run is None:
            if frame.is_key and frame.pts_s > self._seen_end_s - _ROUNDING_S:
                self._run, self._sets = Run(frame.pts_s, end_s, 1), frame.sequence_sets
        elif frame.pts_s >= self._run.start_s:
            self._run = Run(self._run.start_s, max(self._run.end_s, end_s), self._run.packets + 1)
            self._sets = self._sets or frame.sequence_sets

    def _end(self, run: Run, at_s: float = float("inf")) -> None:
        """End a run, before `at_s` where frames that are no part of it stand under its last one's time."""
        cut = replace(run, end_s=min(run.end_s, at_s))
        if cut.seconds > 0:
            self._runs.append(cut)
        self._seen_end_s = run.end_s
        self._run = self._uncrowded = None


def intact_packets(packets: Iterator[AnyPacket]) -> Iterator[AnyPacket]:
    """The packets up to where a cut-off file breaks off."""
    with contextlib.suppress(av.error.InvalidDataError, av.error.EOFError):
        for packet in packets:
            if packet.is_corrupt:
                return
            yield packet


def _frames(container: av.container.InputContainer, video: av.VideoStream) -> Iterator[Frame]:
    time_base, codec = float(video.time_base or 0), video.codec_context.name
    for packet in intact_packets(container.demux(video)):
        dts, pts = packet.dts, packet.pts
        if dts is None and pts is None:
            continue
        yield Frame(
            dts_s=float(dts if dts is not None else pts or 0) * time_base,
            pts_s=float(pts if pts is not None else dts or 0) * time_base,
            duration_s=(packet.duration or 0) * time_base,
            is_key=packet.is_keyframe,
            sequence_sets=sequence_sets(bytes(packet), codec) if packet.is_keyframe else b"",
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
