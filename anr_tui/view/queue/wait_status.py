"""The state of a requested fill for a caller that waits for it, and the reason why it has not begun. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import Request, RequestState
from anr_tui.view.queue.text import utc_clock, why_words
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, QueuedRow, Snapshot, WorkerState


@dataclass(frozen=True, slots=True)
class WaitedGap:
    """A gap, the request for its fill, and that fill, if there is one.

    `waits_for` are words for what the gap waits for, "" while its fill runs; `label` is the name of the gap for a
    person.
    """

    gap_id: str
    label: str
    request: Request
    fill: FillRow | None
    waits_for: str
    why: WaitReason | None = None

    @property
    def reason(self) -> str:
        """The kind of thing that the gap waits for; it stays the same if only the fill that is waited for changes."""
        return self.why or self.waits_for

    @property
    def is_over(self) -> bool:
        """Whether the request has ended."""
        return self.request.state.is_over

    @property
    def is_filled(self) -> bool:
        """Whether the gap is filled."""
        return self.request.state is RequestState.DONE


def waited_gaps(snapshot: Snapshot, requests: Iterable[Request]) -> list[WaitedGap]:
    """The state of each request, in the order given; the requests must be read before the snapshot."""
    gaps = {row.id: row for row in snapshot.gaps}
    running = {row.fill.gap_id: row for row in snapshot.fills if row.is_running}
    waited = []
    for request in requests:
        gap = gaps.get(request.gap_id or "")
        fill = running.get(request.gap_id or "") or _ended(gap, request)
        row = next((row for row in snapshot.queue.rows if row.gap.id == request.gap_id), None)
        words, why = _words(snapshot, row, fill), row.why if row else None
        waited.append(WaitedGap(request.gap_id or "", _label(gap, request), request, fill, words, why))
    return waited


def _ended(gap: GapRow | None, request: Request) -> FillRow | None:
    """The gap's last fill, unless it ended before the request."""
    if gap is None or gap.fill is None or gap.fill.ended_at is None or gap.fill.ended_at < request.asked_at:
        return None
    return FillRow(gap.fill, gap.camera_name, None)


def _label(gap: GapRow | None, request: Request) -> str:
    return f"{gap.camera_name} {gap.window.start:%m-%d %H:%M:%SZ}" if gap else request.gap_id or ""


def _words(snapshot: Snapshot, row: QueuedRow | None, fill: FillRow | None) -> str:
    worker, queue = snapshot.worker.state, snapshot.queue
    if not worker.is_alive:
        return "no worker runs"
    if worker is WorkerState.HALTED:
        return "all fetching is halted"
    if fill is not None and fill.is_running:
        return ""
    if row is not None:
        return why_words(row, utc_clock)
    return f"queued behind {len(queue.rows)} others" if queue.more else "queued"
