"""The footage still to be fetched, by camera and device, and the footage that is not, by reason. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from anr_tui.domain.gap import FillState
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.window import Window, merged, shared, total_s
from anr_tui.view.reports.days import Landed
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow


class LeftOut(StrEnum):
    """The reason for which a missing gap is not fetched until a person changes something."""

    FAILED = "failed"
    ANR_OFF = "anr_off"
    NO_REPLAY = "no_replay"
    SET_ASIDE = "set_aside"
    TOO_OLD = "too_old"

    @property
    def words(self) -> str:
        """The reason as a person reads it."""
        return _WORDS[self]


_WORDS = {
    LeftOut.FAILED: "given up",
    LeftOut.ANR_OFF: "ANR is off",
    LeftOut.NO_REPLAY: "no replay URL",
    LeftOut.SET_ASIDE: "login refused",
    LeftOut.TOO_OLD: "too old",
}


@dataclass(frozen=True, slots=True)
class Task:
    """The footage still to be fetched from one camera, in seconds."""

    camera_id: str
    device: str
    gaps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """The footage still to be fetched, and in `left_out` seconds of missing footage by the reason why it is not.

    Each gap counts once only.
    """

    tasks: tuple[Task, ...] = ()
    left_out: Mapping[LeftOut, float] = field(default_factory=dict)

    @property
    def gaps(self) -> int:
        """The number of gaps still to be fetched."""
        return sum(task.gaps for task in self.tasks)

    @property
    def seconds(self) -> float:
        """The seconds of footage still to be fetched."""
        return sum(task.seconds for task in self.tasks)


def make_backlog(
    cameras: Iterable[CameraRow], gaps: Iterable[GapRow], landed: Landed, policy: FillPolicy, now: datetime
) -> Backlog:
    """What a worker with this policy would still fetch at the time `now`; footage in `landed` does not count."""
    cameras_by_id = {camera.id: camera for camera in cameras}
    wanted: defaultdict[str, list[GapRow]] = defaultdict(list)
    left_out: defaultdict[LeftOut, float] = defaultdict(float)
    for row in gaps:
        if not row.is_missing:
            continue
        why = _why_left_out(row, cameras_by_id.get(row.gap.camera_id), policy, now)
        if why is None:
            wanted[row.gap.camera_id].append(row)
        else:
            left_out[why] += row.window.seconds
    tasks = (
        Task(name, cameras_by_id[name].device or f"camera {name}", len(rows), _left_s(rows, landed.get(name, ())))
        for name, rows in wanted.items()
    )
    return Backlog(tuple(task for task in tasks if task.seconds > 0), dict(left_out))


def _why_left_out(row: GapRow, camera: CameraRow | None, policy: FillPolicy, now: datetime) -> LeftOut | None:
    if camera is None or not camera.has_replay:
        return LeftOut.NO_REPLAY
    if row.is_filling or row.asked_by:
        return None
    if row.gap.fill_state is FillState.FAILED or row.gap.fill_attempts >= policy.max_attempts:
        return LeftOut.FAILED
    if not camera.anr_enabled:
        return LeftOut.ANR_OFF
    if camera.set_aside_why and camera.next_try_at is None:
        return LeftOut.SET_ASIDE
    is_old = row.window.start < now - timedelta(hours=policy.max_age_hours)
    return LeftOut.TOO_OLD if is_old or row.window.end <= now - timedelta(hours=camera.retention_hours) else None


def _left_s(rows: Iterable[GapRow], landed: Iterable[Window]) -> float:
    """The seconds still to fetch: by its own figures for a gap that is being filled, else what has not landed."""
    left_s, waiting = 0.0, []
    for row in rows:
        if row.is_filling and row.fill is not None and row.fill.wanted_s > 0:
            left_s += max(0.0, row.fill.wanted_s - row.fill.got_s)
        else:
            waiting.append(row.window)
    union = merged(waiting)
    return left_s + total_s(union) - total_s(shared(union, list(landed)))
