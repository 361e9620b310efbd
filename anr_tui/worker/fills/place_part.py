"""Placing a kept part by hand, as a person asked: a fill that asks no camera, with evidence that says who placed it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, DiskFullError, LeaseLostError, SiteError, StorageError
from anr_tui.domain.event import EventKind
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.coverage import is_covered, missing_s
from anr_tui.domain.request import Request, RequestState
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.land import LandedFile, Landing, land_placed
from anr_tui.fill.media.picture_check import check_pictures
from anr_tui.fill.placement.by_hand import HandPlace, place_by_hand
from anr_tui.fill.placement.placed import PlacedRun
from anr_tui.fill.storage_check import check_room
from anr_tui.journal.journal import FillProgress
from anr_tui.platform.logging_setup import log_fields
from anr_tui.platform.secrets.masking import mask
from anr_tui.sites.recordings.kept_parts import KeptPart, drop_part, keep_part, kept_part
from anr_tui.worker.context import WorkerContext, persist
from anr_tui.worker.fills.fill_ports import LeasedFillJournal
from anr_tui.worker.state import SchedulerState

_BROKE = "An error in anr-tui ended this; the worker's log has the details."
_UNDECODABLE = "Its pictures cannot be decoded: no gap counts as filled by them."
_STAYS = "The rest of the part stays kept: recordings stand there."
_NOT_LANDED = "Some of it could not be landed, and the part stays kept; the fill's log says why."

_log = logging.getLogger(__name__)


async def place_part(context: WorkerContext, state: SchedulerState, camera: Camera, request: Request) -> None:
    """Place the part that `request` names, and answer the request. No fill of the camera may run.

    Raises LeaseLostError.
    """
    try:
        answer = await _HandFill(context, state, camera, request).run()
        ending = RequestState.DONE
    except LeaseLostError:
        raise
    except AnrError as error:
        answer, ending = str(error), RequestState.REFUSED
    except Exception:
        _log.exception("request %d broke", request.id, extra=log_fields(camera=camera.id, gap=request.gap_id))
        answer, ending = _BROKE, RequestState.REFUSED
    await persist(
        state, lambda: context.journal.requests.end(request.id, ending, reason=mask(answer), now=context.clock())
    )


def _outcome_of(error: Exception) -> Outcome:
    if isinstance(error, DiskFullError):
        return Outcome.DISK_FULL
    return Outcome.LOCAL_ERROR if isinstance(error, StorageError) else Outcome.INTERRUPTED


class _About(TypedDict):
    camera_id: str
    gap_id: str | None
    fill_id: int


@dataclass(frozen=True, slots=True)
class _Landings:
    """What became of the runs of a part."""

    files: tuple[LandedFile, ...] = ()
    are_settled: bool = True

    @property
    def seconds(self) -> float:
        return sum(file.window.seconds for file in self.files)

    @property
    def are_undecodable(self) -> bool:
        return any(file.pictures is PictureVerdict.UNDECODABLE for file in self.files)


class _HandFill:
    """The fill that places one part."""

    def __init__(self, context: WorkerContext, state: SchedulerState, camera: Camera, request: Request) -> None:
        self._context = context
        self._state = state
        self._camera = camera
        self._request = request
        self._archive = context.site.archive
        self._fill_id = 0
        self._gap_id = ""

    async def run(self) -> str:
        """Land what is missing on disk; returns what was done, in sentences. AnrError where nothing was."""
        context, now = self._context, self._context.clock()
        await persist(self._state, context.journal.lease.check)
        part = await asyncio.to_thread(kept_part, self._archive, self._camera.id, self._request.part_id or "")
        place = await self._place(part, now)
        floor_gb = context.tools.storage_limits.min_free_gb
        await asyncio.to_thread(check_room, self._archive, self._camera.id, part.size_bytes, floor_gb)
        gap = await self._open(part, place)
        with FillLog(context.paths.logs / f"fill-{self._fill_id}.log", context.clock) as log:
            log.write("fill", f"{part.path.name}, kept part {part.id}, at {place.window.start.isoformat()}")
            try:
                landings = await self._land_all(part, place, log)
                is_filled, answer = await self._conclude(gap, part, place, landings)
            except LeaseLostError:
                raise
            except Exception as error:
                await self._close(
                    _outcome_of(error), str(error) if isinstance(error, AnrError) else _BROKE, _Landings()
                )
                raise
            log.write("fill", answer)
        if not landings.files:
            await self._close(Outcome.INTERRUPTED, answer, landings)
            raise AnrError(answer)
        await self._close(Outcome.FILLED if is_filled else Outcome.PLACED, answer, landings)
        return answer

    async def _place(self, part: KeptPart, now: datetime) -> HandPlace:
        moment, hours = self._request.moment, self._camera.retention_hours
        if moment is None:
            raise AnrError("The request does not say at which moment the part belongs.")
        doubtful = await self._journal.doubtful_names()
        place = await asyncio.to_thread(place_by_hand, self._archive, part, moment, now=now, doubtful=doubtful)
        refusal = await asyncio.to_thread(self._archive.refusal, self._camera.id, place.window)
        if refusal is not None and not refusal.may_be_lasting:
            # It may hold what seems to be missing, and would land twice.
            raise refusal.error
        if place.window.end < now - timedelta(hours=hours):
            raise AnrError(f"It is older than the site keeps footage of {self._camera.name} ({hours} h).")
        return place

    async def _open(self, part: KeptPart, place: HandPlace) -> RecordingGap:
        """Begin a fill of the gap in which most of the part lands; of none where nothing is noted as missing there."""
        gaps = (await self._context.site.gaps.all(self._camera.id)).good
        shares = [(gap, place.shared_s(gap.window)) for gap in gaps]
        gap, shared_s = max(shares, key=lambda each: each[1], default=(None, 0.0))
        if gap is None or shared_s == 0:
            gap = RecordingGap("", self._camera.id, place.window, 0, FillState.PENDING, 0, None, None)
        who, start = self._request.asked_by, place.window.start
        self._gap_id = gap.id
        self._fill_id = await persist(
            self._state, lambda: self._context.journal.fills.start(gap, asked_by=who, now=self._context.clock())
        )
        words = f"{self._camera.name}: the kept part {part.id} is placed at {start:%Y-%m-%d %H:%M:%SZ} by {who}."
        await self._context.events.tell(EventKind.FILL_STARTED, words, who=who, **self._about)
        return gap

    @property
    def _journal(self) -> LeasedFillJournal:
        return LeasedFillJournal(self._context, self._state, self._fill_id, self._camera.id)

    @property
    def _about(self) -> _About:
        return {"camera_id": self._camera.id, "gap_id": self._gap_id or None, "fill_id": self._fill_id}

    async def _land_all(self, part: KeptPart, place: HandPlace, log: FillLog) -> _Landings:
        landings = [await self._land(each, part, place, log) for each in place.runs]
        files = tuple(landing.file for landing in landings if landing.file is not None)
        landed = _Landings(files, all(landing.is_settled for landing in landings))
        try:
            if landed.are_settled and not place.held_s:
                await asyncio.to_thread(drop_part, self._archive, part.path)
            elif landed.files:
                await asyncio.to_thread(self._keep, part, place, landed)
        except StorageError as error:  # it is on disk all the same
            log.write("fill", f"{part.path.name} stays as it is: {error}")
        return landed

    async def _land(self, run: PlacedRun, part: KeptPart, place: HandPlace, log: FillLog) -> Landing:
        check = await check_pictures(run.part, between=(run.run.start_s, run.run.end_s), mark=self._context.tools.mark)
        return await land_placed(
            run,
            self._archive,
            self._camera.id,
            asked=part.facts.asked,
            source_url="",
            journal=self._journal,
            log=log.write,
            proof=TimeProof.BY_HAND,
            shown_by=self._shown_by(place),
            pictures=check.verdict,
        )

    def _shown_by(self, place: HandPlace) -> str:
        """What the evidence says: who placed it, when, and what else is known."""
        request = self._request
        known = "recordings beside it show the same" if place.is_shown else "no recording contradicts that"
        return (
            f"Placed by {request.asked_by} on {request.asked_at:%Y-%m-%d %H:%M:%SZ}: the first picture of what "
            f"was kept is of {place.window.start:%Y-%m-%d %H:%M:%SZ}; {known}."
        )

    def _keep(self, part: KeptPart, place: HandPlace, landed: _Landings) -> None:
        """Note what is left of a part. Blocking; StorageError."""
        start, who = place.window.start, self._request.asked_by
        placed = f"{who} placed it at {start:%Y-%m-%d %H:%M:%SZ}, and {landed.seconds:.0f} s of it landed"
        rest = "recordings stand where the rest belongs" if landed.are_settled else "the rest could not be landed"
        facts = replace(part.facts, reason=f"{placed}: {rest}.", placed_at=start)
        keep_part(self._archive, part.camera_id, part.path, facts)

    async def _conclude(
        self, gap: RecordingGap, part: KeptPart, place: HandPlace, landings: _Landings
    ) -> tuple[bool, str]:
        """Judge the gaps anew in which anything landed; whether `gap` is filled now, and in words what was done."""
        words = [f"{landings.seconds:.0f} s of the kept part {part.id} of {self._camera.name} were placed by hand."]
        filled: list[str] = []
        try:
            filled = [each.id for each in await self._touched(landings) if await self._judge(each)]
        except SiteError as error:
            words.append(f"The site database could not be updated: {error}")
        words += [f"The gap {each} is filled." for each in filled]
        if gap.id and gap.id not in filled:
            held = await asyncio.to_thread(self._archive.held_by_each, self._camera.id, gap.window)
            on_disk_s = max(0.0, gap.window.seconds - missing_s(gap.window, held))
            words += [f"{on_disk_s:.0f} of {gap.window.seconds:.0f} s of the gap {gap.id} are on disk."]
        words += [_UNDECODABLE] if landings.are_undecodable else []
        words += [_NOT_LANDED] if not landings.are_settled else [_STAYS] if place.held_s else []
        return gap.id in filled, " ".join(words)

    async def _touched(self, landings: _Landings) -> Sequence[RecordingGap]:
        """The gaps that are not filled yet and in which anything landed."""
        if not landings.files:
            return ()
        gaps = (await persist(self._state, lambda: self._context.site.gaps.all(self._camera.id))).good
        return [
            gap
            for gap in gaps
            if gap.fill_state is not FillState.FILLED
            and any(gap.window.overlaps(file.window) for file in landings.files)
        ]

    async def _judge(self, gap: RecordingGap) -> bool:
        """Note that a gap is filled, where recordings cover it whose pictures can be seen."""
        held = await asyncio.to_thread(self._archive.held_by_each, self._camera.id, gap.window)
        if not is_covered(gap.window, held) or await self._journal.has_undecodable(gap.window):
            return False
        await self._journal.check_lease()
        now = self._context.clock()
        if not await persist(self._state, lambda: self._context.site.gaps.mark_filled(gap, now)):
            return False
        words = f"{self._camera.name}: the gap is filled, by footage that {self._request.asked_by} placed by hand."
        await self._context.events.tell(
            EventKind.GAP_FILLED,
            words,
            who=self._request.asked_by,
            camera_id=gap.camera_id,
            gap_id=gap.id,
            fill_id=self._fill_id,
        )
        return True

    async def _close(self, outcome: Outcome, reason: str, landings: _Landings) -> None:
        # Nothing was fetched, so nothing is said on speed.
        size_bytes = sum(file.size_bytes for file in landings.files)
        progress = FillProgress(Phase.LANDING, size_bytes=size_bytes, pieces_landed=len(landings.files))
        fills, now = self._context.journal.fills, self._context.clock()
        await persist(self._state, lambda: fills.end(self._fill_id, progress, outcome, reason=reason, now=now))
        self._state.counters.ended[outcome] += 1
        words = f"{self._camera.name}: {outcome.words}. {reason}"
        await self._context.events.tell(EventKind.FILL_ENDED, words, who=self._request.asked_by, **self._about)
