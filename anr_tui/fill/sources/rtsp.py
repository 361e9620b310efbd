"""Fetch one piece: the relay, ffmpeg, and the watch that ends them when nothing more is to come."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from anr_tui.fill.ffmpeg.process import Ending, Progress, supervise
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, fetch_arguments
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.replay.relay.relay import Relay, RelayReport

LONGEST_FETCH_S = 4 * 3600.0
_SLOWEST_ACCEPTED_SPEED = 0.8
_GRACE_S = 60.0
# Once all that was asked for is there, this much silence means that the camera has nothing more to send.
_SILENCE_AT_END_S = 2.0
_WATCH_S = 0.5
# An encoder of sound that never comes holds the picture back for ever.
_SILENT_SOUND_S = 10.0
_FINISH_S = 3.0
_KEPT_LINES = 40
MOST_SKEW_S = 900
# A camera's Date is cut to the whole second, so half a second is missing on average.
_DATE_CUT_S = 0.5


class StopCause(StrEnum):
    """Why we ended a fetch ourselves; NONE: ffmpeg ended by itself."""

    NONE = "none"
    ALL_THERE = "all_there"
    CLOCK_IS_OFF = "clock_is_off"
    NO_SOUND = "no_sound"
    STALLED = "stalled"
    TIME_LIMIT = "time_limit"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """One piece to fetch: `length_s` seconds of media into the file `part`. Limits in wall-clock seconds.

    `clock_skew_s` is how far the camera's clock is ahead as far as we know; `request` asks by that clock already.
    Of the picture, a look fetches the first key frame alone; how long that lasts may not be known.
    """

    request: ReplayRequest
    length_s: float
    part: Path
    audio: AudioMode
    full_speed: bool
    stall_s: float
    clock_skew_s: int = 0
    limits: tuple[RateLimit, ...] = ()
    is_probe: bool = False
    mark: Mapping[str, str] = field(default_factory=dict)

    @property
    def time_limit_s(self) -> float:
        """The longest that this fetch may take."""
        return min(self.length_s / _SLOWEST_ACCEPTED_SPEED + _GRACE_S, LONGEST_FETCH_S)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How a fetch ended; what came, only the file itself proves."""

    report: RelayReport
    ending: Ending
    cause: StopCause
    last_lines: tuple[str, ...]


async def fetch(
    piece: FetchOrder,
    ffmpeg: Ffmpeg,
    *,
    stop: asyncio.Event,
    on_progress: Callable[[Progress], None],
    log: Callable[[str, str], None],
) -> FetchResult:
    """Fetch a piece until it is there, the camera has no more, `stop` is set or patience ends.

    `log(source, text)` hears everything that relay and ffmpeg say. OSError where ffmpeg cannot be started.
    """
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    last = Progress(0.0, 0, 0.0, False)

    def hear_line(line: str) -> None:
        lines.append(line)
        log("ffmpeg", line)

    def hear_progress(progress: Progress) -> None:
        nonlocal last
        last = progress
        on_progress(progress)

    async with _relay(piece, log) as relay:
        # The relay sees a dead camera first; ffmpeg's own timeout is only for a dead relay.
        arguments = fetch_arguments(
            ffmpeg,
            relay.url,
            piece.length_s,
            piece.part,
            piece.audio,
            timeout_s=piece.stall_s + _GRACE_S,
            is_probe=piece.is_probe,
        )
        watch = _Watch(piece, relay, stop, lambda: last.media_s)
        watching = asyncio.create_task(watch.run())
        try:
            ending = await supervise(
                arguments,
                on_progress=hear_progress,
                on_line=hear_line,
                stop=watch.halt,
                mark=piece.mark,
                on_start=lambda pid: log("fill", f"ffmpeg {ffmpeg.version} runs as process {pid}"),
            )
        finally:
            watching.cancel()
            await asyncio.wait([watching])
        report = relay.report
    return FetchResult(report, ending, watch.cause, tuple(lines))


def skew_to_mend(report: RelayReport, known_s: int) -> int | None:
    """How far the camera's clock is ahead, in seconds, where that is more than we knew and worth asking anew for.

    Beyond a quarter of an hour it may be a zone that the camera takes for UTC, which is not ours to guess.
    """
    if report.clock_skew_s is None:
        return None
    skew_s = round(report.clock_skew_s + _DATE_CUT_S)
    is_off = abs(skew_s - known_s) > TOLERANCE_S and abs(skew_s) <= MOST_SKEW_S
    return skew_s if is_off else None


def _relay(piece: FetchOrder, log: Callable[[str, str], None]) -> Relay:
    return Relay(piece.request, full_speed=piece.full_speed, log=lambda text: log("relay", text), limits=piece.limits)


class _Watch:
    """Decides when a fetch ends before ffmpeg does: `cause` says why, `halt` is set when ffmpeg must quit."""

    def __init__(self, piece: FetchOrder, relay: Relay, stop: asyncio.Event, media_s: Callable[[], float]) -> None:
        self.cause = StopCause.NONE
        self.halt = asyncio.Event()
        self._piece = piece
        self._relay = relay
        self._stop = stop
        self._media_s = media_s
        self._started = time.monotonic()
        self._first_media_at: float | None = None

    async def run(self) -> None:
        """Look twice a second, then end the stream; an ffmpeg that does not end with it is told to quit."""
        while self.cause is StopCause.NONE:
            try:
                async with asyncio.timeout(_WATCH_S):
                    await self._stop.wait()
            except TimeoutError:
                self.cause = self._reason_to_end()
            else:
                self.cause = StopCause.ASKED
        self._relay.end_stream()
        await asyncio.sleep(_FINISH_S)
        self.halt.set()

    def _reason_to_end(self) -> StopCause:
        now, report = time.monotonic(), self._relay.report
        silent_s = now - (report.quiet_since or self._started)
        if self._waits_for_sound(now, report):
            return StopCause.NO_SOUND
        if skew_to_mend(report, self._piece.clock_skew_s) is not None:
            return StopCause.CLOCK_IS_OFF
        if now - self._started - report.held_s > self._piece.time_limit_s:
            return StopCause.TIME_LIMIT
        if 0 < self._media_s() >= self._piece.length_s - TOLERANCE_S and silent_s >= _SILENCE_AT_END_S:
            return StopCause.ALL_THERE
        if silent_s >= self._piece.stall_s:
            return StopCause.STALLED
        return StopCause.NONE

    def _waits_for_sound(self, now: float, report: RelayReport) -> bool:
        """Whether media came long ago and nothing of it was written: the sound that was announced is not sent."""
        if self._piece.audio is AudioMode.NONE or not report.media_bytes:
            return False
        self._first_media_at = self._first_media_at or now
        if now - self._first_media_at - report.held_s < _SILENT_SOUND_S:
            return False
        return not self._piece.part.exists() or self._piece.part.stat().st_size == 0
