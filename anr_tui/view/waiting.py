"""A fill that somebody asked for and waits for: where it stands, and why it does not begin. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from anr_tui.model import Request, RequestState
from anr_tui.view.snapshot import CameraRow, FillRow, GapRow, Snapshot, WorkerState


@dataclass(frozen=True, slots=True)
class WaitedGap:
    """A gap, what was asked about it, and the fill that answers; `waits_for` is "" while that fill works."""

    gap_id: str
    label: str
    request: Request
    fill: FillRow | None
    waits_for: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self.request.state.is_over

    @property
    def is_filled(self) -> bool:
        """Whether the gap is filled."""
        return self.request.state is RequestState.DONE


def waited_gaps(snapshot: Snapshot, requests: Iterable[Request]) -> list[WaitedGap]:
    """Where each request stands, in the order given; requests and snapshot are read in this order."""
    gaps = {row.id: row for row in snapshot.gaps}
    running = {row.fill.gap_id: row for row in snapshot.fills if row.is_running}
    cameras = {row.id: row for row in snapshot.cameras}
    waited = []
    for request in requests:
        gap = gaps.get(request.gap_id or "")
        fill = running.get(request.gap_id or "") or _ended(gap, request)
        camera = cameras.get(gap.gap.camera_id) if gap else None
        why = _why(snapshot, request, fill, camera)
        waited.append(WaitedGap(request.gap_id or "", _label(gap, request), request, fill, why))
    return waited


def _ended(gap: GapRow | None, request: Request) -> FillRow | None:
    """The gap's last fill, unless it had ended before anybody asked."""
    if gap is None or gap.fill is None or gap.fill.ended_at is None or gap.fill.ended_at < request.asked_at:
        return None
    return FillRow(gap.fill, gap.camera_name, None)


def _label(gap: GapRow | None, request: Request) -> str:
    return f"{gap.camera_name} {gap.window.start:%m-%d %H:%M:%SZ}" if gap else request.gap_id or ""


def _why(snapshot: Snapshot, request: Request, fill: FillRow | None, camera: CameraRow | None) -> str:
    worker = snapshot.worker.state
    if not worker.is_alive:
        return "no worker runs"
    if worker is WorkerState.HALTED:
        return "the worker is halted, nothing is fetched"
    if fill is not None and fill.is_running:
        return ""
    where = "asked" if request.state is RequestState.ASKED else f"queued{_queue(snapshot, camera)}"
    return f"{where}{_aside(camera)}"


def _queue(snapshot: Snapshot, camera: CameraRow | None) -> str:
    if camera is not None and camera.filling:
        return ", another gap of this camera is being filled"
    others = sum(row.is_running for row in snapshot.fills)
    return f", {others} {'fill runs' if others == 1 else 'fills run'}" if others else ""


def _aside(camera: CameraRow | None) -> str:
    if camera is None or not camera.set_aside_why:
        return ""
    until = f" until {camera.next_try_at:%H:%M:%SZ}" if camera.next_try_at else ""
    return f"; the camera is set aside{until}: {camera.set_aside_why}"
