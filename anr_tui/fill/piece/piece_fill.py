"""One piece of a fill: fetches a window, finds the times of what arrived, and lands it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from anr_tui.domain.coverage import holes_to_fill, is_covered
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.picture_verdict import PictureVerdict
from anr_tui.domain.time_proof import TimeProof
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, total_s
from anr_tui.fill.land import land_placed, note_landed_before
from anr_tui.fill.media.key_frame_match import encoder_description, key_frames
from anr_tui.fill.media.picture_check import check_pictures
from anr_tui.fill.part_files import NOT_READABLE, is_damaged, read_part
from anr_tui.fill.piece.camera import PieceCamera, rest
from anr_tui.fill.piece.context import FillScope
from anr_tui.fill.placement.by_eye import EYE_S, SeenSeams, see_seams
from anr_tui.fill.placement.calibration import find_elsewhere
from anr_tui.fill.placement.judge import Contradiction, Evidence, Place, judge
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probes import ProbeError, anchor_at
from anr_tui.fill.placement.recordings import recorded_frames, recordings_in
from anr_tui.fill.placement.seams import Seams, reach
from anr_tui.fill.placement.shift_search import ShiftSearch
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.fill.verdict import ENDS_FILL, Verdict
from anr_tui.sites.interface import Recording
from anr_tui.sites.recordings.kept_parts import PartFacts, drop_part, keep_part

# What was learned of a camera's times in one round is used in the next.
_MOST_ROUNDS = 4
# A piece that is no longer than this is fetched again so that its pictures can be recognised, in seconds.
_MOST_AGAIN_S = 60.0
_NOT_KNOWN = "Nobody can say now of what time it is"
_NOT_LANDED = "Some of it could not be landed"


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

    async def run(self) -> Verdict | None:
        """Fetch and land; what went wrong, or None where all of the piece is on disk."""
        left = self._piece
        for _ in range(_MOST_ROUNDS):
            has_learned = await self._try(left)
            missing = holes_to_fill(self._piece, self._landed)
            if not missing:
                await self._settle_deferred()
                return None
            if not has_learned or self._camera.refusal is not None:
                break
            left = Window(floor_second(missing[0].start), missing[-1].end)
            await rest(self._fill.context.policy.rest_s, self._fill.progress, self._fill.stop)
            if self._fill.stop.is_set():
                break
        await self._settle_deferred()
        return self._verdict_on(total_s(self._landed))

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
        known = evidence if seams.is_bare or evidence.pairs else await self._with_its_lead(evidence)
        place = await self._judge(known) if known is not None else None
        if place is None or isinstance(place, Contradiction):
            await self._keep(fetched, place.words if place else _NOT_KNOWN)
            return self._camera.refusal
        if (words := self._why_unproven(place)) is not None:
            await self._keep(fetched, words)
            return self._camera.refusal
        is_done = True
        for each in place.runs:
            if not is_covered(each.window, held):
                is_done = await self._land(each, place) and is_done
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
        asked = seams.widened(self._fill.context.clock(), EYE_S if self._fill.options.needs_eyes else 0.0)
        fetched = await self._camera.fetch_media(asked, seams)
        self._fill.progress.phase = Phase.VERIFYING
        if not fetched.runs and self._looks_by_its_clock():
            return True
        frames = await asyncio.to_thread(key_frames, fetched.part) if fetched.runs else ()
        evidence = Evidence(
            fetched,
            frames,
            seams,
            self._camera.times,
            self._camera.times_until_s,
            self._shifts.unexplained_s(self._fill.options.seen_clock_offset_s),
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
            self._fill.options.calibration, self._fill.options.is_calibrated = self._shifts.calibration, True
        if has_learned and place.proof is not TimeProof.PROVEN and self._deferred is None:
            # Asked for rightly, all of it may come, and be proven on both sides.
            self._deferred = (place, fetched)
            return True
        await self._land_all(place, fetched)
        return has_learned

    async def _land_all(self, place: Place, fetched: FetchedMedia) -> None:
        """Land the runs of a part file, and remove it unless any of them must be kept."""
        if not fetched.runs:
            await self._settle_without_footage(fetched.part, fetched.window)
            return
        if (words := self._why_unproven(place)) is not None:
            self._contradiction = Contradiction(words)
            await self._keep(fetched, words)
            return
        self._fill.progress.phase = Phase.LANDING
        are_settled = [await self._land(each, place) for each in place.runs]
        if all(are_settled) and place.is_whole:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, _NOT_LANDED)

    def _why_unproven(self, place: Place) -> str | None:
        """Why footage does not land by the policy, though nothing contradicts its time; None where it may."""
        if self._fill.context.policy.time_proof != "require" or place.proof is TimeProof.PROVEN or not place.runs:
            return None
        return f"{place.shown_by} Its time is not proven, as ANR_TIME_PROOF=require asks (anr-tui parts has it)"

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
        doubtful = await self._fill.journal.doubtful_names()
        frames = await asyncio.to_thread(
            recorded_frames, self._archive, self._camera_id, reach(window), left_out=doubtful
        )
        return Seams(window, frames)

    async def _judge(self, evidence: Evidence) -> Place | Contradiction | None:
        """Where the footage belongs; None where that could not be asked."""
        if not evidence.media.runs:
            return Place((), TimeProof.CONSISTENT, "")
        place = await judge(
            evidence, self._camera.probe, lambda: self._find_elsewhere(evidence), lambda: self._see(evidence)
        )
        if isinstance(place, Place) and place.runs:
            self._fill.note(f"{place.proof}: {place.shown_by}")
        return place

    async def _find_elsewhere(self, evidence: Evidence) -> float | None:
        if self._fill.stop.is_set():
            return None
        seen_s = self._fill.options.seen_clock_offset_s
        hints_s = [-seen_s] if seen_s is not None and abs(seen_s) > TOLERANCE_S else []
        return await asyncio.to_thread(
            find_elsewhere,
            self._archive,
            self._camera_id,
            evidence.asked,
            evidence.frames,
            hints_s=hints_s,
            left_out=await self._fill.journal.doubtful_names(),
            now=self._fill.context.clock(),
        )

    def _looks_by_its_clock(self) -> bool:
        """Ask once more where the camera's clock points, of a camera that has nothing at the moment asked for."""
        seen_s = self._fill.options.seen_clock_offset_s
        if self._camera.verdict is None or self._camera.verdict.outcome is not Outcome.NO_FOOTAGE:
            return False
        if not self._shifts.follow_clock(seen_s):
            return False
        self._fill.note(f"its clock is {seen_s:+.0f} s from ours: asking once more, by its clock")
        return True

    async def _contradicted(self, place: Contradiction, fetched: FetchedMedia) -> bool:
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
            return False
        self._fill.note("asking again, by what it showed")
        if place.is_recorded:
            await asyncio.to_thread(drop_part, self._archive, fetched.part)
        else:
            await self._keep(fetched, place.words)
        return True

    def _learn_to_look(self, place: Place) -> bool:
        """Take more from beside the pieces from now on; whether it is worth fetching this one again for that."""
        if not place.wants_more or self._fill.options.needs_eyes:
            return False
        self._fill.options.needs_eyes = True
        return place.proof is not TimeProof.PROVEN and self._piece.seconds <= _MOST_AGAIN_S

    async def _see(self, evidence: Evidence) -> SeenSeams:
        if self._fill.stop.is_set():
            return SeenSeams()
        media, seams = evidence.media, evidence.seams
        around = await asyncio.to_thread(recordings_in, self._archive, self._camera_id, reach(seams.window))
        doubtful = await self._fill.journal.doubtful_names()
        recordings = [(begins, path) for begins, path in around if path.name not in doubtful]
        seen = await see_seams(media.part, evidence.asked, media.end_s, seams, recordings, self._fill.context.mark)
        self._fill.note(f"compared with the recordings by eye: {seen.words or 'nothing to see'}")
        if (
            seen.early is None
            and seen.late is None
            and seams.are_in(media.window)
            and await asyncio.to_thread(_is_one_encoder, media.part, recordings)
        ):
            self._fill.note("the same encoder made the recordings beside, and none of their key frames came")
            return replace(seen, is_other=True)
        return seen

    def _verdict_on(self, landed_s: float) -> Verdict:
        if self._camera.refusal is not None:
            return self._camera.refusal
        verdict = self._camera.verdict
        is_told = verdict is not None and verdict.outcome is not Outcome.PARTLY_FILLED
        if verdict is not None and (verdict.outcome in ENDS_FILL or (landed_s == 0 and is_told)):
            return verdict
        if self._contradiction is not None:
            reason = f"{self._contradiction.words}. {Outcome.WRONG_TIME.traits.sentence}"
            return Verdict(Outcome.WRONG_TIME, reason)
        if landed_s == 0:
            return Verdict(Outcome.NO_FOOTAGE, "The camera played footage of another time: it has none of this window.")
        reason = verdict.reason if verdict else "The camera has no footage for some of it."
        return Verdict(Outcome.PARTLY_FILLED, reason)

    async def _land(self, placed: PlacedRun, place: Place) -> bool:
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
        )
        if landing.file is not None:
            self._landed.append(landing.file.window)
            self._fill.progress.landed(landing.file.window.seconds, landing.file.size_bytes)
        return landing.is_settled


def _is_one_encoder(part: Path, recordings: Sequence[Recording]) -> bool:
    """Whether what came and the recordings beside were encoded alike, so that key frames are the same. Blocking."""
    came = encoder_description(part)
    return came is not None and any(encoder_description(path) == came for _, path in recordings)
