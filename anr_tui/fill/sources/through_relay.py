"""A fetch through a relay on loopback and ffmpeg, and the watch that ends both when nothing more is to come.

All transports share this: the relay holds the password, counts, throttles and ends; ffmpeg knows only loopback.
"""

import asyncio
import contextlib
import itertools
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from anr_tui.domain.errors import FillError
from anr_tui.domain.outcome import Outcome
from anr_tui.fill.ffmpeg.process import Ending, Progress, supervise
from anr_tui.fill.ffmpeg.program import AudioMode, FfmpegInput, fetch_arguments
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames
from anr_tui.fill.part_files import read_part
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.sources.interface import (
    MOST_SLACK_S,
    FetchControl,
    FetchOrder,
    FetchResult,
    FootageSource,
    Refusal,
    SourceSettings,
    StopCause,
)
from anr_tui.platform.files.regular_file import create_file, descriptor_path, is_descriptor_path
from anr_tui.platform.files.storage_errors import remove_file, storage_error
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply
from anr_tui.replay.dialects.registry import dialect_of
from anr_tui.replay.relay.report import RelayReport
from anr_tui.sites.recordings.layout import FILE_MODE

# Once all footage that was asked for is there, this much silence means that the camera has no more.
_SILENCE_AT_END_S = 2.0
_WATCH_S = 0.5
# An AAC encoder that gets no audio holds the video back without end.
_SILENT_SOUND_S = 10.0
_FINISH_S = 3.0
# One look is enough for most cameras. No more is read than may hold two distances, however long the part is.
_LOOK_EVERY_S = 5.0
_LEAST_DISTANCES = 2
_LOOKED_THROUGH_S = 3 * MOST_SLACK_S
_KEPT_LINES = 40


class LoopbackRelay(Protocol):
    """A relay, which serves one ffmpeg from one camera while its `async with` block lasts."""

    @property
    def url(self) -> str:
        """The loopback URL for ffmpeg."""

    @property
    def report(self) -> RelayReport:
        """What the relay has found out so far."""

    def expect(self, pid: int) -> None:
        """Let in what the process `pid` opens, or one of its session: our own ffmpeg."""

    def end_stream(self) -> None:
        """Let ffmpeg see the end of the stream, so that it finishes its file at once."""

    async def __aenter__(self) -> Self:
        """Start to listen on loopback."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""


async def fetch_through(
    relay: LoopbackRelay,
    source_input: FfmpegInput,
    order: FetchOrder,
    part: Path,
    *,
    settings: SourceSettings,
    control: FetchControl,
    access: CameraAccess,
    meanings: Mapping[int, Outcome],
) -> FetchResult:
    """Fetch what a relay delivers into `part`.

    `access` is what the camera was asked with. `meanings` gives the outcome of a status of the protocol where the
    camera's dialect has none of its own; a status that is not in it is not understood. Raises OSError where ffmpeg
    cannot be started, and StorageError where `part` cannot be made.
    """
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    last = Progress(0.0, 0, 0.0, False)

    def hear_line(line: str) -> None:
        harmless = access.hide(line)
        lines.append(harmless)
        control.log("ffmpeg", harmless)

    def hear_start(pid: int) -> None:
        relay.expect(pid)
        control.log("fill", f"ffmpeg {ffmpeg.version} runs as process {pid}")

    def hear_progress(progress: Progress) -> None:
        nonlocal last
        last = progress
        control.on_progress(progress)

    ffmpeg = settings.ffmpeg
    async with relay, _own_part(part) as place:
        arguments = fetch_arguments(
            ffmpeg,
            relay.url,
            order.bound_s,
            place,
            order.audio,
            source=source_input,
            is_probe=order.is_probe,
            has_pictures=order.has_pictures,
        )
        watch = _Watch(relay, order, part, settings.stall_s, control.stop, lambda: last.media_s)
        watching = asyncio.create_task(watch.run())
        try:
            ending = await supervise(
                arguments,
                on_progress=hear_progress,
                on_line=hear_line,
                stop=watch.halt,
                mark=settings.mark,
                on_start=hear_start,
            )
        finally:
            watching.cancel()
            await asyncio.wait([watching])
        report = relay.report
    return _result(report, ending, watch.cause, tuple(lines), _refusal(report, access, meanings))


@contextlib.asynccontextmanager
async def _own_part(part: Path) -> AsyncIterator[Path]:
    """A path by which ffmpeg writes into `part`: a new file of ours, or an open one; an empty one is removed again.

    ffmpeg never opens the name itself, since it would follow a link that somebody else put there. Raises StorageError
    where the file cannot be made.
    """
    if is_descriptor_path(part):
        yield part
        return
    descriptor = await asyncio.to_thread(_new_part, part)
    try:
        yield descriptor_path(descriptor)
    finally:
        await asyncio.to_thread(_end_part, part, descriptor)


def _new_part(part: Path) -> int:
    # What has that name is of an earlier fetch of the same order, or of somebody else.
    remove_file(part)
    try:
        return create_file(part, FILE_MODE)
    except OSError as error:
        raise storage_error(error, "create", part) from error


def _end_part(part: Path, descriptor: int) -> None:
    """Close a part, and remove one that is empty. What could not be written of it, ffmpeg has said."""
    with contextlib.suppress(OSError):
        if not os.fstat(descriptor).st_size:
            part.unlink()
    with contextlib.suppress(OSError):
        os.close(descriptor)


async def first_key_frame_of(
    source: FootageSource, order: FetchOrder, part: Path, control: FetchControl
) -> tuple[KeyFrame | None, FetchResult]:
    """The first key frame of what a source fetches, and how the fetch ended; see `FootageSource.first_key_frame`."""
    fetched = await source.fetch(order, part, control)
    media = await read_part(part, control.log)
    frames = await asyncio.to_thread(key_frames, part) if media is not None and media.runs else ()
    return (frames[0] if frames else None), fetched


def _refusal(report: RelayReport, access: CameraAccess, meanings: Mapping[int, Outcome]) -> Refusal | None:
    if report.status is None or report.status < 300:
        return None
    reply = CameraReply(report.method or "a request", report.status, report.status_reason)
    own = dialect_of(access.camera).refusal(reply)
    return Refusal(reply, own or meanings.get(reply.status, Outcome.NOT_UNDERSTOOD))


def _result(
    report: RelayReport,
    ending: Ending,
    cause: StopCause,
    lines: tuple[str, ...],
    refusal: Refusal | None,
) -> FetchResult:
    return FetchResult(
        ending=ending,
        cause=cause,
        last_lines=lines,
        is_reached=report.reached,
        refusal=refusal,
        has_agreed=report.full_speed is not None,
        error=report.error,
        has_breached=report.has_breached,
        media_bytes=report.media_bytes,
        media_took_s=(report.last_media_at or 0.0) - (report.first_media_at or 0.0),
        is_complete=report.said_bye or report.announced_end,
        announced_end=report.announced_end,
        closed_by_camera=report.closed_by == "camera",
        full_speed=report.full_speed,
        clock_offset_s=report.clock_skew_s,
        marks=report.replay_times,
        marks_until_s=report.replay_times_until_s,
        told=report.told,
        front_s=report.front_s,
        marks_rate=report.replay_rate,
    )


class _Watch:
    """Decides when a fetch ends before ffmpeg does: `cause` says why, `halt` is set when ffmpeg must quit."""

    def __init__(
        self,
        relay: LoopbackRelay,
        order: FetchOrder,
        part: Path,
        stall_s: float,
        stop: asyncio.Event,
        media_s: Callable[[], float],
    ) -> None:
        self.cause = StopCause.NONE
        self.halt = asyncio.Event()
        self._relay = relay
        self._order = order
        self._part = part
        self._stall_s = stall_s
        self._stop = stop
        self._media_s = media_s
        self._started = time.monotonic()
        self._first_media_at: float | None = None
        self._learned_slack_s: float | None = None
        self._looked_at_s = 0.0

    async def run(self) -> None:
        """Check twice a second, then end the stream; an ffmpeg that does not end with it is told to quit."""
        while self.cause is StopCause.NONE:
            try:
                async with asyncio.timeout(_WATCH_S):
                    await self._stop.wait()
            except TimeoutError:
                await self._learn_slack()
                self.cause = self._reason_to_end()
            else:
                self.cause = StopCause.ASKED
        self._relay.end_stream()
        await asyncio.sleep(_FINISH_S)
        self.halt.set()

    async def _learn_slack(self) -> None:
        """See in what came how far apart the camera's key frames are, where that was not known, and all may be there.

        A camera that ignores the end of the window would otherwise play at 1x for as long as any distance may be.
        """
        is_known = self._order.slack_s is not None or self._learned_slack_s is not None
        media_s = self._media_s()
        if is_known or media_s < max(self._order.length_s, self._looked_at_s + _LOOK_EVERY_S):
            return
        self._looked_at_s = media_s
        # Whatever is wrong with the part or its disk is found, and said, when it is read whole.
        with contextlib.suppress(FillError):
            frames = await asyncio.to_thread(key_frames, self._part, until_s=_LOOKED_THROUGH_S)
            distances_s = [later.at_s - earlier.at_s for earlier, later in itertools.pairwise(frames)]
            if len(distances_s) >= _LEAST_DISTANCES:
                self._learned_slack_s = max(distances_s)

    def _has_enough(self) -> bool:
        """Whether more came than the window takes, although how much might come was not known beforehand."""
        learned_s = self._learned_slack_s
        return learned_s is not None and self._media_s() >= self._order.length_s + learned_s + TOLERANCE_S

    def _reason_to_end(self) -> StopCause:
        now, report = time.monotonic(), self._relay.report
        silent_s = 0.0 if report.quiet_since is None else now - report.quiet_since
        if self._waits_for_sound(now, report):
            return StopCause.NO_SOUND
        if now - self._started - report.held_s > self._order.time_limit_s:
            return StopCause.TIME_LIMIT
        if 0 < self._media_s() >= self._order.length_s - TOLERANCE_S and silent_s >= _SILENCE_AT_END_S:
            return StopCause.ALL_THERE
        if self._has_enough():
            return StopCause.ALL_THERE
        if silent_s >= self._stall_s:
            return StopCause.STALLED
        return StopCause.NONE

    def _waits_for_sound(self, now: float, report: RelayReport) -> bool:
        """Whether media arrived long ago and none was written, because the announced audio does not come."""
        if self._order.audio is AudioMode.NONE or not report.media_bytes:
            return False
        self._first_media_at = self._first_media_at or now
        if now - self._first_media_at - report.held_s < _SILENT_SOUND_S:
            return False
        try:
            return self._part.stat().st_size == 0
        except FileNotFoundError:
            return True
        except OSError:
            return False
