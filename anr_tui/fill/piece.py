"""One piece of a fill: fetches a window, finds the times of what arrived, and lands it."""

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from anr_tui.domain.coverage import holes_to_fill, is_covered
from anr_tui.domain.errors import FillError
from anr_tui.domain.fill import Phase
from anr_tui.domain.fill_policy import FillPolicy
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.picture_verdict import PictureVerdict
from anr_tui.domain.site import StorageLimits
from anr_tui.domain.time_proof import TimeProof
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, total_s
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, audio_cannot_be_copied
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.land import FillJournal, land_placed, note_landed_before
from anr_tui.fill.media.key_frame_match import KeyFrame, encoder_description, key_frames
from anr_tui.fill.media.picture_check import check_pictures
from anr_tui.fill.part_files import read_part
from anr_tui.fill.placement.by_eye import EYE_S, SeenSeams, see_seams
from anr_tui.fill.placement.calibration import Calibration, find_elsewhere
from anr_tui.fill.placement.judge import Contradiction, Evidence, Place, judge
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probes import Probe, ProbeError, anchor_at
from anr_tui.fill.placement.recordings import recorded_frames, recordings_in
from anr_tui.fill.placement.seams import Seams, reach
from anr_tui.fill.placement.shift_search import ShiftSearch
from anr_tui.fill.plan import TOLERANCE_S
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
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.interface import Recording, RecordingArchive
from anr_tui.sites.recordings.kept_parts import PartFacts, drop_part, keep_part

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
# What was learned of a camera's times in one round is used in the next.
_MOST_ROUNDS = 4
# A piece that is no longer than this is fetched again so that its pictures can be recognised, in seconds.
_MOST_AGAIN_S = 60.0
_NO_CALIBRATION = Calibration()
_NOT_KNOWN = "Nobody can say now of what time it is"
_NOT_LANDED = "Some of it could not be landed"


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

    `calibration` is what its times are known to mean, `is_calibrated` whether this fill has shown that.
    `seen_clock_offset_s` is what the camera's `Date` showed, in seconds that its clock is ahead of ours. `came_as` is
    codec, width and height of the footage. `needs_eyes`: the recorder has other bits, so pictures are compared.
    """

    full_speed: bool
    audio: AudioMode
    took_full_speed: bool | None = None
    calibration: Calibration = _NO_CALIBRATION
    is_calibrated: bool = False
    sends_undecodable: bool = False
    needs_eyes: bool = False
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
        gap: RecordingGap,
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
        self._gap = gap
        self._camera_id = gap.camera_id
        self._context = context
        self._archive = context.archive
        self._options = options
        self._journal = journal
        self._progress = progress
        self._log = log
        self._stop = stop
        self._limits = limits
        self._landed: list[Window] = []
        self._shifts = ShiftSearch(options.calibration)
        self._contradiction: Contradiction | None = None
        self._deferred: tuple[Place, FetchedMedia] | None = None
        self._times: list[tuple[float, datetime]] = []
        self._times_until_s: float | None = None
        self._verdict: Verdict | None = None
        self._refusal: Verdict | None = None
        self._probes = 0

    async def run(self) -> Verdict | None:
        """Fetch and land; what went wrong, or None where all of the piece is on disk."""
        left = self._piece
        for _ in range(_MOST_ROUNDS):
            has_learned = await self._try(left)
            missing = holes_to_fill(self._piece, self._landed)
            if not missing:
                await self._settle_deferred()
                return None
            if not has_learned or self._refusal is not None:
                break
            left = Window(floor_second(missing[0].start), missing[-1].end)
            await rest(self._context.policy.rest_s, self._progress, self._stop)
            if self._stop.is_set():
                break
        await self._settle_deferred()
        return self._verdict_on(total_s(self._landed))

    async def rescue(self, part: Path, held: list[Window]) -> Verdict | None:
        """Land what a part file of a fill that was cut short is worth, where it can be said where it belongs.

        What `held` covers has landed before. Where that cannot be said now, the file stays for the next fill.
        """
        media = await read_part(part, self._log.write)
        if media is None or not media.runs:
            await asyncio.to_thread(drop_part, self._archive, part)
            return None
        seams = await self._seams(self._piece)
        fetched = FetchedMedia(self._piece, part, media.runs, is_in_order=False)
        evidence = Evidence(fetched, await asyncio.to_thread(key_frames, part), seams)
        if not seams.is_bare and not evidence.pairs:
            evidence = await self._with_its_lead(evidence)
        place = await self._judge(evidence) if evidence is not None else None
        if place is None or isinstance(place, Contradiction):
            await self._keep(fetched, place.words if place else _NOT_KNOWN)
            return self._refusal
        if (words := self._why_unproven(place)) is not None:
            await self._keep(fetched, words)
            return self._refusal
        is_done = True
        for each in place.runs:
            if not is_covered(each.window, held):
                is_done = await self._land(each, place) and is_done
            else:
                await note_landed_before(each, self._archive, self._camera_id, asked=self._piece, journal=self._journal)
        if is_done:
            await asyncio.to_thread(drop_part, self._archive, part)
        else:
            await self._keep(fetched, _NOT_LANDED)
        return None

    async def _with_its_lead(self, evidence: Evidence) -> Evidence | None:
        """The same for a part file that may begin with what was asked for beside its piece; None: nothing shows that.

        Where the piece begins in it, the camera shows.
        """
        try:
            begins = await anchor_at(self._piece.start, evidence.frames, self._probe)
        except ProbeError:
            return None
        if begins is None:
            return None
        asked = Window(begins.moment - timedelta(seconds=begins.at_s), self._piece.end)
        return replace(evidence, media=replace(evidence.media, window=asked))

    async def _try(self, window: Window) -> bool:
        """Fetch a window and land what has a place; whether something was learned that makes another try worth it."""
        seams = await self._seams(window)
        asked = seams.widened(self._context.clock(), EYE_S if self._options.needs_eyes else 0.0)
        fetched = await self._fetch_media(asked, seams)
        self._progress.phase = Phase.VERIFYING
        if not fetched.runs and self._looks_by_its_clock():
            return True
        frames = await asyncio.to_thread(key_frames, fetched.part) if fetched.runs else ()
        evidence = Evidence(
            fetched,
            frames,
            seams,
            self._times,
            self._times_until_s,
            self._shifts.unexplained_s(self._options.seen_clock_offset_s),
        )
        place = await self._judge(evidence)
        if place is None:
            await self._keep(fetched, _NOT_KNOWN)
            return False
        if isinstance(place, Place) and place.proof is not TimeProof.PROVEN and self._shifts.is_guess:
            place = Contradiction("Nothing shows that what it plays by another clock is of this time")
        if isinstance(place, Contradiction):
            return await self._contradicted(place, fetched)
        self._contradiction = None
        if place.proof is TimeProof.PROVEN and place.runs:
            self._shifts.confirm()
        is_to_look = self._learn_to_look(place)
        has_learned = self._shifts.learn(place, seams.key_frame_distance_s) or is_to_look
        if self._shifts.is_shown:
            self._options.calibration, self._options.is_calibrated = self._shifts.calibration, True
        if has_learned and place.proof is not TimeProof.PROVEN and self._deferred is None:
            # Asked for rightly, all of it may come, and be proven on both sides.
            self._deferred = (place, fetched)
            return True
        await self._land_all(place, fetched)
        return has_learned

    async def _land_all(self, place: Place, fetched: FetchedMedia) -> None:
        """Land the runs of a part file, and remove it unless any of them must be kept."""
        if (words := self._why_unproven(place)) is not None:
            self._contradiction = Contradiction(words)
            await self._keep(fetched, words)
            return
        self._progress.phase = Phase.LANDING
        are_settled = [await self._land(each, place) for each in place.runs]
        if all(are_settled) and place.is_whole:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, _NOT_LANDED)

    def _why_unproven(self, place: Place) -> str | None:
        """Why footage does not land by the policy, though nothing contradicts its time; None where it may."""
        if self._context.policy.time_proof != "require" or place.proof is TimeProof.PROVEN or not place.runs:
            return None
        return f"{place.shown_by} Its time is not proven, as ANR_TIME_PROOF=require asks (anr-tui parts has it)"

    async def _keep(self, fetched: FetchedMedia, reason: str) -> None:
        """Keep a part file whose footage has no place, with what is known of it."""
        if not fetched.runs:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
            return
        self._log.write("fill", f"{fetched.part.name} is kept: {reason}")
        facts = PartFacts(
            asked=fetched.window,
            kept_at=self._context.clock(),
            reason=f"{reason}.",
            gap_id=self._gap.id,
            gap=self._gap.window,
            media_s=sum(run.seconds for run in fetched.runs),
        )
        try:
            await asyncio.to_thread(keep_part, self._archive, self._camera_id, fetched.part, facts)
        except OSError as error:
            # The part file itself stays, and is found by its name.
            self._log.write("fill", f"what is known of {fetched.part.name} cannot be noted: {error.strerror}")

    async def _settle_deferred(self) -> None:
        """Land what came first where the second try brought nothing; remove it where that brought all.

        Where the second try contradicts, what came first has no place either.
        """
        if self._deferred is None:
            return
        place, fetched = self._deferred
        if self._contradiction is not None:
            await self._keep(fetched, self._contradiction.words)
        elif not self._landed:
            await self._land_all(place, fetched)
        elif is_covered(self._piece, self._landed):
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, _NOT_LANDED)

    async def _seams(self, window: Window) -> Seams:
        doubtful = await self._journal.doubtful_names()
        frames = await asyncio.to_thread(
            recorded_frames, self._archive, self._camera_id, reach(window), left_out=doubtful
        )
        return Seams(window, frames)

    async def _judge(self, evidence: Evidence) -> Place | Contradiction | None:
        """Where the footage belongs; None where that could not be asked."""
        if not evidence.media.runs:
            return Place((), TimeProof.CONSISTENT, "")
        place = await judge(evidence, self._probe, lambda: self._find_elsewhere(evidence), lambda: self._see(evidence))
        if isinstance(place, Place) and place.runs:
            self._log.write("fill", f"{place.proof}: {place.shown_by}")
        return place

    async def _find_elsewhere(self, evidence: Evidence) -> float | None:
        if self._stop.is_set():
            return None
        seen_s = self._options.seen_clock_offset_s
        hints_s = [-seen_s] if seen_s is not None and abs(seen_s) > TOLERANCE_S else []
        return await asyncio.to_thread(
            find_elsewhere,
            self._archive,
            self._camera_id,
            evidence.asked,
            evidence.frames,
            hints_s=hints_s,
            left_out=await self._journal.doubtful_names(),
            now=self._context.clock(),
        )

    def _looks_by_its_clock(self) -> bool:
        """Ask once more where the camera's clock points, of a camera that has nothing at the moment asked for."""
        seen_s = self._options.seen_clock_offset_s
        if self._verdict is None or self._verdict.outcome is not Outcome.NO_FOOTAGE:
            return False
        if not self._shifts.follow_clock(seen_s):
            return False
        self._log.write("fill", f"its clock is {seen_s:+.0f} s from ours: asking once more, by its clock")
        return True

    async def _contradicted(self, place: Contradiction, fetched: FetchedMedia) -> bool:
        """Take in that what came is of another time; whether asking by what it showed may bring the right one."""
        self._log.write("fill", f"{place.words}: nothing of it lands")
        check = await check_pictures(fetched.part, mark=self._context.mark)
        if check.verdict is PictureVerdict.UNDECODABLE:
            self._options.sends_undecodable = True
            self._contradiction = place
            await self._keep(fetched, "Its pictures cannot be decoded, so that nobody can say of what time it is")
            return False
        self._contradiction, is_worth_it = self._shifts.contradicted(place)
        if not is_worth_it:
            await self._keep(fetched, self._contradiction.words)
            return False
        self._log.write("fill", "asking again, by what it showed")
        if place.is_recorded:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, place.words)
        return True

    def _learn_to_look(self, place: Place) -> bool:
        """Take more from beside the pieces from now on; whether it is worth fetching this one again for that."""
        if not place.wants_more or self._options.needs_eyes:
            return False
        self._options.needs_eyes = True
        return place.proof is not TimeProof.PROVEN and self._piece.seconds <= _MOST_AGAIN_S

    async def _see(self, evidence: Evidence) -> SeenSeams:
        if self._stop.is_set():
            return SeenSeams()
        media, seams = evidence.media, evidence.seams
        around = await asyncio.to_thread(recordings_in, self._archive, self._camera_id, reach(seams.window))
        doubtful = await self._journal.doubtful_names()
        recordings = [(begins, path) for begins, path in around if path.name not in doubtful]
        seen = await see_seams(media.part, evidence.asked, media.end_s, seams, recordings, self._context.mark)
        self._log.write("fill", f"compared with the recordings by eye: {seen.words or 'nothing to see'}")
        if (
            seen.early is None
            and seen.late is None
            and seams.are_in(media.window)
            and await asyncio.to_thread(_is_one_encoder, media.part, recordings)
        ):
            self._log.write("fill", "the same encoder made the recordings beside, and none of their key frames came")
            return replace(seen, is_other=True)
        return seen

    def _verdict_on(self, landed_s: float) -> Verdict:
        if self._refusal is not None:
            return self._refusal
        is_told = self._verdict is not None and self._verdict.outcome is not Outcome.PARTLY_FILLED
        if self._verdict is not None and (self._verdict.outcome in ENDS_FILL or (landed_s == 0 and is_told)):
            return self._verdict
        if self._contradiction is not None:
            reason = f"{self._contradiction.words}. {Outcome.WRONG_TIME.traits.sentence}"
            return Verdict(Outcome.WRONG_TIME, reason)
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

    async def _fetch_media(self, window: Window, seams: Seams) -> FetchedMedia:
        """Fetch a window with its seams, and up to a key frame's distance more where the camera begins early."""
        # Named by what is wanted of it, not by what is asked for beside that: so the next fill of the gap finds it.
        part = self._archive.part_path(self._camera_id, seams.window.start)
        slack_s = seams.key_frame_distance_s
        fetched = await self._fetch(window, part, slack_s)
        if self._options.audio is AudioMode.COPY and any(map(audio_cannot_be_copied, fetched.last_lines)):
            self._log.write("fill", "MP4 cannot hold this camera's audio as it is: asking again, with AAC")
            self._options.audio = AudioMode.AAC
            fetched = await self._fetch_again(window, part, slack_s)
        if fetched.cause is StopCause.NO_SOUND:
            self._log.write("fill", "the sound that this camera announces does not come: asking again, without it")
            self._options.audio = AudioMode.NONE
            fetched = await self._fetch_again(window, part, slack_s)
        media = await read_part(part, self._log.write)
        if media is not None:
            self._options.came_as = (media.codec, media.width, media.height)
        by_our_clock = timedelta(seconds=self._shifts.clock_shift_s(self._options.seen_clock_offset_s))
        self._times = [(mark.media_s, mark.at + by_our_clock) for mark in fetched.marks]
        self._times_until_s = fetched.marks_until_s
        # ONVIF servers end with silence, which proves no end, and neither does a closed connection.
        media_fetched = FetchedMedia(window, part, media.runs if media else (), fetched.is_complete)
        self._verdict = judge_piece(fetched, media_fetched.end_s, window.seconds)
        return media_fetched

    async def _fetch_again(self, window: Window, part: Path, slack_s: float) -> FetchResult:
        await rest(self._context.policy.rest_s, self._progress, self._stop)
        return await self._fetch(window, part, slack_s)

    @property
    def _source(self) -> FootageSource:
        """The source of the camera's footage."""
        settings = SourceSettings(
            self._context.ffmpeg, self._context.policy.stall_s, limits=self._limits, mark=self._context.mark
        )
        return source_of(self._access, settings)

    def _masked_url(self, window: Window) -> str:
        return replay_request(self._access, self._asked(window)).masked_url

    def _asked(self, window: Window) -> Window:
        """What the camera is asked for so that this window comes, as far as that is known by now."""
        return self._shifts.asked(window)

    async def _fetch(self, window: Window, part: Path, slack_s: float) -> FetchResult:
        """Fetch a window. LeaseLostError where it is not ours."""
        await self._journal.check_lease()
        self._log.write("fill", f"asking for {window.seconds:.3f} s: {self._masked_url(window)}")
        order = FetchOrder(self._asked(window), self._options.audio, self._options.full_speed, slack_s=slack_s)
        with self._fetching(part) as control:
            return self._learned(await self._source.fetch(order, part, control))

    async def _first_key_frame(self, window: Window, part: Path) -> tuple[KeyFrame | None, FetchResult]:
        """The first key frame of a window, and how the fetch ended. Raises LeaseLostError as `_fetch`."""
        await self._journal.check_lease()
        self._log.write("fill", f"looking for the first key frame: {self._masked_url(window)}")
        order = FetchOrder(self._asked(window), self._options.audio, self._options.full_speed, probe_s=_PROBE_S)
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

    async def _land(self, placed: PlacedRun, place: Place) -> bool:
        """Land a run; False where it must be kept."""
        check = await check_pictures(
            placed.part, between=(placed.run.start_s, placed.run.end_s), mark=self._context.mark
        )
        if check.verdict is PictureVerdict.UNDECODABLE:
            self._log.write("fill", "its pictures cannot be decoded: it lands as evidence of what the camera sent")
            self._options.sends_undecodable = True
        landing = await land_placed(
            placed,
            self._archive,
            self._camera_id,
            asked=self._piece,
            source_url=self._masked_url(self._piece),
            journal=self._journal,
            log=self._log.write,
            proof=place.proof,
            shown_by=place.shown_by,
            pictures=check.verdict,
        )
        if landing.file is not None:
            self._landed.append(landing.file.window)
            self._progress.landed(landing.file.window.seconds, landing.file.size_bytes)
        return landing.is_settled


def _is_one_encoder(part: Path, recordings: Sequence[Recording]) -> bool:
    """Whether what came and the recordings beside were encoded alike, so that key frames are the same. Blocking."""
    came = encoder_description(part)
    return came is not None and any(encoder_description(path) == came for _, path in recordings)


async def rest(seconds: float, progress: ProgressMeter, stop: asyncio.Event) -> None:
    """Wait for `seconds`, or until `stop` is set, so that the camera closes its session before the next one."""
    progress.phase = Phase.RESTING
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
