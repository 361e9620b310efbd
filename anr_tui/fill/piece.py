"""One piece: fetch it, find out where what came belongs, land that."""

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

# A hole's two edges in the longest piece take some 30 probes; a camera that needs more is not to be believed.
_MOST_PROBES = 40
# A probe at which the camera only closed is taken again: it may have been cut off, or have nothing.
_MOST_TRIES = 3
# What makes it useless to ask a camera where its footage belongs.
_HOPELESS = ENDS_FILL - {Outcome.INTERRUPTED}
# What is no answer about footage. `Not understood` is one: some cameras say 400 where they have none.
_NO_ANSWER = ENDS_FILL - {Outcome.NOT_UNDERSTOOD}
# Enough for a key frame of a usual camera.
_PROBE_S = 2.0


@dataclass(frozen=True, slots=True)
class FillContext:
    """What every fill of a worker shares.

    `secret_key` opens the cameras' sealed passwords. `mark` goes into its children's environment and names the worker.
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
    """How this camera is asked, and what it turned out to take; learned while a fill goes on."""

    full_speed: bool
    audio: AudioMode
    took_full_speed: bool | None = None
    clock_offset_s: int = 0
    seen_clock_offset_s: float | None = None
    came_as: tuple[str, int, int] | None = None


class _Unanswered:
    """A probe that says neither that the camera has footage nor that it has none."""


class PieceFill:
    """Fills one window of a camera whose directory exists."""

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
        """Fetch and land; what went wrong, or None where all of the piece is on disk."""
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
        """Land what a part file of a fill that was cut short is worth, where the camera can say where it belongs.

        What `held` covers has landed before. Where the camera cannot be asked now, the file stays for the next fill.
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
        """Where it belongs; None where that could not be asked."""
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
        said = self._verdict.reason if self._verdict else "The camera has no footage for some of it."
        return Verdict(Outcome.PARTLY_FILLED, said)

    async def _probe(self, moment: datetime) -> Probe | None:
        """The first key frame that the camera has from a moment on."""
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
        # Asked for up to far behind the piece, since a camera refuses a window that lies wholly in a hole.
        later = min(self._piece.end + timedelta(seconds=self._piece.seconds), self._context.clock())
        window = Window(moment, max(later, moment + timedelta(seconds=_PROBE_S)))
        part = self._archive.probe_path(self._camera_id, moment)
        try:
            frame, fetched = await self._first_key_frame(window, part)
        finally:
            part.unlink(missing_ok=True)
        if frame is not None:
            return Probe(frame)
        # Nothing came, so whatever was wanted is missing: the tolerance must not make an answer of a refusal.
        verdict = judge_piece(fetched, 0.0, math.inf)
        if verdict is not None and verdict.outcome in _NO_ANSWER:
            self._refusal = verdict
            return None
        # A camera that says nothing and closes may have nothing, or may have been cut off.
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
        # Silence is how ONVIF servers end; it proves nothing, and neither does a closed connection.
        media_fetched = FetchedMedia(window, part, media.runs if media else (), fetched.is_complete)
        self._verdict = judge_piece(fetched, media_fetched.end_s, window.seconds)
        return media_fetched

    async def _fetch_again(self, window: Window, part: Path) -> FetchResult:
        await rest(self._context.policy.rest_s, self._progress, self._stop)
        return await self._fetch(window, part)

    @property
    def _source(self) -> FootageSource:
        """The camera's, asked by its own clock as far as that is known by now."""
        settings = SourceSettings(
            self._context.ffmpeg, self._context.policy.stall_s, limits=self._limits, mark=self._context.mark
        )
        return source_of(self._access.with_clock_offset(self._options.clock_offset_s), settings)

    def _masked_url(self, window: Window) -> str:
        access = self._access.with_clock_offset(self._options.clock_offset_s)
        return replay_request(access, window).masked_url

    async def _fetch(self, window: Window, part: Path) -> FetchResult:
        """Fetch a window. LeaseLostError where it is not ours."""
        await self._journal.check_lease()
        self._log.write("fill", f"asking for {window.seconds:.3f} s: {self._masked_url(window)}")
        order = FetchOrder(window, self._options.audio, self._options.full_speed)
        with self._fetching(part) as control:
            return self._learned(await self._source.fetch(order, part, control))

    async def _first_key_frame(self, window: Window, part: Path) -> tuple[KeyFrame | None, FetchResult]:
        """The first key frame of a window, and how asking for it ended. LeaseLostError as `_fetch`."""
        await self._journal.check_lease()
        self._log.write("fill", f"looking for the first key frame: {self._masked_url(window)}")
        order = FetchOrder(window, self._options.audio, self._options.full_speed, probe_s=_PROBE_S)
        with self._fetching(part) as control:
            frame, fetched = await self._source.first_key_frame(order, part, control)
        return frame, self._learned(fetched)

    @contextlib.contextmanager
    def _fetching(self, part: Path) -> Iterator[FetchControl]:
        """The hands on a fetch into `part`, which counts while it runs. FillError where ffmpeg cannot be started."""
        # What an earlier answer left there must not pass for this one's.
        part.unlink(missing_ok=True)
        self._progress.begin(part)
        try:
            yield FetchControl(self._stop, lambda report: self._progress.report(part, report), self._log.write)
        except OSError as error:
            raise FillError(f"ffmpeg cannot be started: {error.strerror}.", "Check HELDAR_FFMPEG_BIN.") from None
        finally:
            self._progress.end(part)

    def _learned(self, fetched: FetchResult) -> FetchResult:
        """The same, noted: what it shows of the camera."""
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
    """Let the camera close its session before the next one."""
    progress.phase = Phase.RESTING
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
