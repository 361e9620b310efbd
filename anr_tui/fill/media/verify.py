"""Verification of a part file: its contiguous runs of video, read packet by packet without decoding.

An exit status proves nothing, since a cut connection ends with 0. A fill believes only what is found here.
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
    """Contiguous video that begins with a key frame. Times are media seconds, counted from the file's time stamp 0.

    `end_s` includes how long the last frame is shown; `packets` counts video packets.
    """

    start_s: float
    end_s: float
    packets: int

    @property
    def seconds(self) -> float:
        """The length of the run in media seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Media:
    """The content of a media file; `codec` is libavcodec's name. `runs` are in order and never overlap."""

    codec: str
    width: int
    height: int
    has_audio: bool
    size_bytes: int
    runs: tuple[Run, ...]


class Frame(NamedTuple):
    """The times of a video packet in media seconds; `duration_s` is 0 where unknown.

    `sequence_sets` are those that came with a key frame, empty where none did.
    """

    dts_s: float
    pts_s: float
    duration_s: float
    is_key: bool
    sequence_sets: bytes = b""


def read_media(path: Path) -> Media:
    """Read a media file as far as possible; a file that was cut off gives what stands before the cut.

    Blocking. Raises FillError where there is no file, or it is empty, no media file, or without video.
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
    """Cut frames, which come in decoding order, into runs.

    A time step of more than a second, or of more than three frame intervals, ends a run. So does a step back, but not a
    repeated time stamp; frames are then left out until a key frame comes after everything seen so far, so that no
    second counts twice. Frames before a run's first key frame, in either decoding or display order, do not belong to
    it. A key frame with other sequence parameter sets (another picture size) ends a run and begins the next.
    """
    head = list(itertools.islice(frames, _LOOK_AHEAD))
    interval_s = _usual_interval_s(head)
    cutter = _Cutter(interval_s, max(_LEAST_TOLERANCE_S, 3 * interval_s))
    for frame in itertools.chain(head, frames):
        cutter.take(frame)
    return cutter.finish()


class _Cutter:
    """Cuts frames into runs: `take` frames in decoding order, then `finish`."""

    def __init__(self, interval_s: float, tolerance_s: float) -> None:
        self._interval_s = interval_s
        self._tolerance_s = tolerance_s
        self._runs: list[Run] = []
        self._run: Run | None = None
        self._uncrowded: Run | None = None  # the run up to its last frame with a time of its own
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
        """Whether time stepped back: ffmpeg then gives frames nearly equal times until time has caught up."""
        # The first frames may be crowded as well, because ffmpeg learns the frame order only later.
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
        """End a run, at `at_s` at the latest, where later frames were given times within its last frame."""
        cut = replace(run, end_s=min(run.end_s, at_s))
        if cut.seconds > 0:
            self._runs.append(cut)
        self._seen_end_s = run.end_s
        self._run = self._uncrowded = None


def intact_packets(packets: Iterator[AnyPacket]) -> Iterator[AnyPacket]:
    """The packets of a file up to the point where it was cut off."""
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
