"""The rows of a snapshot, made from those of the two databases. Pure: no I/O, no clock."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.request import Request, RequestKind
from anr_tui.journal.tables.rows import CameraMemory, WorkerRecord
from anr_tui.replay.dialects.registry import device_of, has_replay
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, Totals, WorkerRow, WorkerState

# A heartbeat comes every 2 s; three missing ones are no accident, and after five the lease has expired.
LATE_AFTER = timedelta(seconds=5)
LOST_AFTER = timedelta(seconds=10)
_FOR_A_GAP = (RequestKind.FILL, RequestKind.RETRY)


def worker_row(record: WorkerRecord | None, now: datetime) -> WorkerRow:
    """The row of the journal's newest worker at the time `now`."""
    if record is None or record.ended_at is not None:
        return WorkerRow(WorkerState.NONE)
    # After a clock was set back, a lost worker must not look alive for that long.
    silent_for = abs(now - record.seen_at)
    is_fresh = record.lease_expires_at is not None and silent_for <= LOST_AFTER
    state = WorkerState.PAUSED if record.paused else WorkerState.RUNNING
    state = WorkerState.HALTED if record.halted else state
    return WorkerRow(
        state=state if is_fresh else WorkerState.LOST,
        user=record.user,
        host=record.host,
        pid=record.pid,
        version=record.version,
        started_at=record.started_at,
        seen_at=record.seen_at,
        next_sweep_at=record.next_sweep_at if is_fresh else None,
        is_late=not is_fresh or silent_for > LATE_AFTER,
        lifetime=record.lifetime,
    )


@dataclass(frozen=True, slots=True)
class GapSums:
    """The number of gaps in each state, and the seconds missing, both by camera id."""

    states: Mapping[str, Counter[FillState]] = field(default_factory=dict)
    missing_s: Mapping[str, float] = field(default_factory=dict)


def gap_sums(gaps: Iterable[RecordingGap]) -> GapSums:
    """Count these gaps and their missing seconds."""
    states: dict[str, Counter[FillState]] = defaultdict(Counter)
    missing_s: Counter[str] = Counter()
    for gap in gaps:
        states[gap.camera_id][gap.fill_state] += 1
        if gap.fill_state is not FillState.FILLED:
            missing_s[gap.camera_id] += gap.gap_seconds
    return GapSums(dict(states), dict(missing_s))


def camera_rows(
    cameras: Iterable[Camera],
    sums: GapSums,
    running: Iterable[Fill],
    memories: Mapping[str, CameraMemory],
    aside: Mapping[str, CameraMemory],
) -> tuple[CameraRow, ...]:
    """A row for each camera, in the order given; `aside` has the memories of the cameras that are set aside."""
    filling = Counter(fill.camera_id for fill in running)
    none: Counter[FillState] = Counter()
    return tuple(
        _camera_row(
            camera,
            sums.states.get(camera.id, none),
            filling[camera.id],
            sums.missing_s.get(camera.id, 0),
            memories.get(camera.id),
            aside.get(camera.id),
        )
        for camera in cameras
    )


def askers(waiting: Iterable[Request]) -> dict[str, str]:
    """The user who asked for a fill or retry of a gap that waits, by gap id."""
    return {
        request.gap_id: request.asked_by
        for request in waiting
        if request.kind in _FOR_A_GAP and request.gap_id is not None
    }


def stuck_cameras(cameras: Iterable[Camera], aside: Mapping[str, CameraMemory]) -> dict[str, str]:
    """The reason why a camera's gaps are not filled until a person changes something, by camera id."""
    return {camera.id: why for camera in cameras if (why := _stuck(camera, aside.get(camera.id)))}


def _stuck(camera: Camera, aside: CameraMemory | None) -> str:
    if not has_replay(camera):
        return "no replay URL"
    if aside is not None and aside.set_aside_why is not None and aside.set_aside_until is None:
        return f"camera set aside: {aside.set_aside_why.words}"
    return "" if camera.anr_enabled else "ANR off"


def fill_rows(
    fills: Iterable[Fill], names: Mapping[str, str], memories: Mapping[str, CameraMemory], *, are_lost: bool = False
) -> tuple[FillRow, ...]:
    """A row for each fill, in the order given; for a fill that has just begun, its camera's last speed is assumed."""
    return tuple(
        FillRow(
            fill,
            names.get(fill.camera_id, fill.camera_id),
            None if are_lost else _left_s(fill, memories.get(fill.camera_id)),
            is_lost=are_lost and fill.outcome is None,
        )
        for fill in fills
    )


def totals(sums: GapSums) -> Totals:
    """The totals of the site."""
    states = sum(sums.states.values(), Counter[FillState]())
    return Totals(
        gaps=states.total(),
        pending=states[FillState.PENDING],
        failed=states[FillState.FAILED],
        filled=states[FillState.FILLED],
        missing_s=sum(sums.missing_s.values()),
    )


def _camera_row(
    camera: Camera,
    states: Counter[FillState],
    filling: int,
    missing_s: float,
    memory: CameraMemory | None,
    aside: CameraMemory | None,
) -> CameraRow:
    return CameraRow(
        id=camera.id,
        name=camera.name,
        vendor=camera.vendor,
        state=camera.state,
        anr_enabled=camera.anr_enabled,
        has_replay=has_replay(camera),
        pending=states[FillState.PENDING],
        failed=states[FillState.FAILED],
        filled=states[FillState.FILLED],
        filling=filling,
        missing_s=missing_s,
        next_try_at=aside.set_aside_until if aside else None,
        set_aside_why=aside.set_aside_why if aside else None,
        retention_hours=camera.retention_hours,
        device=_device(camera),
        speed=(memory.speed if memory else None) or 0.0,
        shift_s=memory.shift_s if memory else 0.0,
        shift_shown_by=memory.shift_shown_by if memory else "",
        shift_found_at=memory.shift_found_at if memory else None,
        shift_words=memory.shift_words if memory else "",
    )


def _device(camera: Camera) -> str:
    try:
        return device_of(camera)
    except ReplayError:
        return ""


def _left_s(fill: Fill, memory: CameraMemory | None) -> float | None:
    usual = (memory.speed if memory else None) or 0.0
    speed = fill.speed if fill.speed > 0 else usual
    if fill.outcome is not None or speed <= 0 or fill.wanted_s <= 0:
        return None
    return max(fill.wanted_s - fill.got_s, 0.0) / speed
