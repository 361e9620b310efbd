"""One piece of a fill: fetches a window, finds the times of what arrived, and lands it."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Generic, TypeVar

from anr_tui.domain.evidence.clock_evidence import ClockEvidence
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.coverage import holes_to_fill, is_covered
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, total_s
from anr_tui.fill.ffmpeg.program import FARTHEST_STAMP_S
from anr_tui.fill.land import land_placed, note_landed_before
from anr_tui.fill.media.key_frame_match import encoder_description, key_frames
from anr_tui.fill.media.picture_check import check_pictures
from anr_tui.fill.part_files import NOT_READABLE, is_damaged, read_part
from anr_tui.fill.piece.camera import PieceCamera, rest
from anr_tui.fill.piece.context import FillScope
from anr_tui.fill.piece.held_pieces import NOT_KNOWN
from anr_tui.fill.placement.cut import has_too_short
from anr_tui.fill.placement.judging.enough import FOREIGN_S, extra_s, is_end_missing
from anr_tui.fill.placement.judging.judge import Contradiction, Evidence, Place, judge
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probing.probe_pictures import CameByEye
from anr_tui.fill.placement.probing.probes import ProbeError, anchor_at, has_other_bits
from anr_tui.fill.placement.time_shift.calibration import find_elsewhere
from anr_tui.fill.placement.time_shift.shift_search import ShiftSearch
from anr_tui.fill.placement.time_shift.zone_search import find_by_zones
from anr_tui.fill.placement.witnesses.announcement import Announcement, usual_distance_s
from anr_tui.fill.placement.witnesses.by_eye import EYE_S, SeenSeams, see_seams
from anr_tui.fill.placement.witnesses.recordings import recorded_frames, recordings_in
from anr_tui.fill.placement.witnesses.seams import Seams, reach
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.verdict import ENDS_FILL, Verdict
from anr_tui.platform.clock_state import is_synchronised
from anr_tui.sites.interface import Recording
from anr_tui.sites.recordings.kept_parts import PartFacts, drop_part, keep_part

# What was learned of a camera's times in one round is used in the next.
_MOST_ROUNDS = 4
# So much is asked for beside a piece, where the distance of key frames is not known, in seconds.
_LEAST_BESIDE_S = 1.0
# A piece that is no longer than this is fetched again so that its pictures can be recognised, in seconds.
_MOST_AGAIN_S = 60.0
# So often a piece is asked for again where a fetch ended before all of it came.
_MOST_TIMES_MORE = 2
_NOT_LANDED = "Some of it could not be landed"
_NOTHING_BESIDE = "Nothing stands beside it, and other pieces of the gap may still show of what time it is"

_Value = TypeVar("_Value")


class PieceFill:
    """The fill of one window of a camera, whose directory must exist."""

    def __init__(self, piece: Window, fill: FillScope) -> None:
        self._piece = piece
        self._fill = fill
        self._camera_id = fill.gap.camera_id
        self._archive = fill.context.archive
        self._landed: list[Window] = []
        self._shifts = ShiftSearch(fill.options.calibration)
        self._camera = PieceCamera(piece, fill, self._shifts)
        self._contradiction: Contradiction | None = None
        self._deferred: tuple[Place, FetchedMedia] | None = None
        self._beside: tuple[Path, list[Recording], bool | None] | None = None
        self._settled_media_s = 0.0
        self._held: Evidence | None = None
        self._may_hold = fill.are_ends_recorded

    @property
    def window(self) -> Window:
        """The piece."""
        return self._piece

    @property
    def is_held(self) -> bool:
        """Whether it waits with what it fetched for what may come to stand beside it."""
        return self._held is not None

    @property
    def has_landed(self) -> bool:
        """Whether anything of it is on disk."""
        return bool(self._landed)

    async def run(self) -> Verdict | None:
        """Fetch and land; what went wrong, or None where all of the piece is on disk, or it is held."""
        has_learned = await self._try(self._piece)
        return None if self.is_held else await self._finish(has_learned)

    async def resume(self, *, is_last: bool) -> Verdict | None:
        """Land what was held, now that more may stand beside it; returns as `run`.

        `is_last`: nothing more will come to stand there, so that it is not held again.
        """
        if self._held is None:
            return None
        self._may_hold = not is_last
        evidence = replace(self._held, seams=await self._seams(self._held.seams.window))
        self._held = self._beside = None
        if self.is_worth_asking_again:
            await self._keep(evidence.media, "It was asked for before it was known what the camera's times mean")
            return await self.ask_again()
        has_learned = await self._take(evidence)
        return None if self.is_held else await self._finish(has_learned)

    async def give_up(self, reason: str) -> None:
        """Keep what was held as a part, since it cannot be said now of what time it is."""
        if self._held is not None:
            await self._keep(self._held.media, reason)
            self._held = None

    @property
    def is_of_another_time(self) -> bool:
        """Whether what came last is of another time than asked."""
        return self._contradiction is not None

    @property
    def is_worth_asking_again(self) -> bool:
        """Whether other pieces have shown that the camera must be asked otherwise than it was."""
        options = self._fill.options
        off_s = options.calibration.shift_s - self._shifts.calibration.shift_s
        return options.is_calibrated and abs(off_s) > TOLERANCE_S

    async def ask_again(self) -> Verdict | None:
        """Ask for what is missing as other pieces have shown that the camera must be asked; returns as `run`."""
        self._shifts = ShiftSearch(self._fill.options.calibration)
        self._camera = PieceCamera(self._piece, self._fill, self._shifts)
        self._contradiction = None
        return await self._finish(has_learned=True)

    async def _finish(self, has_learned: bool) -> Verdict | None:
        """Ask again as long as something is learned that makes it worth it; returns as `run`."""
        for _ in range(_MOST_ROUNDS - 1):
            missing = holes_to_fill(self._piece, self._landed)
            if not missing or not has_learned or self._camera.refusal is not None:
                break
            left = Window(floor_second(missing[0].start), missing[-1].end)
            await rest(self._fill.options.rest_s, self._fill.progress, self._fill.stop)
            if self._fill.stop.is_set():
                break
            has_learned = await self._try(left)
            if self.is_held:
                return None
        is_filled = not holes_to_fill(self._piece, self._landed)
        await self._settle_deferred()
        return None if is_filled else self._verdict_on(total_s(self._landed))

    async def rescue(self, part: Path, held: list[Window]) -> Verdict | None:
        """Land what a part file of a fill that was cut short is worth, where it can be said where it belongs.

        What `held` covers has landed before. Where that cannot be said now, the file stays for the next fill.
        """
        media = await read_part(part, self._fill.log.write)
        if media is None or not media.runs:
            await self._settle_without_footage(part, self._piece)
            return None
        seams = await self._seams(self._piece)
        fetched = FetchedMedia(self._piece, part, media.runs, is_in_order=False)
        evidence = Evidence(fetched, await asyncio.to_thread(key_frames, part), seams)
        if self._may_hold and seams.before is None and not evidence.pairs:
            await self._keep(fetched, _NOTHING_BESIDE)
            return None
        known = evidence if evidence.pairs else await self._with_its_lead(evidence)
        place = await self._judge(known) if known is not None else None
        if place is None or isinstance(place, Contradiction):
            await self._keep(fetched, place.words if place else NOT_KNOWN)
            return self._camera.refusal
        if (words := self._why_unproven(place)) is not None:
            await self._keep(fetched, words)
            return self._camera.refusal
        is_done = place.is_whole and not has_too_short(place.runs)
        for each in place.runs:
            if not is_covered(each.window, held):
                is_done = await self._land(each, place, self._clocks(fetched)) and is_done
            else:
                await note_landed_before(
                    each, self._archive, self._camera_id, asked=self._piece, journal=self._fill.journal
                )
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
            begins = await anchor_at(self._piece.start, evidence.frames, self._camera.probe)
        except ProbeError:
            return None
        if begins is None:
            return None
        asked = Window(begins.moment - timedelta(seconds=begins.at_s), self._piece.end)
        return replace(evidence, media=replace(evidence.media, window=asked))

    async def _try(self, window: Window) -> bool:
        """Fetch a window and land what has a place; whether something was learned that makes another try worth it."""
        seams = await self._seams(window)
        least_s = EYE_S if self._fill.options.needs_eyes else 0.0
        asked = seams.widened(self._fill.context.clock(), least_s, self._beside_s(window))
        evidence = await self._fetch_enough(asked, seams)
        is_empty = not evidence.media.runs and self._has_nothing
        if is_empty and (self._looks_by_its_clock() or await self._looks_by_zones(seams)):
            return True
        distance_s = usual_distance_s(evidence.frames)
        self._fill.options.key_frame_distance_s = distance_s or self._fill.options.key_frame_distance_s
        return await self._take(evidence)

    def _beside_s(self, window: Window) -> tuple[float, float]:
        """How much more to ask for before and behind a window for other pieces that may come to stand there."""
        if not self._may_hold:
            return 0.0, 0.0
        beside_s = float(math.ceil(max(self._fill.options.key_frame_distance_s, _LEAST_BESIDE_S)))
        has_before = any(each.start < window.start <= each.end for each in self._fill.pieces)
        has_behind = any(each.start <= window.end < each.end for each in self._fill.pieces)
        return beside_s * has_before, beside_s * has_behind

    async def _take(self, evidence: Evidence) -> bool:
        """Land what has a place of what was fetched; returns as `_try`.

        What only the camera's word would place is held while another piece may show that it is wrong.
        """
        fetched, seams = evidence.media, evidence.seams
        waits = self._may_hold and not self._fill.options.takes_word
        if waits and fetched.runs and seams.is_bare and not evidence.marks:
            self._fill.note("nothing stands beside it yet: it is held until something does")
            self._held = evidence
            return False
        place = await self._judge(evidence)
        if place is None:
            await self._keep(fetched, NOT_KNOWN)
            return False
        if isinstance(place, Place) and place.proof is not TimeProof.PROVEN and self._shifts.is_guess:
            place = Contradiction("Nothing shows that what it plays by another clock is of this time")
        if isinstance(place, Contradiction) and place.wants_more and not self._deferred and self._looks_further():
            self._contradiction = place
            self._deferred = (Place((), TimeProof.CONSISTENT, "", is_whole=False), fetched)
            return True
        if isinstance(place, Contradiction):
            return await self._contradicted(place, fetched, seams)
        self._contradiction = None
        if place.proof is TimeProof.PROVEN and place.runs:
            self._shifts.confirm()
        self._learn_of_its_word(place, evidence.announced)
        is_to_look = self._learn_to_look(place)
        has_learned = self._shifts.learn(place, seams.key_frame_distance_s) or is_to_look
        if self._shifts.is_stuck:
            return await self._stuck(place, fetched, seams)
        if place.proof is TimeProof.PROVEN and place.runs and place.rate != 1:
            self._fill.options.rate = place.rate
        self._fill.options.front_s = place.front_s
        if self._shifts.is_shown:
            self._fill.options.calibration, self._fill.options.is_calibrated = self._shifts.calibration, True
        is_enough = place.proof is TimeProof.PROVEN and place.is_whole
        if has_learned and not is_enough and self._deferred is None:
            # Asked for rightly, all of it may come, and be proven on both sides.
            self._deferred = (place, fetched)
            return True
        if place.runs and place.proof is not TimeProof.PROVEN and not seams.is_bare:
            # Nothing will show the time of what is beside this piece either.
            self._fill.options.takes_word = True
        await self._land_all(place, fetched)
        return has_learned

    async def _stuck(self, place: Place, fetched: FetchedMedia, seams: Seams) -> bool:
        """Forget what was learned of a camera that plays the same whatever it is asked for; whether a zone explains it.

        Such a one has nothing where its zone points, and plays the next footage that it has.
        """
        self._fill.note("it plays the same whatever it is asked for, so that nothing was learned of its times")
        self._fill.options.calibration, self._fill.options.is_calibrated = self._shifts.calibration, False
        await self._land_all(place, fetched)
        return await self._looks_by_zones(seams)

    async def _fetch_enough(self, asked: Window, seams: Seams) -> Evidence:
        """What a fetch shows; where that was cut off before its end, what one more shows that takes as long."""
        extra_s = self._fill.options.extra_s(asked)
        evidence = await self._fetch(asked, seams, extra_s)
        for _ in range(_MOST_TIMES_MORE):
            more_s = await self._extra_s(evidence)
            if more_s <= extra_s or self._fill.stop.is_set():
                break
            extra_s = more_s
            self._fill.note(f"its end has not come: asking again, for {extra_s:.0f} s of media more")
            await rest(self._fill.options.rest_s, self._fill.progress, self._fill.stop)
            if self._fill.stop.is_set():
                break
            again = await self._fetch(asked, seams, extra_s)
            is_more = again.media.end_s > evidence.media.end_s
            shorter, evidence = (evidence, again) if is_more else (again, evidence)
            await asyncio.to_thread(drop_part, self._archive, shorter.media.part)
            if not is_more:
                break
        return evidence

    async def _fetch(self, asked: Window, seams: Seams, extra_s: float) -> Evidence:
        fetched = await self._camera.fetch_media(asked, seams, extra_s)
        self._fill.progress.phase = Phase.VERIFYING
        frames = await asyncio.to_thread(key_frames, fetched.part) if fetched.runs else ()
        return Evidence(
            fetched,
            frames,
            seams,
            self._camera.times,
            self._camera.times_until_s,
            self._shifts.unexplained_s(self._fill.options.seen_clock_offset_s, self._fill.own_clock.step_s),
            self._camera.announced(asked, max(seams.key_frame_distance_s, usual_distance_s(frames))),
            self._camera.front_s,
            told_rate=self._camera.times_rate,
            known_rate=self._fill.options.rate,
        )

    async def _extra_s(self, evidence: Evidence) -> float:
        """By how many media seconds the footage of a fetch that was cut off is longer than its window; 0: it is not."""
        options, seams = self._fill.options, evidence.seams
        if self._camera.was_lost and not options.has_waited:
            options.has_waited = True
            return evidence.media.window.seconds + FARTHEST_STAMP_S
        if not self._camera.was_cut:
            return 0.0
        known_s = extra_s(evidence)
        if known_s or options.has_waited or seams.is_bare:
            return known_s
        if is_end_missing(evidence):
            options.has_waited = True
            return evidence.media.window.seconds
        if evidence.pairs or evidence.marks or options.has_other_bits or not seams.are_in(evidence.media.window):
            return 0.0
        _, is_one_encoder = await self._recorded_beside(evidence)
        if not is_one_encoder:
            return 0.0
        # All that came may be the rest of an earlier session.
        options.has_waited = True
        return FOREIGN_S

    async def _land_all(self, place: Place, fetched: FetchedMedia) -> None:
        """Land the runs of a part file, and remove it unless any of them must be kept."""
        if not fetched.runs:
            await self._settle_without_footage(fetched.part, fetched.window)
            return
        if (words := self._why_unproven(place)) is not None:
            self._contradiction = Contradiction(words, is_unproven=True)
            await self._keep(fetched, words)
            return
        self._fill.progress.phase = Phase.LANDING
        clocks = self._clocks(fetched)
        are_settled = [await self._land(each, place, clocks) for each in place.runs]
        if all(are_settled) and place.is_whole and not has_too_short(place.runs):
            self._settled_media_s = fetched.end_s
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, _NOT_LANDED)

    def _why_unproven(self, place: Place) -> str | None:
        """Why footage does not land by the policy, though nothing contradicts its time; None where it may."""
        if self._fill.context.policy.time_proof != "require" or place.proof is TimeProof.PROVEN or not place.runs:
            return None
        return f"{place.shown_by} That is no proof, and ANR_TIME_PROOF=require asks for one"

    async def _keep(self, fetched: FetchedMedia, reason: str) -> None:
        """Keep a part file whose footage has no place, with what is known of it."""
        if not fetched.runs:
            await self._settle_without_footage(fetched.part, fetched.window)
            return
        self._fill.note(f"{fetched.part.name} is kept: {reason}")
        await self._note_kept(fetched.part, fetched.window, reason, sum(run.seconds for run in fetched.runs))

    async def _settle_without_footage(self, part: Path, asked: Window) -> None:
        """Remove a part file of which nothing can land; one that is damaged may hold footage, and is kept."""
        if not await asyncio.to_thread(is_damaged, part):
            await asyncio.to_thread(drop_part, self._archive, part)
            return
        self._fill.note(f"{part.name} is kept: {NOT_READABLE}")
        await self._note_kept(part, asked, NOT_READABLE, 0.0)

    async def _note_kept(self, part: Path, asked: Window, reason: str, media_s: float) -> None:
        facts = PartFacts(
            asked=asked,
            kept_at=self._fill.context.clock(),
            reason=f"{reason}.",
            gap_id=self._fill.gap.id,
            gap=self._fill.gap.window,
            media_s=media_s,
        )
        await asyncio.to_thread(keep_part, self._archive, self._camera_id, part, facts)

    async def _settle_deferred(self) -> None:
        """Land what came first where the second try brought nothing; remove it where that brought as much, or all.

        Where the second try contradicts, what came first has no place either.
        """
        if self._deferred is None:
            return
        place, fetched = self._deferred
        if self._contradiction is not None:
            await self._keep(fetched, self._contradiction.words)
        elif not self._landed:
            await self._land_all(place, fetched)
        elif is_covered(self._piece, self._landed) or self._settled_media_s >= fetched.end_s:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, _NOT_LANDED)

    async def _seams(self, window: Window) -> Seams:
        doubtful = await self._fill.journal.doubtful_names()
        frames = await asyncio.to_thread(
            recorded_frames, self._archive, self._camera_id, reach(window), left_out=doubtful
        )
        return Seams(window, frames)

    async def _judge(self, evidence: Evidence) -> Place | Contradiction | None:
        """Where the footage belongs; None where that could not be asked."""
        if not evidence.media.runs:
            return Place((), TimeProof.CONSISTENT, "")
        media, options = evidence.media, self._fill.options
        find = CameByEye(media.part, media.end_s, self._fill.context.mark).find
        looks = _Once(lambda: self._find_elsewhere(evidence)), _Once(lambda: self._see(evidence))
        has_other_bits = options.has_other_bits
        evidence = replace(evidence, has_other_bits=has_other_bits, find=find)
        place = await judge(evidence, self._camera.probe, looks[0].value, looks[1].value)
        if place is not None and place.has_other_bits and not has_other_bits:
            self._fill.note("each of its replays has other bits: comparing by eye what it shows")
            options.has_other_bits = True
            evidence = replace(evidence, has_other_bits=True)
            place = await judge(evidence, self._camera.probe, looks[0].value, looks[1].value)
        if isinstance(place, Place) and place.runs:
            self._fill.note(f"{place.proof}: {place.shown_by}")
        return place

    async def _find_elsewhere(self, evidence: Evidence) -> float | None:
        if self._fill.stop.is_set():
            return None
        _, is_one_encoder = await self._recorded_beside(evidence)
        if is_one_encoder is False or self._fill.options.has_other_bits:
            # Looking through the recordings of all zones takes seconds of processor time for each piece.
            self._fill.note("its key frames are looked for in no recordings: these have other bits")
            return None
        seen_s = self._fill.options.seen_clock_offset_s
        hints_s = [-seen_s] if seen_s is not None and abs(seen_s) > TOLERANCE_S else []
        if evidence.announced is not None and not evidence.announced.is_live:
            hints_s.insert(0, evidence.announced.late_s)
        return await asyncio.to_thread(
            find_elsewhere,
            self._archive,
            self._camera_id,
            evidence.asked,
            [frame for frame in evidence.frames if evidence.front_s is None or frame.at_s > evidence.front_s],
            hints_s=hints_s,
            left_out=await self._fill.journal.doubtful_names(),
            now=self._fill.context.clock(),
        )

    @property
    def _has_nothing(self) -> bool:
        """Whether the camera said, or showed, that it has nothing of what it was last asked for."""
        return self._camera.verdict is not None and self._camera.verdict.outcome is Outcome.NO_FOOTAGE

    async def _looks_by_zones(self, seams: Seams) -> bool:
        """Ask by the zones that suggest themselves, once a fill, whether one explains that nothing right comes."""
        options = self._fill.options
        if options.is_calibrated or seams.is_bare or not options.zones:
            return False
        # Other pieces of the fill may be under way.
        zones, options.zones = options.zones, ()
        found_s = await find_by_zones(zones, seams, self._camera.probe_by, self._fill.note)
        if found_s is None:
            self._shifts.give_up()
            options.has_tried_zones = self._camera.refusal is None
            return False
        self._fill.note(f"there it shows what the recorder has: its times are {found_s:+.0f} s from what is asked for")
        self._shifts.found(found_s)
        return True

    def _looks_by_its_clock(self) -> bool:
        """Ask once more where the camera's clock points, of a camera that has nothing at the moment asked for."""
        seen_s = self._fill.options.seen_clock_offset_s
        if not self._shifts.follow_clock(seen_s):
            return False
        self._fill.note(f"its clock is {seen_s:+.0f} s from ours: asking once more, by its clock")
        return True

    async def _contradicted(self, place: Contradiction, fetched: FetchedMedia, seams: Seams) -> bool:
        """Take in that what came is of another time; whether asking by what it showed may bring the right one."""
        self._fill.note(f"{place.words}: nothing of it lands")
        check = await check_pictures(fetched.part, mark=self._fill.context.mark)
        if check.verdict is PictureVerdict.UNDECODABLE:
            self._fill.options.sends_undecodable = True
            self._contradiction = place
            await self._keep(fetched, "Its pictures cannot be decoded, so that nobody can say of what time it is")
            return False
        self._contradiction, is_worth_it = self._shifts.contradicted(place)
        if not is_worth_it:
            await self._keep(fetched, self._contradiction.words)
            return await self._looks_by_zones(seams)
        self._fill.note("asking again, by what it showed")
        if place.is_recorded:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, place.words)
        return True

    def _learn_of_its_word(self, place: Place, announced: Announcement | None) -> None:
        """Believe nothing any more that the camera says beforehand, once it was proven to have played another time."""
        if announced is None or place.proof is not TimeProof.PROVEN or place.shift_s is None:
            return
        if announced.is_live or abs(announced.late_s - place.shift_s) > TOLERANCE_S:
            self._fill.note("what it says that it will play is not what it plays: that is not looked at any more")
            self._fill.options.misannounces = True

    def _learn_to_look(self, place: Place) -> bool:
        """Take more from beside the pieces from now on; whether it is worth fetching this one again for that."""
        is_enough = place.proof is TimeProof.PROVEN and place.is_whole
        return place.wants_more and self._looks_further() and not is_enough

    def _looks_further(self) -> bool:
        """Take more from beside the pieces from now on; whether this one is so short that it may be fetched again."""
        if self._fill.options.needs_eyes:
            return False
        self._fill.options.needs_eyes = True
        return self._piece.seconds <= _MOST_AGAIN_S

    async def _see(self, evidence: Evidence) -> SeenSeams:
        if self._fill.stop.is_set():
            return SeenSeams()
        media, seams = evidence.media, evidence.seams
        recordings, is_one_encoder = await self._recorded_beside(evidence)
        seen = await see_seams(
            media.part,
            evidence.asked,
            media.end_s,
            seams,
            recordings,
            self._fill.context.mark,
            is_one_encoder=is_one_encoder is True,
        )
        self._fill.note(f"compared with the recordings by eye: {seen.words or 'nothing to see'}")
        is_recognised = seen.early is not None or seen.late is not None
        if is_recognised or seen.is_other or not is_one_encoder or not seams.are_in(media.window):
            return seen
        self._fill.note("an encoder of equal settings made the recordings beside, and none of their key frames came")
        return await self._of_one_encoder(evidence, seen)

    async def _of_one_encoder(self, evidence: Evidence, seen: SeenSeams) -> SeenSeams:
        """What is to be made of it that the camera played none of the key frames that it should have stored.

        One that encodes anew for each replay never plays them, and shows the same pictures; all others play something
        else. So does one that plays live, whose pictures may be the same where nothing moves: but it never ends.
        """
        if not await has_other_bits(evidence.asked, evidence.frames, self._camera.probe):
            return replace(seen, is_other=True)
        self._fill.options.has_other_bits = True
        if not self._fill.options.needs_eyes:
            return replace(seen, is_other=True, wants_more=True, has_other_bits=True)
        is_other = not (seen.is_alike and evidence.media.is_in_order)
        return replace(seen, is_other=is_other, has_other_bits=True)

    async def _recorded_beside(self, evidence: Evidence) -> tuple[list[Recording], bool | None]:
        """The recordings beside, and whether encoders of equal settings made them and what came; None: not known."""
        part = evidence.media.part
        if self._beside is None or self._beside[0] != part:
            around = await asyncio.to_thread(
                recordings_in, self._archive, self._camera_id, reach(evidence.seams.window)
            )
            doubtful = await self._fill.journal.doubtful_names()
            recordings = [(begins, path) for begins, path in around if path.name not in doubtful]
            is_one = await asyncio.to_thread(_is_one_encoder, part, [path for _, path in recordings])
            self._beside = part, recordings, is_one
        return self._beside[1], self._beside[2]

    def _verdict_on(self, landed_s: float) -> Verdict:
        if self._camera.refusal is not None:
            return self._camera.refusal
        verdict = self._camera.verdict
        is_told = verdict is not None and verdict.outcome is not Outcome.PARTLY_FILLED
        if verdict is not None and (verdict.outcome in ENDS_FILL or (landed_s == 0 and is_told)):
            return verdict
        if self._contradiction is not None:
            traits, words = Outcome.WRONG_TIME.traits, self._contradiction.words
            reason = f"{words}. {traits.sentence_unproven if self._contradiction.is_unproven else traits.sentence}"
            return Verdict(Outcome.WRONG_TIME, reason)
        if landed_s == 0:
            return Verdict(Outcome.NO_FOOTAGE, "The camera played footage of another time: it has none of this window.")
        reason = verdict.reason if verdict else "The camera has no footage for some of it."
        return Verdict(Outcome.PARTLY_FILLED, reason)

    def _clocks(self, fetched: FetchedMedia) -> ClockEvidence:
        """What clocks showed while footage was fetched, up to now."""
        return ClockEvidence(
            shift_s=fetched.shift_s,
            camera_clock_off_s=fetched.camera_clock_off_s,
            own_clock_synced=is_synchronised(),
            own_clock_step_s=self._fill.own_clock.step_s,
        )

    async def _land(self, placed: PlacedRun, place: Place, clocks: ClockEvidence) -> bool:
        """Land a run; False where it must be kept."""
        check = await check_pictures(
            placed.part, between=(placed.run.start_s, placed.run.end_s), mark=self._fill.context.mark
        )
        if check.verdict is PictureVerdict.UNDECODABLE:
            self._fill.note("its pictures cannot be decoded: it lands as evidence of what the camera sent")
            self._fill.options.sends_undecodable = True
        landing = await land_placed(
            placed,
            self._archive,
            self._camera_id,
            asked=self._piece,
            source_url=self._camera.masked_url(self._piece),
            journal=self._fill.journal,
            log=self._fill.log.write,
            proof=place.proof,
            shown_by=place.shown_by,
            pictures=check.verdict,
            clocks=clocks,
        )
        if landing.file is not None:
            self._landed.append(landing.file.window)
            self._fill.progress.landed(landing.file.window.seconds, landing.file.size_bytes)
        return landing.is_settled


def _is_one_encoder(part: Path, recordings: Sequence[Path]) -> bool | None:
    """Whether what came and any of the recordings were encoded alike, so that key frames may be the same. Blocking.

    None where nobody can tell.
    """
    came = encoder_description(part)
    recorded = [sets for sets in map(encoder_description, recordings) if sets]
    if not came or not recorded:
        return None
    return any(sets == came for sets in recorded)


class _Once(Generic[_Value]):
    """The answer to a question that is asked once, however often it is wanted."""

    def __init__(self, ask: Callable[[], Awaitable[_Value]]) -> None:
        self._ask = ask
        self._values: list[_Value] = []

    async def value(self) -> _Value:
        if not self._values:
            self._values.append(await self._ask())
        return self._values[0]
