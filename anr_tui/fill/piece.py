"""One piece: fetch it, find out where what came belongs, land that."""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import FillError
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window, subtract, total_s
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, audio_cannot_be_copied
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.part_files import FillJournal, land_placed, note_landed_before, read_part
from anr_tui.fill.placement import FetchedMedia, PlacedRun, Probe, locate, locate_by_times
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.progress import ProgressMeter
from anr_tui.fill.sources.rtsp import FetchOrder, FetchResult, StopCause, fetch, skew_to_mend
from anr_tui.fill.verdict import ENDS_FILL, Verdict, judge_piece
from anr_tui.platform.masking import mask
from anr_tui.replay.dialects.replay_url import replay_url, split_target
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.recordings.coverage import Coverage
from anr_tui.sites.recordings.layout import part_path, probe_path

# A hole's two edges in the longest piece take some 30 questions; a camera that needs more is not to be believed.
_MOST_QUESTIONS = 40
# A look at which the camera only closed is taken again: it may have been cut off, or have nothing.
_MOST_TRIES = 3
# What makes it useless to ask a camera where its footage belongs.
_HOPELESS = ENDS_FILL - {Outcome.INTERRUPTED}
# What is no answer about footage. `Not understood` is one: some cameras say 400 where they have none.
_NO_ANSWER = ENDS_FILL - {Outcome.NOT_UNDERSTOOD}
# Enough for a key frame of a usual camera.
_PROBE_S = 2.0


@dataclass(frozen=True, slots=True)
class FillContext:
    """What every fill of a worker shares. `mark` goes into its children's environment and names the worker."""

    settings: Settings
    ffmpeg: Ffmpeg
    coverage: Coverage
    clock: Callable[[], datetime]
    mark: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class NegotiatedOptions:
    """How this camera is asked, and what it turned out to take; learned while a fill goes on."""

    full_speed: bool
    audio: AudioMode
    took_full_speed: bool | None = None
    clock_skew_s: int = 0
    seen_skew_s: float | None = None
    came_as: tuple[str, int, int] | None = None


class _Unclear:
    """A look at a camera's footage that says neither that there is any nor that there is none."""


class PieceFill:
    """Fills one window of a camera whose directory exists."""

    def __init__(
        self,
        piece: Window,
        camera: Camera,
        password: SecretStr | None,
        directory: Path,
        *,
        tools: FillContext,
        options: NegotiatedOptions,
        journal: FillJournal,
        meter: ProgressMeter,
        log: FillLog,
        stop: asyncio.Event,
        limits: tuple[RateLimit, ...],
    ) -> None:
        self._piece = piece
        self._camera = camera
        self._password = password
        self._directory = directory
        self._tools = tools
        self._options = options
        self._journal = journal
        self._meter = meter
        self._log = log
        self._stop = stop
        self._limits = limits
        self._times: list[tuple[float, datetime]] = []
        self._times_until_s: float | None = None
        self._verdict: Verdict | None = None
        self._refusal: Verdict | None = None
        self._questions = 0

    async def run(self) -> Verdict | None:
        """Fetch and land; what went wrong, or None where all of the piece is on disk."""
        media_fetched = await self._fetch_media(self._piece)
        self._meter.phase = Phase.VERIFYING
        placed = await self._locate(media_fetched)
        if placed is None:
            self._log.write("fill", "the time of what arrived is not known: it is kept, and the next fill asks for it")
            return self._verdict_on(0.0)
        self._meter.phase = Phase.LANDING
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
            if placed is None and self._questions < _MOST_QUESTIONS:
                return self._refusal
            for each in placed or []:
                window = Window(each.start, each.start + timedelta(seconds=each.run.seconds))
                if subtract(window, held, TOLERANCE_S):
                    await self._land(each)
                else:
                    await note_landed_before(each, asked=self._piece, journal=self._journal)
        part.unlink(missing_ok=True)
        return None

    async def _locate(self, media_fetched: FetchedMedia) -> list[PlacedRun] | None:
        """Where it belongs; None where that could not be asked."""
        if media_fetched.runs and self._times:
            return locate_by_times(media_fetched, self._times, self._times_until_s)
        frames = await asyncio.to_thread(key_frames, media_fetched.part) if media_fetched.runs else ()
        placed = await locate(media_fetched, frames, self._probe)
        return [] if placed is None and self._questions >= _MOST_QUESTIONS else placed

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
            if not isinstance(probe, _Unclear):
                return probe
        return Probe(None)

    async def _probe_once(self, moment: datetime) -> "Probe | _Unclear | None":
        is_hopeless = self._verdict is not None and self._verdict.outcome in _HOPELESS
        if is_hopeless or self._questions >= _MOST_QUESTIONS:
            return None
        self._questions += 1
        await rest(self._tools.settings.anr_rest_s, self._meter, self._stop)
        if self._stop.is_set():
            self._refusal = Verdict(Outcome.STOPPED, "Stopped as asked.")
            return None
        # Asked for up to far behind the piece, since a camera refuses a window that lies wholly in a hole.
        later = min(self._piece.end + timedelta(seconds=self._piece.seconds), self._tools.clock())
        window = Window(moment, max(later, moment + timedelta(seconds=_PROBE_S)))
        part = probe_path(self._directory, moment)
        try:
            fetched = await self._fetch(window, part, length_s=_PROBE_S)
            media = await read_part(part, self._log.write)
            if media is not None and media.runs:
                frames = await asyncio.to_thread(key_frames, part)
                return Probe(frames[0] if frames else None)
        finally:
            part.unlink(missing_ok=True)
        # Nothing came, so whatever was wanted is missing: the tolerance must not make an answer of a refusal.
        verdict = judge_piece(fetched, 0.0, math.inf)
        if verdict is not None and verdict.outcome in _NO_ANSWER:
            self._refusal = verdict
            return None
        # A camera that says nothing and closes may have nothing, or may have been cut off.
        is_told = fetched.report.status not in (None, 200) or fetched.report.said_bye or fetched.report.announced_end
        return Probe(None) if is_told or fetched.cause is not StopCause.NONE else _Unclear()

    async def _fetch_media(self, window: Window) -> FetchedMedia:
        part = part_path(self._directory, window.start)
        fetched = await self._fetch(window, part)
        if (skew_s := skew_to_mend(fetched.report, self._options.clock_skew_s)) is not None:
            self._log.write("fill", f"the camera's clock is {skew_s} s ahead: asking again, by its own time")
            self._options.clock_skew_s = skew_s
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
        skew = timedelta(seconds=self._options.clock_skew_s)
        self._times = [(time.media_s, time.at - skew) for time in fetched.report.replay_times]
        self._times_until_s = fetched.report.replay_times_until_s
        # Silence is how ONVIF servers end; it proves nothing, and neither does a closed connection.
        is_in_order = fetched.report.said_bye or fetched.report.announced_end
        media_fetched = FetchedMedia(window, part, media.runs if media else (), is_in_order)
        self._verdict = judge_piece(fetched, media_fetched.end_s, window.seconds)
        return media_fetched

    async def _fetch_again(self, window: Window, part: Path) -> FetchResult:
        await rest(self._tools.settings.anr_rest_s, self._meter, self._stop)
        return await self._fetch(window, part)

    def _url(self, window: Window) -> SecretStr:
        """What the camera is asked, by its own clock."""
        skew = timedelta(seconds=self._options.clock_skew_s)
        return replay_url(self._camera, Window(window.start + skew, window.end + skew), self._password)

    async def _fetch(self, window: Window, part: Path, *, length_s: float | None = None) -> FetchResult:
        """Fetch a window, or look for a first key frame in `length_s` seconds. LeaseLostError where it is not ours."""
        await self._journal.check_lease()
        url = self._url(window)
        is_probe = length_s is not None
        length_s = window.seconds if length_s is None else length_s
        wanted = "looking for the first key frame" if is_probe else f"asking for {length_s:.3f} s"
        self._log.write("fill", f"{wanted}: {mask(url.get_secret_value())}")
        order = FetchOrder(
            target=split_target(url),
            length_s=length_s,
            part=part,
            audio=self._options.audio,
            full_speed=self._options.full_speed,
            stall_s=self._tools.settings.anr_stall_s,
            clock_skew_s=self._options.clock_skew_s,
            limits=self._limits,
            is_probe=is_probe,
            mark=self._tools.mark,
        )
        # What an earlier answer left there must not pass for this one's.
        part.unlink(missing_ok=True)
        self._meter.begin(part)
        try:
            fetched = await fetch(
                order,
                self._tools.ffmpeg,
                stop=self._stop,
                on_progress=lambda progress: self._meter.report(part, progress),
                log=self._log.write,
            )
        except OSError as error:
            raise FillError(f"ffmpeg cannot be started: {error.strerror}.", "Check HELDAR_FFMPEG_BIN.") from None
        finally:
            self._meter.end(part)
        if fetched.report.clock_skew_s is not None:
            self._options.seen_skew_s = fetched.report.clock_skew_s
        if fetched.report.full_speed is not None:
            self._options.took_full_speed = fetched.report.full_speed
        if fetched.cause is StopCause.ASKED:
            self._log.write("fill", "stopped as asked")
        return fetched

    async def _land(self, placed: PlacedRun) -> Window | None:
        source_url = mask(self._url(self._piece).get_secret_value())
        file = await land_placed(
            placed, asked=self._piece, source_url=source_url, journal=self._journal, log=self._log.write
        )
        if file is None:
            return None
        self._meter.landed(file.window.seconds, file.size_bytes)
        return file.window


async def rest(seconds: float, meter: ProgressMeter, stop: asyncio.Event) -> None:
    """Let the camera close its session before the next one."""
    meter.phase = Phase.RESTING
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
