"""The position of a gap in the queue and the reason for which it waits: as the journal says, else by the policy."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.fill_policy import DueGapFilter, GlobalHolds, Priority, WaitReason, priority
from anr_tui.domain.request import Request
from anr_tui.journal.tables.rows import set_aside
from anr_tui.replay.dialects.registry import device_of
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.snapshot.snapshot import QueuedRow, WorkerState

_NEVER = float("inf")
_IN_HAND, _NEXT_SWEEP, _LATER = 1, 2, 3


class Reasons:
    """The order of the waiting gaps, and their reasons, at one moment.

    `asked` are the open requests for fills by gap id, oldest first.
    """

    def __init__(
        self, what: Waiting, asked: Mapping[str, Sequence[Request]], due_filter: DueGapFilter, now: datetime
    ) -> None:
        self.cameras = {camera.id: camera for camera in what.cameras}
        self.named = asked.keys() | what.entries.keys()
        self.aside = set_aside(what.cameras, what.memories, now)
        self._what = what
        self._asked = asked
        self._due_filter = due_filter
        self._settled = now - due_filter.settle
        state = what.worker_state
        self._gate = GlobalHolds(
            is_halted=state is WorkerState.HALTED,
            is_closed=what.cap.is_closed,
            is_paused=state is WorkerState.PAUSED,
            is_disk_low=what.is_disk_low,
        )

    def priority(self, gap: RecordingGap) -> tuple[int, Priority]:
        """The sort key of a gap: first what the worker has queued, then what the next sweep takes, then the rest."""
        entry, requests = self._what.entries.get(gap.id), self._asked.get(gap.id)
        asked = entry.asked if entry else None
        if asked is None and requests:
            asked = float(requests[0].id)
        order = priority(self._what.policy, gap, self.cameras[gap.camera_id], asked)
        if asked is not None or (entry is not None and entry.why is not WaitReason.LEFT_ALONE):
            return _IN_HAND, order
        until = self._until(gap)
        return (_NEXT_SWEEP, order) if until is None else (_LATER, (1, until, gap.id))

    def row(self, place: int, gap: RecordingGap) -> QueuedRow:
        """The row of a gap at `place` in the queue, counted from 1, with the reason for which it waits."""
        why, until, more = self._why(gap)
        return QueuedRow(
            gap=gap,
            camera_name=self.cameras[gap.camera_id].name,
            place=place,
            why=why,
            until=until,
            behind=self._behind(why, gap.camera_id),
            more=more,
            requests=tuple(self._asked.get(gap.id, ())),
        )

    def _until(self, gap: RecordingGap) -> float | None:
        """The time, in seconds since the epoch, before which no sweep takes the gap; None where the next one does."""
        entry = self._what.entries.get(gap.id)
        if entry is not None and entry.until is not None:
            return entry.until.timestamp()
        if gap.camera_id in self.aside:
            until = self.aside[gap.camera_id].set_aside_until
            return until.timestamp() if until else _NEVER
        return (gap.window.end + self._due_filter.settle).timestamp() if gap.window.end > self._settled else None

    def _why(self, gap: RecordingGap) -> tuple[WaitReason, datetime | None, str]:
        what, entry, requests = self._what, self._what.entries.get(gap.id), self._asked.get(gap.id)
        if not what.worker_state.is_alive:
            return WaitReason.NO_WORKER, None, ""
        if entry is not None and (entry.why is not WaitReason.LEFT_ALONE or not requests):
            until = what.cap.until if entry.why is WaitReason.BANDWIDTH else entry.until
            return entry.why, until, str(what.policy.max_fills) if entry.why is WaitReason.FILLS else ""
        if not requests and (memory := self.aside.get(gap.camera_id)) is not None:
            words = memory.set_aside_why.words if memory.set_aside_why else ""
            return WaitReason.SET_ASIDE, memory.set_aside_until, words
        if not requests and gap.window.end > self._settled:
            return WaitReason.SETTLES, gap.window.end + self._due_filter.settle, ""
        why = self._gate.why(is_asked_for=bool(requests)) or (WaitReason.ASKED if requests else WaitReason.SWEEP)
        until = (
            what.cap.until if why is WaitReason.BANDWIDTH else what.next_sweep_at if why is WaitReason.SWEEP else None
        )
        return why, until, ""

    def _behind(self, why: WaitReason, camera_id: str) -> int | None:
        """The id of the running fill that a gap waits for, if there is one."""
        if why is WaitReason.CAMERA:
            return next((fill.id for fill in self._what.running if fill.camera_id == camera_id), None)
        if why is not WaitReason.DEVICE:
            return None
        device = _device(self.cameras[camera_id])
        on_it = (fill for fill in self._what.running if fill.camera_id in self.cameras)
        return next((fill.id for fill in on_it if _device(self.cameras[fill.camera_id]) == device), None)


def _device(camera: Camera) -> str:
    try:
        return device_of(camera)
    except ReplayError:
        return f"camera {camera.id}"
