"""The camera as one piece of a fill asks it: fetches with what is beside the piece, and probes."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from anr_tui.domain.errors import StorageError
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, audio_cannot_be_copied
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.part_files import read_part
from anr_tui.fill.piece.context import FillScope
from anr_tui.fill.placement.placed import FetchedMedia
from anr_tui.fill.placement.probing.probe_pictures import PROBE_PICTURES_S, probe_pictures
from anr_tui.fill.placement.probing.probes import Probe
from anr_tui.fill.placement.time_shift.shift_search import ShiftSearch
from anr_tui.fill.placement.witnesses.announcement import Announcement, announcement_of
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.fill.progress import ProgressMeter
from anr_tui.fill.sources.interface import (
    FetchControl,
    FetchOrder,
    FetchResult,
    FootageSource,
    SourceSettings,
    StopCause,
)
from anr_tui.fill.sources.registry import source_of
from anr_tui.fill.verdict import ENDS_FILL, Verdict, judge_piece
from anr_tui.platform.files.storage_errors import remove_file
from anr_tui.replay.dialects.registry import replay_request

if TYPE_CHECKING:
    from anr_tui.replay.rtsp.play_range import ToldRange

# The two edges of a hole take some 30 probes in any piece. Dozens of clips take two to five each: 40 in 300 s take 94,
# and answers that need more are not plausible.
_LEAST_PROBES, _PROBE_EVERY_S = 40, 3.0
# A probe to which the camera only closed the connection is repeated: it may have been cut off, or have no footage.
_MOST_TRIES = 3
# Outcomes after which it is useless to probe the camera.
_HOPELESS = ENDS_FILL - {Outcome.INTERRUPTED}
# Outcomes that say nothing about footage. `Not understood` does: some cameras answer 400 where they have none.
_NO_ANSWER = ENDS_FILL - {Outcome.NOT_UNDERSTOOD}
# ffmpeg ends a fetch within so many seconds of its length.
_BOUND_OFF_S = 0.5
# Packets are a little longer than what is written of them; what is missing beyond this share was thrown away.
_LOST_SHARE = 0.2
# How long a device rests between two sessions where it is found out, at most and at least, in seconds.
MOST_REST_S = 30.0
_LEAST_LEARNED_REST_S = 2.0
# Long enough for usual cameras to send a key frame.
_PROBE_S = 2.0


_Answer = TypeVar("_Answer")


class _Unanswered:
    """A probe that showed neither that the camera has footage nor that it has none."""


class PieceCamera:
    """The camera of a fill, asked for the footage of one piece by what is known of its times (`shifts`).

    `verdict` is how the last fetch went, None where all came; `refusal` why the camera cannot be asked any more, if
    that is so. `times` are the media's own absolute times in the last fetch, which hold up to `times_until_s`; `told`
    is what the camera said then that it would play, `front_s` how much of an earlier session came first.
    """

    def __init__(self, piece: Window, fill: FillScope, shifts: ShiftSearch) -> None:
        self.verdict: Verdict | None = None
        self.refusal: Verdict | None = None
        self.times: list[tuple[float, datetime]] = []
        self.times_until_s: float | None = None
        self.told: ToldRange | None = None
        self.front_s: float | None = None
        self.times_rate: float | None = None
        self.was_cut = self.was_lost = False
        self._piece = piece
        self._fill = fill
        self._shifts = shifts
        self._probes = 0
        self._most_probes = max(_LEAST_PROBES, int(piece.seconds / _PROBE_EVERY_S))

    async def probe(self, moment: datetime) -> Probe | None:
        """The first key frame that the camera has from a moment on; None where it cannot be asked."""
        for _ in range(_MOST_TRIES):
            probe = await self._probe_once(moment)
            if not isinstance(probe, _Unanswered):
                return probe
        return Probe(None)

    async def probe_by(self, shift_s: float, moment: datetime) -> Probe | None:
        """The same, asked by a zone that would shift its times by so many seconds."""
        self._shifts.turn_to_zone(shift_s)
        return await self.probe(moment)

    async def _probe_once(self, moment: datetime) -> "Probe | _Unanswered | None":
        is_hopeless = self.verdict is not None and self.verdict.outcome in _HOPELESS
        if is_hopeless or self._probes >= self._most_probes:
            return None
        self._probes += 1
        await rest(self._fill.options.rest_s, self._fill.progress, self._fill.stop)
        if self._fill.stop.is_set():
            self.refusal = Verdict(Outcome.STOPPED, "Stopped as asked.")
            return None
        # The window reaches far past the piece, because a camera refuses one that lies wholly in a hole.
        later = min(self._piece.end + timedelta(seconds=self._piece.seconds), self._fill.context.clock())
        window = Window(moment, max(later, moment + timedelta(seconds=_PROBE_S)))
        part = self._fill.context.archive.probe_path(self._fill.gap.camera_id, moment)
        try:
            frame, fetched = await self._first_key_frame(window, part)
            has_other_bits = frame is not None and self._fill.options.has_other_bits
            pictures = await probe_pictures(part, self._fill.context.mark) if has_other_bits else ()
        finally:
            await asyncio.to_thread(remove_file, part)
        if frame is not None:
            return Probe(frame, pictures)
        # Nothing arrived, so all of it is missing. Infinity keeps the tolerance from hiding the refusal.
        verdict = judge_piece(fetched, 0.0, math.inf)
        if verdict is not None and (verdict.outcome in _NO_ANSWER or fetched.has_breached):
            self.refusal = verdict
            return None
        # A camera that closes without an answer may have no footage, or may have been cut off.
        is_told = fetched.refusal is not None or fetched.is_complete
        return Probe(None) if is_told or fetched.cause is not StopCause.NONE else _Unanswered()

    async def fetch_media(self, window: Window, seams: Seams, extra_s: float = 0.0) -> FetchedMedia:
        """Fetch a window with its seams, and up to a key frame's distance more where the camera begins early.

        `extra_s`: by so many media seconds the footage is longer than the window.
        """
        # Named by what is wanted of it, not by what is asked for beside that: so the next fill of the gap finds it.
        part = self._fill.context.archive.part_path(self._fill.gap.camera_id, seams.window.start)
        distance_s = max(seams.key_frame_distance_s, self._fill.options.key_frame_distance_s)
        options = self._fill.options
        order = FetchOrder(
            self._asked(window),
            options.audio,
            options.full_speed,
            slack_s=distance_s or None,
            extra_s=extra_s,
            recorded_bytes_per_s=options.recorded_bytes_per_s,
        )
        fetched = await self._fetch(window, order, part)
        if options.audio is AudioMode.COPY and any(map(audio_cannot_be_copied, fetched.last_lines)):
            self._fill.note("MP4 cannot hold this camera's audio as it is: asking again, with AAC")
            options.audio = AudioMode.AAC
            fetched = await self._fetch_again(window, replace(order, audio=options.audio), part)
        if fetched.cause is StopCause.NO_SOUND:
            self._fill.note("the sound that this camera announces does not come: asking again, without it")
            options.audio = AudioMode.NONE
            fetched = await self._fetch_again(window, replace(order, audio=options.audio), part)
        media = await read_part(part, self._fill.log.write)
        if media is not None:
            self._fill.options.came_as = (media.codec, media.width, media.height)
        by_our_clock = timedelta(seconds=self._shifts.clock_shift_s(self._fill.options.seen_clock_offset_s))
        self.times = [(mark.media_s, mark.at + by_our_clock) for mark in fetched.marks]
        self.times_until_s, self.times_rate = fetched.marks_until_s, fetched.marks_rate
        self.told, self.front_s = fetched.told, fetched.front_s
        # ONVIF servers end with silence, which proves no end, and neither does a closed connection.
        media_fetched = FetchedMedia(
            window,
            part,
            media.runs if media else (),
            fetched.is_complete,
            shift_s=self._shifts.calibration.shift_s,
            camera_clock_off_s=fetched.clock_offset_s,
        )
        is_full = media_fetched.end_s >= order.bound_s - _BOUND_OFF_S
        self.was_cut = fetched.cause is StopCause.ALL_THERE or (fetched.cause is StopCause.NONE and is_full)
        lost_bytes = fetched.media_bytes - (media.size_bytes if media else 0)
        has_ended = fetched.cause is StopCause.NONE and not (self.was_cut or fetched.has_breached)
        self.was_lost = has_ended and bool(media_fetched.runs) and lost_bytes > _LOST_SHARE * fetched.media_bytes
        self.verdict = judge_piece(fetched, media_fetched.end_s, window.seconds)
        return media_fetched

    async def _fetch_again(self, window: Window, order: FetchOrder, part: Path) -> FetchResult:
        await rest(self._fill.options.rest_s, self._fill.progress, self._fill.stop)
        return await self._fetch(window, order, part)

    @property
    def _source(self) -> FootageSource:
        """The source of the camera's footage."""
        context = self._fill.context
        settings = SourceSettings(context.ffmpeg, context.policy.stall_s, limits=self._fill.limits, mark=context.mark)
        return source_of(self._fill.access, settings)

    def masked_url(self, window: Window) -> str:
        return replay_request(self._fill.access, self._asked(window)).masked_url

    def _asked(self, window: Window) -> Window:
        """What the camera is asked for so that this window comes, as far as that is known by now."""
        return self._shifts.asked(window)

    def announced(self, window: Window, key_frame_distance_s: float) -> Announcement | None:
        """What the camera's word on the last fetch, of this window, has against it; None for nothing.

        It may mean the digits that it was asked with (its zone, its clock), or the times as they are (its start rule).
        """
        if self._fill.options.misannounces:
            return None
        return announcement_of(self.told, (self._asked(window), window), key_frame_distance_s=key_frame_distance_s)

    async def _fetch(self, window: Window, order: FetchOrder, part: Path) -> FetchResult:
        """Fetch a window as `order` says. LeaseLostError where it is not ours."""
        await self._fill.journal.check_lease()
        self._fill.note(f"asking for {window.seconds:.3f} s: {self.masked_url(window)}")

        async def fetch(control: FetchControl) -> tuple[None, FetchResult]:
            return None, await self._source.fetch(order, part, control)

        _, fetched = await self._once_free(part, fetch)
        return fetched

    async def _first_key_frame(self, window: Window, part: Path) -> tuple[KeyFrame | None, FetchResult]:
        """The first key frame of a window, and how the fetch ended. Raises LeaseLostError as `_fetch`."""
        await self._fill.journal.check_lease()
        self._fill.note(f"looking for the first key frame: {self.masked_url(window)}")
        options = self._fill.options
        order = FetchOrder(
            self._asked(window),
            options.audio,
            options.full_speed,
            probe_s=PROBE_PICTURES_S if options.has_other_bits else _PROBE_S,
            has_pictures=options.has_other_bits,
        )

        async def look(control: FetchControl) -> tuple[KeyFrame | None, FetchResult]:
            return await self._source.first_key_frame(order, part, control)

        return await self._once_free(part, look)

    async def _once_free(
        self, part: Path, ask: Callable[[FetchControl], Awaitable[tuple[_Answer, FetchResult]]]
    ) -> tuple[_Answer, FetchResult]:
        """Ask the camera, and again as long as it may be busy with our own last session only."""
        while True:
            async with self._fetching(part) as control:
                answer, fetched = await ask(control)
            self._learn(fetched)
            if not await self._has_rested_for(fetched):
                return answer, fetched

    async def _has_rested_for(self, fetched: FetchResult) -> bool:
        """Rest longer where the device may be busy with our own last session only; whether to ask again.

        Some devices free a session seconds after its TEARDOWN.
        """
        options = self._fill.options
        is_busy = fetched.refusal is not None and fetched.refusal.outcome is Outcome.CAMERA_BUSY
        if not is_busy or not options.has_had_session or options.lanes_open > 1 or options.rest_s >= MOST_REST_S:
            return False
        options.rest_s = min(max(2 * options.rest_s, _LEAST_LEARNED_REST_S), MOST_REST_S)
        self._fill.note(f"busy, perhaps with our last session: asking again after a rest of {options.rest_s:g} s")
        await rest(options.rest_s, self._fill.progress, self._fill.stop)
        return not self._fill.stop.is_set()

    @contextlib.asynccontextmanager
    async def _fetching(self, part: Path) -> AsyncIterator[FetchControl]:
        """The control of a fetch into `part`, whose progress counts while it runs.

        Raises StorageError where an old file cannot be deleted, or ffmpeg cannot be started.
        """
        # Footage that an earlier fetch left in the file must not be taken for this one's.
        await asyncio.to_thread(remove_file, part)
        progress = self._fill.progress
        progress.begin(part)
        try:
            yield FetchControl(self._fill.stop, lambda report: progress.report(part, report), self._fill.log.write)
        except OSError as error:
            raise StorageError(f"Cannot start ffmpeg: {error.strerror}.", "Check HELDAR_FFMPEG_BIN.") from error
        finally:
            progress.end(part)

    def _learn(self, fetched: FetchResult) -> None:
        """Note what a fetch shows of the camera."""
        if fetched.clock_offset_s is not None:
            self._fill.options.seen_clock_offset_s = fetched.clock_offset_s
        if fetched.full_speed is not None:
            self._fill.options.took_full_speed = fetched.full_speed
        self._fill.options.has_had_session = self._fill.options.has_had_session or fetched.has_agreed
        self._fill.options.has_breached = self._fill.options.has_breached or fetched.has_breached
        if fetched.cause is StopCause.ASKED:
            self._fill.note("stopped as asked")


async def rest(seconds: float, progress: ProgressMeter, stop: asyncio.Event) -> None:
    """Wait for `seconds`, or until `stop` is set, so that the camera closes its session before the next one."""
    progress.phase = Phase.RESTING
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
