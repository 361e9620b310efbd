"""Verification of a part file: its contiguous runs of video, read packet by packet without decoding.

An exit status proves nothing, since a cut connection ends with 0. A fill believes only what is found here.
"""

import contextlib
import statistics
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import av

from anr_tui.domain.errors import FillError
from anr_tui.fill.media.frame_times import ROUNDING_S, Frame, repair_times, tolerance_s, usual_interval_s
from anr_tui.fill.media.nal_units import sequence_sets
from anr_tui.fill.media.open_media import open_media
from anr_tui.platform.files.storage_errors import is_machine_error, storage_error

AnyPacket = TypeVar("AnyPacket", bound="av.Packet[Any]")
WasLost = Callable[[float, float], bool | None]
"""Whether anything was lost between two frames (their decoding times in media seconds); None where nobody knows."""

# Beside its own errors PyAV raises these for damaged files: for a name that is no UTF-8, a stream that has no codec.
UNREADABLE = (av.FFmpegError, OSError, MemoryError, ArithmeticError, AttributeError, LookupError, ValueError)
# Nobody knows whether anything was lost in a longer one.
LONGEST_PAUSE_S = 30.0
_RECENT_STEPS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Contiguous video that begins with a key frame. Times are media seconds, counted from the file's time stamp 0.

    `end_s` includes how long the last frame is shown; `packets` counts video packets. `pauses`: from where to where no
    frame came though the next one depends on the last, and nobody knows whether any was lost: a camera of a dynamic
    frame rate sends none while nothing moves. `is_estimated`: the stamps of its frames are lost, and its times were
    counted from those before.
    """

    start_s: float
    end_s: float
    packets: int
    pauses: tuple[tuple[float, float], ...] = ()
    is_estimated: bool = False

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


def read_media(path: Path, *, was_lost: WasLost | None = None) -> Media:
    """Read a media file as far as it goes; one cut off in the middle yields what stands before the cut.

    `was_lost` as for `find_runs`. Blocking. FillError where there is no file, nothing in it, or no video stream;
    StorageError where the machine refuses to read it.
    """
    size_bytes = _size_bytes(path)
    try:
        with open_media(path) as container:
            video = next(iter(container.streams.video), None)
            if video is None:
                raise FillError(f"{path.name} holds no video.")
            media = Media(
                codec=video.codec_context.name,
                width=video.codec_context.width,
                height=video.codec_context.height,
                has_audio=bool(container.streams.audio),
                size_bytes=size_bytes,
                runs=(),
            )
            frames = [frame for _, frame in timed_packets(container, video)]
    except UNREADABLE as error:
        raise unreadable(path, error) from None
    return replace(media, runs=tuple(find_runs(frames, was_lost=was_lost)))


def unreadable(path: Path, error: Exception) -> FillError:
    """What an operator reads of a file that one of the errors in UNREADABLE came out of.

    A StorageError where the machine refused to read it, so that its content may be good.
    """
    if is_machine_error(error) and not isinstance(error, FileNotFoundError):
        return storage_error(error, "read", path)
    why = error.strerror if isinstance(error, (av.FFmpegError, OSError)) else ""
    return FillError(f"{path.name} cannot be read as a media file{f': {why}' if why else ''}.")


def read_frames(path: Path) -> list[Frame]:
    """The frames of a file as `find_runs` takes them to be, their times repaired: one for each intact video packet that
    has a time, in decoding order. Blocking. FillError where the file cannot be read."""
    try:
        with open_media(path) as container:
            return repair_times([frame for _, frame in timed_packets(container, container.streams.video[0])])
    except UNREADABLE as error:
        raise unreadable(path, error) from None


def find_runs(frames: Iterable[Frame], *, was_lost: WasLost | None = None) -> list[Run]:
    """Cut frames, in decoding order, into runs. A single wrong stamp is repaired first (`repair_times`).

    A step of time larger than a second, or than three frames as they come there, is a hole where a key frame follows:
    the run ends, and the next begins. Where the next frame depends on the last it is a pause, and the run goes on,
    unless `was_lost` knows better or, without it, the step is longer than half a minute.

    A step back ends a run too (a repeated time stamp does not): what follows is left out until a key frame lies after
    everything seen, so that no second counts twice. Frames before a run's first key frame, and those shown before it,
    are no part of it. Where a key frame brings other sequence parameter sets (another picture size), a run ends and the
    next begins.
    """
    repaired = repair_times(list(frames))
    cutter = _Cutter(usual_interval_s(repaired), was_lost or _nobody_knows)
    for frame in repaired:
        cutter.take(frame)
    return cutter.finish()


class _Pace:
    """How far apart frames come lately, in seconds."""

    def __init__(self, usual_s: float) -> None:
        self._steps: deque[float] = deque([usual_s] * _RECENT_STEPS, maxlen=_RECENT_STEPS)
        self.interval_s = usual_s

    def take(self, step_s: float) -> None:
        if step_s > ROUNDING_S:
            self._steps.append(step_s)
            self.interval_s = statistics.median_low(self._steps)

    @property
    def tolerance_s(self) -> float:
        return tolerance_s(self.interval_s)


class _Cutter:
    """Cuts frames into runs: `take` frames in decoding order, then `finish`."""

    def __init__(self, interval_s: float, was_lost: WasLost) -> None:
        self._pace = _Pace(interval_s)
        self._was_lost = was_lost
        self._runs: list[Run] = []
        self._run: Run | None = None
        self._uncrowded: Run | None = None  # the run up to its last frame with a time of its own
        self._crowded = 0
        self._crowd_start_s = 0.0
        self._sets = b""
        self._last_dts_s = self._seen_end_s = float("-inf")

    def take(self, frame: Frame) -> None:
        last_s, step_s = self._last_dts_s, frame.dts_s - self._last_dts_s
        self._last_dts_s = frame.dts_s
        self._crowded = self._crowded + 1 if 0 <= step_s < ROUNDING_S else 0
        self._crowd_start_s = frame.pts_s if self._crowded == 1 else self._crowd_start_s
        if self._run is not None and frame.is_estimated is not self._run.is_estimated:
            self._end(replace(self._run, end_s=min(self._run.end_s, frame.pts_s)))
        elif self._run is not None and not 0 <= step_s <= self._pace.tolerance_s:
            self._take_step(self._run, frame, last_s)
        elif self._uncrowded is not None and self._hides_a_step_back:
            self._end(self._uncrowded, at_s=self._crowd_start_s)
        elif self._run is not None and frame.sequence_sets and self._sets not in (b"", frame.sequence_sets):
            self._end(replace(self._run, end_s=min(self._run.end_s, frame.pts_s)))
        if 0 <= step_s < float("inf"):
            self._pace.take(step_s)
        self._add(frame)
        if not self._crowded:
            self._uncrowded = self._run

    def finish(self) -> list[Run]:
        return self._runs if self._run is None else [*self._runs, self._run]

    def _take_step(self, run: Run, frame: Frame, last_s: float) -> None:
        """End the run where time steps back or over a hole; let it go on over a pause."""
        step_s = frame.dts_s - last_s
        was_lost = self._was_lost(last_s, frame.dts_s)
        is_over = step_s < 0 or frame.is_key or was_lost is True
        if is_over or (was_lost is None and step_s > LONGEST_PAUSE_S):
            self._end(run)
        elif was_lost is None:
            self._run = replace(run, pauses=(*run.pauses, (run.end_s, max(run.end_s, frame.pts_s))))

    @property
    def _hides_a_step_back(self) -> bool:
        """Whether time stepped back: ffmpeg then gives frames nearly equal times until time has caught up."""
        # The first frames may be crowded as well, because ffmpeg learns the frame order only later.
        has_begun = self._uncrowded is not None and self._uncrowded.packets > 1
        return has_begun and self._crowded * self._pace.interval_s > self._pace.tolerance_s

    def _add(self, frame: Frame) -> None:
        is_known = ROUNDING_S < frame.duration_s <= self._pace.tolerance_s
        end_s = frame.pts_s + (frame.duration_s if is_known else self._pace.interval_s)
        if self._run is None:
            if frame.is_key and frame.pts_s > self._seen_end_s - ROUNDING_S:
                self._run = Run(frame.pts_s, end_s, 1, is_estimated=frame.is_estimated)
                self._sets = frame.sequence_sets
        elif frame.pts_s >= self._run.start_s:
            run = self._run
            self._run = replace(run, end_s=max(run.end_s, end_s), packets=run.packets + 1)
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


def timed_packets(
    container: av.container.InputContainer, video: av.VideoStream
) -> Iterator[tuple["av.Packet[av.VideoStream]", Frame]]:
    """The intact packets that have a time, in decoding order, each with what its stamps say."""
    time_base, codec = float(video.time_base or 0), video.codec_context.name
    for packet in intact_packets(container.demux(video)):
        dts, pts = packet.dts, packet.pts
        if dts is None and pts is None:
            continue
        yield (
            packet,
            Frame(
                dts_s=float(dts if dts is not None else pts or 0) * time_base,
                pts_s=float(pts if pts is not None else dts or 0) * time_base,
                duration_s=(packet.duration or 0) * time_base,
                is_key=packet.is_keyframe,
                sequence_sets=sequence_sets(bytes(packet), codec) if packet.is_keyframe else b"",
            ),
        )


def _nobody_knows(_from_s: float, _to_s: float) -> None:
    return None


def _size_bytes(path: Path) -> int:
    try:
        size_bytes = path.stat().st_size
    except FileNotFoundError as error:
        raise FillError(f"{path.name} cannot be read: {error.strerror}.") from None
    except OSError as error:
        raise storage_error(error, "look at", path) from None
    if size_bytes == 0:
        raise FillError(f"{path.name} is empty: nothing arrived.")
    return size_bytes
