"""One piece of a fill: fetches a window, finds the times of what arrived, and lands it."""

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from anr_tui.domain.errors import FillError
from anr_tui.domain.fill import Phase
from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.site import StorageLimits
from anr_tui.domain.window import Window, subtract, total_s
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, audio_cannot_be_copied
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.land import FillJournal, land_placed, note_landed_before
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames
from anr_tui.fill.part_files import read_part
from anr_tui.fill.placement import FetchedMedia, PlacedRun, Probe, locate, locate_by_times
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.progress import ProgressMeter
from anr_tui.fill.sources.interface import (
    FetchControl,
    FetchOrder,
    FetchResult,
    FootageSource,
    SourceSettings,
    StopCause,
    offset_to_mend,
)
from anr_tui.fill.sources.registry import source_of
from anr_tui.fill.verdict import ENDS_FILL, Verdict, judge_piece
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.interface import RecordingArchive

# The two edges of a hole in the longest piece take some 30 probes; answers that need more are not plausible.
_MOST_PROBES = 40
# A probe to which the camera only closed the connection is repeated: it may have been cut off, or have no footage.
_MOST_TRIES = 3
# Outcomes after which it is useless to probe the camera.
_HOPELESS = ENDS_FILL - {Outcome.INTERRUPTED}
# Outcomes that say nothing about footage. `Not understood` does: some cameras answer 400 where they have none.
_NO_ANSWER = ENDS_FILL - {Outcome.NOT_UNDERSTOOD}
# Long enough for usual cameras to send a key frame.
_PROBE_S = 2.0


@dataclass(frozen=True, slots=True)
class FillContext:
    """What all fills of a worker share.

    `secret_key` opens the cameras' sealed passwords. `mark` is added to the environment of child processes, and names
    the worker.
    """

    policy: FillPolicy
    storage_limits: StorageLimits
    secret_key: SecretStr | None
    ffmpeg: Ffmpeg
    archive: RecordingArchive
    clock: Callable[[], datetime]
    mark: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class NegotiatedOptions:
    """How a camera is asked, and what it turned out to accept; updated while a fill runs.

    `clock_offset_s` is the correction in use and `seen_clock_offset_s` what the camera's `Date` showed, both in seconds
    that its clock is ahead of ours. `came_as` is codec, width and height of the footage.
    """

    full_speed: bool
    audio: AudioMode
    took_full_speed: bool | None = None
    clock_offset_s: int = 0
    seen_clock_offset_s: float | None = None
    came_as: tuple[str, int, int] | None = None


class _Unanswered:
    """A probe that showed neither that the camera has footage nor that it has none."""


class PieceFill:
    """The fill of one window of a camera, whose directory must exist."""

    def __init__(
        self,
        piece: Window,
        access: CameraAccess,
        camera_id: str,
        *,
        context: FillContext,
        options: NegotiatedOptions,
        journal: FillJournal,
        progress: ProgressMeter,
        log: FillLog,
        stop: asyncio.Event,
        limits: tuple[RateLimit, ...],
    ) -> None:
        self._piece = piece
        self._access = access
        self._camera_id = camera_id
        self._context = context
        self._archive = context.archive
        self._options = options
        self._journal = journal
        self._progress = progress
        self._log = log
        self._stop = stop
        self._limits = limits
        self._times: list[tuple[float, datetime]] = []
        self._times_until_s: float | None = None
        self._verdict: Verdict | None = None
        self._refusal: Verdict | None = None
        self._probes = 0

    async def run(self) -> Verdict | None:
        """Fetch and land the piece; returns what went wrong, None where the whole piece is on disk.

        Raises LeaseLostError, DiskFullError, ReplayError for a camera that cannot be asked, and FillError where ffmpeg
        cannot be started.
        """
        media_fetched = await self._fetch_media(self._piece)
        self._progress.phase = Phase.VERIFYING
        placed = await self._locate(media_fetched)
        if placed is None:
            self._log.write("fill", "the time of what arrived is not known: it is kept, and the next fill asks for it")
            return self._verdict_on(0.0)
        self._progress.phase = Phase.LANDING
        landed_s = total_s([window for each in placed if (window := await self._land(each)) is not None])
        media_fetched.part.unlink(missing_ok=True)
        if landed_s >= self._piece.seconds - TOLERANCE_S:
            return None
        return self._verdict_on(landed_s)

    async def rescue(self, part: Path, held: list[Window]) -> Verdict | None:
        """Land the part file of an interrupted fill, where probes of the camera can tell where its footage belongs.

        Footage that `held` covers has landed before. Where the camera cannot be asked now, the file stays for the next
        fill and the reason is returned, else None. Raises as `run`.
        """
        media = await read_part(part, self._log.write)
        if media is not None and media.runs:
            frames = await asyncio.to_thread(key_frames, part)
            media_fetched = FetchedMedia(self._piece, part, media.runs, is_in_order=False)
            placed = await locate(media_fetched, frames, self._probe)
            if placed is None and self._probes < _MOST_PROBES:
                return self._refusal
            for each in placed or []:
                window = Window(each.start, each.start + timedelta(seconds=each.run.seconds))
                if subtract(window, held, TOLERANCE_S):
                    await self._land(each)
                else:
                    await note_landed_before(
                        each, self._archive, self._camera_id, asked=self._piece, journal=self._journal
                    )
        part.unlink(missing_ok=True)
        return None

    async def _locate(self, media_fetched: FetchedMedia) -> list[PlacedRun] | None:
        """The moments of the fetched runs; None where the camera could not be asked."""
        if media_fetched.runs and self._times:
            return locate_by_times(media_fetched, self._times, self._times_until_s)
        frames = await asyncio.to_thread(key_frames, media_fetched.part) if media_fetched.runs else ()
        placed = await locate(media_fetched, frames, self._probe)
        return [] if placed is None and self._probes >= _MOST_PROBES else placed

    def _verdict_on(self, landed_s: float) -> Verdict:
        if self._refusal is not None:
            return self._refusal
        is_told = self._verdict is not None and self._verdict.outcome is not Outcome.PARTLY_FILLED
        if self._verdict is not None and (self._verdict.outcome in ENDS_FILL or (landed_s == 0 and is_told)):
            return self._verdict
        if landed_s == 0:
            return Verdict(Outcome.NO_FOOTAGE, "The camera played footage of another time: it has none of this window.")
        reason = self._verdict.reason if self._verdict else "The camera has no footage for some of it."
        return Verdict(Outcome.PARTLY_FILLED, reason)

    async def _probe(self, moment: datetime) -> Probe | None:
        """The first key frame that the camera has from a moment on; None where it cannot be asked."""
        for _ in range(_MOST_TRIES):
            probe = await self._probe_once(moment)
            if not isinstance(probe, _Unanswered):
                return probe
        return Probe(None)

    async def _probe_once(self, moment: datetime) -> "Probe | _Unanswered | None":
        is_hopeless = self._verdict is not None and self._verdict.outcome in _HOPELESS
        if is_hopeless or self._probes >= _MOST_PROBES:
            return None
        self._probes += 1
        await rest(self._context.policy.rest_s, self._progress, self._stop)
        if self._stop.is_set():
            self._refusal = Verdict(Outcome.STOPPED, "Stopped as asked.")
            return None
        # The window reaches far past the piece, because a camera refuses one that lies wholly in a hole.
        later = min(self._piece.end + timedelta(seconds=self._piece.seconds), self._context.clock())
        window = Window(moment, max(later, moment + timedelta(seconds=_PROBE_S)))
        part = self._archive.probe_path(self._camera_id, moment)
        try:
            frame, fetched = await self._first_key_frame(window, part)
        finally:
            part.unlink(missing_ok=True)
        if frame is not None:
            return Probe(frame)
        # Nothing arrived, so all of it is missing. Infinity keeps the tolerance from hiding the refusal.
        verdict = judge_piece(fetched, 0.0, math.inf)
        if verdict is not None and verdict.outcome in _NO_ANSWER:
            self._refusal = verdict
            return None
        # A camera that closes without an answer may have no footage, or may have been cut off.
        is_told = fetched.refusal is not None or fetched.is_complete
        return Probe(None) if is_told or fetched.cause is not StopCause.NONE else _Unanswered()

    async def _fetch_media(self, window: Window) -> FetchedMedia:
        part = self._archive.part_path(self._camera_id, window.start)
        fetched = await self._fetch(window, part)
        if (offset_s := offset_to_mend(fetched.clock_offset_s, self._options.clock_offset_s)) is not None:
            self._log.write("fill", f"the camera's clock is {offset_s} s ahead: asking again, by its own time")
            self._options.clock_offset_s = offset_s
            fetched = await self._fetch_again(window, part)
        if self._options.audio is AudioMode.COPY and any(map(audio_cannot_be_copied, fetched.last_lines)):
            self._log.write("fill", "MP4 cannot hold this camera's audio as it is: asking again, with AAC")
            self._options.audio = AudioMode.AAC
            fetched = await self._fetch_again(window, part)
        if fetched.cause is StopCause.NO_SOUND:
            self._log.write("fill", "the sound that this camera announces does not come: asking again, without it")
            self._options.audio = AudioMode.NONE
            fetched = await self._fetch_again(window, part)
        media = await read_part(part, self._log.write)
        if media is not None:
            self._options.came_as = (media.codec, media.width, media.height)
        offset = timedelta(seconds=self._options.clock_offset_s)
        self._times = [(mark.media_s, mark.at - offset) for mark in fetched.marks]
        self._times_until_s = fetched.marks_until_s
        # ONVIF servers end with silence, which proves no end, and neither does a closed connection.
        media_fetched = FetchedMedia(window, part, media.runs if media else (), fetched.is_complete)
        self._verdict = judge_piece(fetched, media_fetched.end_s, window.seconds)
        return media_fetched

    async def _fetch_again(self, window: Window, part: Path) -> FetchResult:
        await rest(self._context.policy.rest_s, self._progress, self._stop)
        return await self._fetch(window, part)

    @property
    def _source(self) -> FootageSource:
        """The camera's source, asked by the camera's own clock as far as that is known by now."""
        settings = SourceSettings(
            self._context.ffmpeg, self._context.policy.stall_s, limits=self._limits, mark=self._context.mark
        )
        return source_of(self._access.with_clock_offset(self._options.clock_offset_s), settings)

    def _masked_url(self, window: Window) -> str:
        access = self._access.with_clock_offset(self._options.clock_offset_s)
        return replay_request(access, window).masked_url

    async def _fetch(self, window: Window, part: Path) -> FetchResult:
        """Fetch a window. Raises LeaseLostError where another worker has the site."""
        await self._journal.check_lease()
        self._log.write("fill", f"asking for {window.seconds:.3f} s: {self._masked_url(window)}")
        order = FetchOrder(window, self._options.audio, self._options.full_speed)
        with self._fetching(part) as control:
            return self._learned(await self._source.fetch(order, part, control))

    async def _first_key_frame(self, window: Window, part: Path) -> tuple[KeyFrame | None, FetchResult]:
        """The first key frame of a window, and how the fetch ended. Raises LeaseLostError as `_fetch`."""
        await self._journal.check_lease()
        self._log.write("fill", f"looking for the first key frame: {self._masked_url(window)}")
        order = FetchOrder(window, self._options.audio, self._options.full_speed, probe_s=_PROBE_S)
        with self._fetching(part) as control:
            frame, fetched = await self._source.first_key_frame(order, part, control)
        return frame, self._learned(fetched)

    @contextlib.contextmanager
    def _fetching(self, part: Path) -> Iterator[FetchControl]:
        """The control of a fetch into `part`, whose progress counts while it runs.

        Raises FillError where ffmpeg cannot be started.
        """
        # Footage that an earlier fetch left in the file must not be taken for this one's.
        part.unlink(missing_ok=True)
        self._progress.begin(part)
        try:
            yield FetchControl(self._stop, lambda report: self._progress.report(part, report), self._log.write)
        except OSError as error:
            raise FillError(f"ffmpeg cannot be started: {error.strerror}.", "Check HELDAR_FFMPEG_BIN.") from None
        finally:
            self._progress.end(part)

    def _learned(self, fetched: FetchResult) -> FetchResult:
        """The same result, after noting what it shows of the camera."""
        if fetched.clock_offset_s is not None:
            self._options.seen_clock_offset_s = fetched.clock_offset_s
        if fetched.full_speed is not None:
            self._options.took_full_speed = fetched.full_speed
        if fetched.cause is StopCause.ASKED:
            self._log.write("fill", "stopped as asked")
        return fetched

    async def _land(self, placed: PlacedRun) -> Window | None:
        source_url = self._masked_url(self._piece)
        file = await land_placed(
            placed,
            self._archive,
            self._camera_id,
            asked=self._piece,
            source_url=source_url,
            journal=self._journal,
            log=self._log.write,
        )
        if file is None:
            return None
        self._progress.landed(file.window.seconds, file.size_bytes)
        return file.window


async def rest(seconds: float, progress: ProgressMeter, stop: asyncio.Event) -> None:
    """Wait for `seconds`, or until `stop` is set, so that the camera closes its session before the next one."""
    progress.phase = Phase.RESTING
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
