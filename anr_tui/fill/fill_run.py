"""One fill: plan, fetch, verify and land the footage of a gap. Footage that arrived is landed however the fill ends."""

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import (
    AnrError,
    DiskFullError,
    JournalError,
    LeaseLostError,
    SiteError,
    StorageError,
    first_of_ours,
)
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.coverage import allowed_missing_s, holes_to_fill, is_covered, missing_s
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.land import FillJournal
from anr_tui.fill.part_files import remove_left_over_parts, take_left_over_parts
from anr_tui.fill.piece.camera import rest
from anr_tui.fill.piece.context import FillContext, FillScope, NegotiatedOptions
from anr_tui.fill.piece.held_pieces import HeldPieces
from anr_tui.fill.piece.piece_fill import PieceFill
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.placement.time_shift.zone_search import ZoneHint
from anr_tui.fill.placement.witnesses.recordings import recorded_frames
from anr_tui.fill.placement.witnesses.seams import Seams, reach
from anr_tui.fill.plan import MOST_PLANNED, TOLERANCE_S, Plan, cut_to_retention, make_plan
from anr_tui.fill.progress import ProgressMeter
from anr_tui.fill.storage_check import Usage, bytes_per_second, check_room, dropped_first
from anr_tui.fill.verdict import ENDS_FILL, Verdict
from anr_tui.journal.journal import FillProgress
from anr_tui.platform.clock_state import StepWatch
from anr_tui.platform.files.storage_errors import storage_error
from anr_tui.platform.text import duration
from anr_tui.replay.dialects.access import CameraAccess, open_access
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.kept_parts import remove_lone_notes
from anr_tui.sites.recordings.media_header import media_format

_NO_USAGE = Usage()
_UNDECODABLE = (
    "The camera sends pictures that cannot be decoded: is stream encryption on? They are on disk as they came."
)
_LONG_GAP = f"Of so long a gap one fill asks for the newest {MOST_PLANNED.days} days only."
_NO_CALIBRATION = Calibration()


class Sessions(Protocol):
    """The further replay sessions that a fill may use on its device, beside its first one."""

    def take(self) -> bool:
        """Take one more session; False where none is free, or where another fill waits for it."""

    def give_back(self) -> None:
        """Give back one session that was taken."""

    def refused(self) -> None:
        """Note that the device refused a further session as busy."""


@dataclass(frozen=True, slots=True)
class FillResult:
    """How a fill ended.

    `full_speed`: whether the camera accepted `Rate-Control: no`, None where that did not become known. `calibration`:
    what the camera's times turned out to mean, None where the fill showed nothing of that. `has_tried_zones`: it was
    asked by zones as well, and that showed nothing. `has_breached`: the camera sent far more of something than any
    working device does. `rest_s`: how long its device needs between two sessions.
    """

    outcome: Outcome
    reason: str
    progress: FillProgress
    full_speed: bool | None
    calibration: Calibration | None = None
    has_tried_zones: bool = False
    has_breached: bool = False
    rest_s: float = 0.0


class FillRun:
    """The fill of one gap.

    `limits` are the bandwidth limits, `usage` is what the recorder counts against its quotas, `zones` are what the
    camera's times may mean where it has nothing. `rest_s` is how long the device rests between two sessions, where that
    is known. `trust` is what the device was trusted by before, and gains what this fill shows.
    """

    def __init__(
        self,
        gap: RecordingGap,
        camera: Camera,
        *,
        context: FillContext,
        journal: FillJournal,
        sessions: Sessions,
        log: FillLog,
        full_speed: bool,
        limits: tuple[RateLimit, ...] = (),
        usage: Usage = _NO_USAGE,
        calibration: Calibration = _NO_CALIBRATION,
        zones: tuple[ZoneHint, ...] = (),
        rest_s: float | None = None,
        trust: DeviceTrust | None = None,
    ) -> None:
        self._gap = gap
        self._camera = camera
        self._context = context
        self._archive = context.archive
        self._journal = journal
        self._sessions = sessions
        self._log = log
        self._limits = limits
        self._usage = usage
        audio = AudioMode.COPY if camera.record_audio else AudioMode.NONE
        rests_s = context.policy.rest_s if rest_s is None else rest_s
        self._options = NegotiatedOptions(full_speed, audio, calibration=calibration, zones=zones, rest_s=rests_s)
        self.trust = trust or DeviceTrust()
        self._progress = ProgressMeter()
        self._pieces: tuple[Window, ...] = ()
        self._are_ends_recorded = self._is_last_first = False
        self._own_clock = StepWatch(context.clock)

    @property
    def progress(self) -> FillProgress:
        """How far the fill has come; may be read at any time."""
        return self._progress.progress

    async def run(self, stop: asyncio.Event) -> FillResult:
        """Fill the gap until it is filled, the camera has no more footage, or `stop` is set.

        Every failure becomes an outcome of the result, except that LeaseLostError is raised.
        """
        try:
            verdict = await self._fill(stop)
        except DiskFullError as error:
            verdict = Verdict(Outcome.DISK_FULL, str(error))
        except StorageError as error:
            verdict = Verdict(Outcome.LOCAL_ERROR, str(error))
        except (OSError, MemoryError) as error:
            path = getattr(error, "filename", None) or "a file"
            verdict = Verdict(Outcome.LOCAL_ERROR, str(storage_error(error, "use", path)))
        except LeaseLostError:
            raise
        except JournalError as error:
            verdict = Verdict(Outcome.INTERRUPTED, str(error))
        except AnrError as error:
            verdict = Verdict(Outcome.NOT_UNDERSTOOD, str(error))
        if abs(step_s := self._own_clock.step_s) >= 1:
            self._log.write("fill", f"our own clock was stepped by {step_s:+.0f} s meanwhile, which shifts nothing")
        if self.trust.breach:
            verdict = Verdict(Outcome.LOGIN_REFUSED, self.trust.breach)
        self._log.write("fill", f"{verdict.outcome.words}: {verdict.reason}")
        learned = self._options.calibration if self._options.is_calibrated else None
        options = self._options
        return FillResult(
            verdict.outcome,
            verdict.reason,
            self.progress,
            options.took_full_speed,
            learned,
            options.has_tried_zones,
            options.has_breached,
            options.rest_s if verdict.outcome is not Outcome.CAMERA_BUSY else 0.0,
        )

    async def _fill(self, stop: asyncio.Event) -> Verdict:
        window = self._wanted_window()
        if window is None:
            return Verdict(Outcome.TOO_OLD, f"Older than the {self._camera.retention_hours} h that the site keeps.")
        if (verdict := await self._rescue(window, stop)) is not None:
            return verdict
        plan = await self._plan(window)
        if not plan.pieces and self._is_cut(window):
            return Verdict(Outcome.TOO_OLD, self._cut_words(window))
        if not plan.pieces:
            return await self._filled(window, "The recordings already cover all of it.")
        self._log.write("fill", f"missing {plan.wanted_s:.0f} s, asked for in {len(plan.pieces)} piece(s)")
        try:
            access = self._open_access()
        except SiteError as error:
            return Verdict(Outcome.LOGIN_REFUSED, str(error))
        replay_request(access, plan.pieces[0])  # raises before a directory is made for the camera
        if reason := await self._prepare(window, plan.wanted_s):
            return Verdict(Outcome.TOO_OLD, reason)
        worst = await self._fill_pieces(plan, access, stop)
        verdict = await self._conclude(window, plan, worst)
        others = await asyncio.to_thread(_format_around, self._archive, self._camera.id, window)
        words = (
            verdict.reason,
            self._cut_words(window),
            _LONG_GAP if plan.is_cut else "",
            clock_words(self._options),
            format_words(self._options, others),
        )
        return Verdict(verdict.outcome, " ".join(each for each in words if each))

    def _wanted_window(self) -> Window | None:
        """What of the gap the site keeps; all of it where the rest is so short that it may be missing."""
        kept_from = self._context.clock() - timedelta(hours=self._camera.retention_hours)
        window = cut_to_retention(self._gap.window, kept_from)
        return self._gap.window if window is not None and not self._is_cut(window) else window

    def _is_cut(self, window: Window) -> bool:
        """Whether retention leaves out more of the gap than may be missing."""
        return (window.start - self._gap.window.start).total_seconds() > allowed_missing_s(self._gap.window.seconds)

    def _cut_words(self, window: Window) -> str:
        """A sentence where retention excludes part of the gap, else ""."""
        if not self._is_cut(window):
            return ""
        cut_s = (window.start - self._gap.window.start).total_seconds()
        return f"The first {cut_s:.0f} s are older than the {self._camera.retention_hours} h that the site keeps."

    async def _rescue(self, window: Window, stop: asyncio.Event) -> Verdict | None:
        """Land the part files that an earlier, interrupted fill left behind.

        Returns the verdict that ends this fill because of that, None where the fill goes on.
        """
        await self._journal.check_lease()
        parts = await asyncio.to_thread(take_left_over_parts, self._archive, self._camera.id, window)
        is_before, is_behind = await self._recorded_beside(window)
        self._are_ends_recorded, self._is_last_first = is_before or is_behind, is_behind and not is_before
        for start, part in parts:
            try:
                access = self._open_access()
            except SiteError as error:
                return Verdict(Outcome.LOGIN_REFUSED, str(error))
            held = await self._held(window)
            piece = self._piece(Window(start, window.end), access, stop)
            if (verdict := await piece.rescue(part, held)) is not None:
                return verdict
        await asyncio.to_thread(remove_lone_notes, self._archive, self._camera.id)
        return Verdict(Outcome.STOPPED, "Stopped as asked.") if stop.is_set() else None

    async def _held(self, window: Window) -> list[Window]:
        """What each recording holds of a window."""
        held = await asyncio.to_thread(self._archive.held_by_each, self._camera.id, window)
        refusal = await asyncio.to_thread(self._archive.refusal, self._camera.id, window)
        if refusal is not None and not refusal.may_be_lasting:
            # The machine is short of something, or its share is: what is on disk is not known now.
            raise refusal.error
        return held

    async def _plan(self, window: Window) -> Plan:
        held = await self._held(window)
        for name in await asyncio.to_thread(self._archive.unreadable, self._camera.id, window):
            self._log.write("fill", f"{name} cannot be read: what it holds is not known, and is asked for")
        plan = await asyncio.to_thread(make_plan, window, held, piece_s=self._context.policy.piece_s)
        self._progress.wanted_s, self._progress.pieces = plan.wanted_s, len(plan.pieces)
        self._pieces = plan.pieces
        return plan

    async def _recorded_beside(self, window: Window) -> tuple[bool, bool]:
        """Whether recordings stand before, and behind, anything that is missing of a window: they may show its time."""
        doubtful = await self._journal.doubtful_names()
        is_before = is_behind = False
        for hole in await asyncio.to_thread(holes_to_fill, window, await self._held(window)):
            frames = await asyncio.to_thread(
                recorded_frames, self._archive, self._camera.id, reach(hole), left_out=doubtful
            )
            seams = Seams(hole, frames)
            self._options.key_frame_distance_s = seams.key_frame_distance_s or self._options.key_frame_distance_s
            is_before, is_behind = is_before or seams.before is not None, is_behind or seams.after is not None
            if is_before:
                break
        return is_before, is_behind

    def _open_access(self) -> CameraAccess:
        return replace(open_access(self._camera, self._context.secret_key), trust=self.trust)

    async def _prepare(self, window: Window, wanted_s: float) -> str:
        """Check that the footage fits on the disk; returns why the recorder would delete it at once, else "".

        Raises DiskFullError.
        """
        rate = await asyncio.to_thread(bytes_per_second, self._archive, self._camera.id, window.start)
        self._options.recorded_bytes_per_s = rate
        needed_bytes = wanted_s * rate
        reason = dropped_first(window, needed_bytes, self._usage)
        if not reason:
            floor_gb = self._context.storage_limits.min_free_gb
            await asyncio.to_thread(check_room, self._archive, self._camera.id, needed_bytes, floor_gb)
        return reason

    async def _fill_pieces(self, plan: Plan, access: CameraAccess, stop: asyncio.Event) -> Verdict | None:
        """Fill the pieces in order, or from the last one on, several at once where the device has sessions to spare.

        Returns the verdict that ended the fill, else the last one; None where every piece is on disk.
        """
        # Each piece is best shown by the one before it: they begin where recordings stand.
        waiting = deque(reversed(plan.pieces) if self._is_last_first else plan.pieces)
        verdicts: list[Verdict] = []
        held = HeldPieces()

        # Counted before any of them runs: each begins its first piece beside the others.
        lanes_open = 1

        async def lane() -> None:
            nonlocal lanes_open
            try:
                await work()
            finally:
                lanes_open -= 1
                self._options.lanes_open = lanes_open

        async def work() -> None:
            is_first = True
            while waiting and not stop.is_set() and not any(each.outcome in ENDS_FILL for each in verdicts):
                if not is_first:
                    await rest(self._options.rest_s, self._progress, stop)
                is_first = False
                if stop.is_set() or not waiting:
                    return
                piece = waiting.popleft()
                is_beside = lanes_open > 1
                piece_fill = self._piece(piece, access, stop)
                verdict = await piece_fill.run()
                if is_beside and verdict is not None and verdict.outcome is Outcome.CAMERA_BUSY:
                    self._sessions.refused()
                    waiting.appendleft(piece)
                    if lanes_open > 1:
                        return
                    # The other lane has ended meanwhile, so that nobody else would take the piece.
                    continue
                if verdict is not None:
                    verdicts.append(verdict)
                verdicts.extend(await held.take(piece_fill))

        async def spare_lane() -> None:
            try:
                await lane()
            finally:
                self._sessions.give_back()

        with first_of_ours():
            async with asyncio.TaskGroup() as lanes:
                lanes.create_task(lane())
                for _ in plan.pieces[1:]:
                    if not self._sessions.take():
                        break
                    lanes_open += 1
                    self._options.lanes_open = lanes_open
                    lanes.create_task(spare_lane())
        verdicts = await held.finish(verdicts)
        if waiting and stop.is_set():
            verdicts.append(Verdict(Outcome.STOPPED, "Stopped as asked."))
        return next((each for each in verdicts if each.outcome in ENDS_FILL), verdicts[-1] if verdicts else None)

    def _piece(self, piece: Window, access: CameraAccess, stop: asyncio.Event) -> PieceFill:
        scope = FillScope(
            self._gap,
            access,
            self._context,
            self._options,
            self._journal,
            self._progress,
            self._log,
            stop,
            self._limits,
            self._own_clock,
            self._pieces,
            self._are_ends_recorded,
        )
        return PieceFill(piece, scope)

    async def _conclude(self, window: Window, plan: Plan, worst: Verdict | None) -> Verdict:
        held = await self._held(window)
        if self._options.sends_undecodable:
            return Verdict(Outcome.NOT_UNDERSTOOD, _UNDECODABLE)
        covered = await asyncio.to_thread(is_covered, window, held)
        if covered and self._is_cut(window):
            return Verdict(Outcome.PARTLY_FILLED, f"{plan.wanted_s:.0f} s fetched.")
        if covered:
            return await self._filled(window, f"{plan.wanted_s:.0f} s fetched.")
        on_disk_s = max(0.0, window.seconds - await asyncio.to_thread(missing_s, window, held))
        share = f"{on_disk_s:.0f} of {window.seconds:.0f} s are on disk."
        if worst is not None and worst.outcome in ENDS_FILL:
            return Verdict(worst.outcome, f"{worst.reason} {share}" if on_disk_s >= 1 else worst.reason)
        refusal = await asyncio.to_thread(self._archive.refusal, self._camera.id, window)
        if refusal is not None and not refusal.is_denied:
            # It may hold what seems to be missing, so that nothing is said of the camera.
            return Verdict(Outcome.LOCAL_ERROR, str(refusal.error))
        if self._progress.landed_s > 0:
            return Verdict(Outcome.PARTLY_FILLED, f"{worst.reason} {share}" if worst else share)
        nothing = worst or Verdict(Outcome.NO_FOOTAGE, "The camera sent nothing that could be kept.")
        return Verdict(nothing.outcome, f"{nothing.reason} {share}") if on_disk_s >= 1 else nothing

    async def _filled(self, window: Window, reason: str) -> Verdict:
        """The verdict that the window is on disk; of part files of earlier fills, only what is not on disk stays."""
        await self._journal.check_lease()
        if await self._journal.has_undecodable(window):
            return Verdict(Outcome.NOT_UNDERSTOOD, _UNDECODABLE)
        await asyncio.to_thread(self._remove_left_over_parts, window)
        return Verdict(Outcome.FILLED, reason)

    def _remove_left_over_parts(self, window: Window) -> None:
        now = self._context.clock()
        remove_left_over_parts(self._archive, self._camera.id, window, now=now, gap_id=self._gap.id)
        remove_lone_notes(self._archive, self._camera.id)


def clock_words(options: NegotiatedOptions) -> str:
    """A sentence for the operator where the camera's times mean something else than ours, else ""."""
    shift_s = options.calibration.shift_s if options.is_calibrated else 0.0
    if not shift_s:
        return ""
    seen_s = options.seen_clock_offset_s or 0.0
    if abs(seen_s) > TOLERANCE_S and abs(seen_s + shift_s) <= TOLERANCE_S:
        side = "ahead" if seen_s > 0 else "behind"
        return f"Its clock is {abs(shift_s):.0f} s {side}; this fill corrected for that. Set the clock."
    side = "later" if shift_s > 0 else "earlier"
    shown_by = options.calibration.shown_by
    return f"It plays {duration(abs(shift_s))} {side} than asked, shown by {shown_by}; this fill allowed for that."


def format_words(options: NegotiatedOptions, others: tuple[str, int, int] | None) -> str:
    """A sentence where the footage differs in codec or size from the recordings around it, else ""."""
    if options.came_as is None or others is None or options.came_as == others:
        return ""
    came, around = (f"{codec} {width}x{height}" for codec, width, height in (options.came_as, others))
    return f"Its format is {came}, the recordings around it have {around}: playback may stutter there."


def _format_around(archive: RecordingArchive, camera_id: str, window: Window) -> tuple[str, int, int] | None:
    """Codec, width and height of the newest recording before a window; None where there is none. Blocking."""
    before = archive.newest(camera_id, window.start, 1)
    return media_format(before[0][1]) if before else None
