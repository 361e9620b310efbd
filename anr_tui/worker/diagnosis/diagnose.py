"""The diagnosis of one camera: its port, login, clock and card, a sample replay, and the time of its pictures.

It changes nothing: no gap, no memory of the camera, no file. Each check is noted in the journal as soon as it is done.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.errors import AnrError, JournalError, LeaseLostError, SiteError
from anr_tui.domain.request import RequestState
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.sample_replay import run_sample_replay
from anr_tui.fill.sources.interface import FetchOrder, SourceSettings
from anr_tui.fill.sources.registry import source_of
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.platform.logging_setup import log_fields, make_logs_dir
from anr_tui.platform.secrets.masking import mask
from anr_tui.replay.dialects.access import CameraAccess, open_access
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.dialects.registry import device_of, replay_request
from anr_tui.replay.relay.describe_probe import ProbeReply, probe_camera
from anr_tui.replay.relay.report import RelayReport
from anr_tui.worker.context import WorkerContext, persist
from anr_tui.worker.diagnosis.connect_check import why_unreachable
from anr_tui.worker.diagnosis.diagnosis_queue import Diagnosis, DiagnosisQueue
from anr_tui.worker.diagnosis.sample_window import SampleWindow, choose_sample_window
from anr_tui.worker.diagnosis.verdicts import (
    clock_hint_s,
    has_nothing,
    judge_card,
    judge_clock,
    judge_login,
    judge_picture,
    judge_port,
    judge_replay,
    marks_ahead_s,
    port_failed,
)
from anr_tui.worker.scheduling.bandwidth import Bandwidth
from anr_tui.worker.state import SchedulerState

_ANSWER_S = 10.0
_LONGEST_REPLAY_S = 30.0
_FAULT = "An error in anr-tui ended this; the worker's log has the details."
_CLOSED = "All fetching is halted, or the bandwidth is set to nothing for now."

_TRUST_ANEW = "If the device was changed on purpose, trust it anew: anr-tui camera trust CAMERA."

_log = logging.getLogger(__name__)


async def diagnose(
    diagnosis: Diagnosis, context: WorkerContext, state: SchedulerState, queue: DiagnosisQueue, bandwidth: Bandwidth
) -> None:
    """Check a camera and answer the request; an error in it ends only this diagnosis. Raises LeaseLostError."""
    try:
        await _Diagnosing(diagnosis, context, state, queue, bandwidth).run()
    except LeaseLostError:
        raise
    except (JournalError, SiteError) as error:
        camera_id = diagnosis.camera.id
        _log.error("the diagnosis of camera %s: %s", camera_id, error, extra=log_fields(camera=camera_id))
    finally:
        queue.over(diagnosis)


class _Diagnosing:
    def __init__(
        self,
        diagnosis: Diagnosis,
        context: WorkerContext,
        state: SchedulerState,
        queue: DiagnosisQueue,
        bandwidth: Bandwidth,
    ) -> None:
        self._diagnosis = diagnosis
        self._context = context
        self._state = state
        self._queue = queue
        self._bandwidth = bandwidth
        self._camera = diagnosis.camera
        self._log_fields = log_fields(camera=diagnosis.camera.id)
        self._lines: dict[CheckKind, Check] = {}
        self._at = CheckKind.PORT
        self._hide: Callable[[str], str] = str
        self._trust = DeviceTrust()
        self._why_skipped = "Not checked."

    async def run(self) -> None:
        """Make all checks, unless somebody stops the diagnosis, and note the rest as skipped."""
        await persist(self._state, lambda: self._context.journal.diagnoses.drop_checks(self._camera.id))
        looking = asyncio.create_task(self._look())
        stopping = asyncio.create_task(self._diagnosis.stop.wait())
        try:
            await asyncio.wait([looking, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            looking.cancel()
            await asyncio.wait([looking, stopping])
        await self._conclude(None if looking.cancelled() else looking.exception())

    async def _look(self) -> None:
        """Make the checks in order, until one fails that the next ones depend on."""
        sample = await choose_sample_window(self._context, self._camera)
        device = await self._look_at_port()
        if device is None:
            return
        await self._begin(CheckKind.LOGIN, "Asking for its recording.")
        access = await self._access(device)
        request = replay_request(access, sample.window)
        async with self._session(device):
            answers = await self._ask(request)
            memory = await self._memory()
            ahead_s = -round(memory.shift_s)
            if ahead_s and not answers.is_refused:
                answers = await self._ask(replay_request(access.with_clock_offset(ahead_s), sample.window))
            elif hint_s := clock_hint_s(answers):
                # As a fill does with a camera that has nothing at the moment asked for: its pictures then decide.
                by_its_clock = await self._ask(replay_request(access.with_clock_offset(hint_s), sample.window))
                if not has_nothing(by_its_clock):
                    answers, ahead_s = by_its_clock, hint_s
            if not await self._judge(answers, _shifted(sample.window, ahead_s), memory):
                return
            await self._replay(access.with_clock_offset(ahead_s), sample, memory, answers.report)

    async def _look_at_port(self) -> str | None:
        """The device `host:port`, None where it accepts no connection."""
        await self._begin(CheckKind.PORT, "Connecting.")
        device = device_of(self._camera)
        began = time.monotonic()
        problem = await why_unreachable(device)
        if problem:
            self._why_skipped = "It cannot be reached."
            await self._note(port_failed(device, problem))
            return None
        await self._note(judge_port(device, time.monotonic() - began))
        return device

    @contextlib.asynccontextmanager
    async def _session(self, device: str) -> AsyncIterator[None]:
        """A session of the device, within its limit, so that it may have to be waited for."""
        queue = self._queue
        if not queue.take(device):
            is_filled = any(job.device == device for job in self._state.running.values())
            why = "A fill of this device runs" if is_filled else "The device rests between two sessions"
            await self._note(Check(self._at, CheckMark.WAITING, f"{why}: this waits for its turn."))
            await queue.priority(device)
        try:
            yield
        finally:
            queue.give_back(device)

    async def _access(self, device: str) -> CameraAccess:
        access = open_access(self._camera, self._context.tools.secret_key)
        self._hide = access.hide_secrets
        known = await persist(self._state, lambda: self._context.journal.device_trust.of(self._camera.id, device))
        self._trust = DeviceTrust(self._context.tools.policy.tls, known.login_strength, known.certificate)
        return replace(access, trust=self._trust)

    async def _ask(self, request: ReplayRequest) -> ProbeReply:
        return await probe_camera(request, lambda text: self._log("relay", text), _ANSWER_S)

    async def _memory(self) -> CameraMemory:
        memories = await persist(self._state, self._context.journal.camera_memory.by_camera)
        return memories.get(self._camera.id, CameraMemory(self._camera.id))

    async def _judge(self, answers: ProbeReply, asked: Window, memory: CameraMemory) -> bool:
        """Note what the camera's answers show; returns whether a replay is worth trying."""
        if self._trust.breach:
            await self._note(Check(CheckKind.LOGIN, CheckMark.FAILED, self._trust.breach, _TRUST_ANEW))
            self._why_skipped = "The device is not trusted."
            return False
        login = await self._note(judge_login(answers))
        await self._note(judge_clock(answers.report, memory))
        if login.mark is CheckMark.FAILED:
            self._why_skipped = "The login failed."
            return False
        card = await self._note(judge_card(answers, asked, self._camera.vendor))
        if card.mark is CheckMark.FAILED:
            self._why_skipped = "It has nothing to replay."
            return False
        return True

    async def _replay(
        self, access: CameraAccess, sample: SampleWindow, memory: CameraMemory, report: RelayReport
    ) -> None:
        context = self._context
        if self._bandwidth.is_closed:
            self._why_skipped = _CLOSED
            return
        await self._begin(CheckKind.REPLAY, f"{sample.window.seconds:.0f} s are replayed; {sample.words}.")
        full_speed = memory.full_speed is not False
        tools, logs_dir = context.tools, context.paths.logs
        make_logs_dir(logs_dir)

        limits = self._bandwidth.limits(self._camera.id)
        source = source_of(access, SourceSettings(tools.ffmpeg, tools.policy.stall_s, limits=limits, mark=tools.mark))
        trial = await run_sample_replay(
            source,
            FetchOrder(sample.window, AudioMode.NONE, full_speed),
            sample.recorded,
            scratch_dir=logs_dir,
            longest_s=_LONGEST_REPLAY_S,
            clock_offset_s=marks_ahead_s(report, -access.clock_offset_s),
            log=self._log,
        )
        await self._note(judge_replay(trial, sample.window.seconds, sample.words))
        by_clock_s = 0 if memory.shift_s else access.clock_offset_s
        await self._note(judge_picture(trial, memory, by_clock_s=by_clock_s))

    async def _conclude(self, error: BaseException | None) -> None:
        """Note why the remaining checks were skipped, and answer the request."""
        if isinstance(error, LeaseLostError):
            raise error
        if isinstance(error, AnrError):
            await self._note(Check(self._at, CheckMark.FAILED, str(error.args[0]), error.hint))
        elif error is not None:
            _log.error("the diagnosis of camera %s broke", self._camera.id, exc_info=error, extra=self._log_fields)
            await self._note(Check(self._at, CheckMark.NOT_KNOWN, _FAULT))
        if self._diagnosis.stopped_by:
            self._why_skipped = f"Stopped by {self._diagnosis.stopped_by}."
        for kind in CheckKind:
            if kind not in self._lines or not self._lines[kind].mark.is_over:
                await self._note(Check(kind, CheckMark.SKIPPED, self._why_skipped))
        if not self._state.is_ending:  # else the request stays taken, and the next worker carries it out
            await self._answer()

    async def _answer(self) -> None:
        context, counts = self._context, Counter(line.mark for line in self._lines.values())
        reason = ", ".join(f"{counts[mark]} {mark.words}" for mark in CheckMark if counts[mark])
        state = RequestState.REFUSED if self._diagnosis.stopped_by else RequestState.DONE
        reason = f"{self._why_skipped} {reason}." if self._diagnosis.stopped_by else f"{reason}."
        request, now = self._diagnosis.request.id, context.clock()
        await persist(self._state, lambda: context.journal.requests.end(request, state, reason=mask(reason), now=now))

    async def _begin(self, kind: CheckKind, words: str) -> None:
        self._at = kind
        await self._note(Check(kind, CheckMark.RUNNING, words))

    async def _note(self, check: Check) -> Check:
        context, request = self._context, self._diagnosis.request.id
        line = replace(check, seen=self._harmless(check.seen), hint=self._harmless(check.hint))
        self._lines[check.kind] = line
        if line.mark.is_over:
            words = (self._camera.id, line.kind.words, line.mark.words, line.seen)
            _log.info("camera %s: %s: %s: %s", *words, extra=self._log_fields)
        now = context.clock()
        await persist(
            self._state, lambda: context.journal.diagnoses.note_check(request, self._camera.id, line, now=now)
        )
        return line

    def _log(self, source: str, text: str) -> None:
        _log.info("camera %s, %s: %s", self._camera.id, source, self._harmless(text), extra=self._log_fields)

    def _harmless(self, text: str) -> str:
        """A text without the password, which a camera may send back to us."""
        return self._hide(mask(text))


def _shifted(window: Window, seconds: int) -> Window:
    skew = timedelta(seconds=seconds)
    return Window(window.start + skew, window.end + skew)
