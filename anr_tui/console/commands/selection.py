"""The gaps that a command acts on: the marked ones, else that of the chosen row, with its fill and its requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.tables.row_summary import name_of
from anr_tui.domain.fill import Fill
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.queue.activity import Work, work_gap_id, work_window
from anr_tui.view.snapshot.snapshot import GapRow, QueuedRow, WorkerRow

OpenRequests = Mapping[str, Sequence[int]]
"""The ids of the requests for fills that no worker has taken, by the id of their gap."""


@dataclass(frozen=True, slots=True)
class MarkedGaps:
    """The marked gaps, in the order in which they are shown.

    `fills` are the known fills of the site, from which the cost of filling is estimated; `drop_marks` removes the marks
    once the command has been carried out.
    """

    gaps: Sequence[GapRow]
    fills: Sequence[Fill] = ()
    drop_marks: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Selection:
    """The gaps that a command acts on, and the worker that would carry it out.

    If `marked` is set, the command acts on the marked gaps; else on the gap `gap_id` of the camera `camera_id`, which
    is called `words` on the screen: `running` is its fill while one runs, `queued` its row in the queue, and
    `is_requested` says whether a user requested it. `open_requests` are all requests for fills that no worker has
    taken.
    """

    worker: WorkerRow
    gap_id: str | None = None
    words: str = ""
    running: Fill | None = None
    camera_id: str | None = None
    marked: MarkedGaps | None = None
    queued: QueuedRow | None = None
    is_requested: bool = False
    open_requests: OpenRequests = field(default_factory=dict)

    @property
    def is_queued_by_request(self) -> bool:
        """Whether the gap waits in the queue because of a request that a worker has taken."""
        requests = self.queued.requests if self.queued else ()
        return self.worker.state.is_alive and any(request.state is RequestState.TAKEN for request in requests)


def gap_selection(base: Selection, row: GapRow, context: RenderContext) -> Selection:
    """`base` with the gap of this row, and its fill while one runs."""
    return replace(
        base,
        gap_id=row.id,
        words=name_of(row.camera_name, row.window, context),
        running=row.fill if row.is_filling else None,
        camera_id=row.gap.camera_id,
        is_requested=bool(row.asked_by),
    )


def work_selection(base: Selection, row: Work, context: RenderContext) -> Selection:
    """`base` with the gap of this row of the fills pane, which is a fill or a waiting gap."""
    chosen = replace(base, gap_id=work_gap_id(row), words=name_of(row.camera_name, work_window(row), context))
    if isinstance(row, QueuedRow):
        return replace(chosen, camera_id=row.gap.camera_id, queued=row, is_requested=bool(row.requests))
    return replace(chosen, camera_id=row.fill.camera_id, running=row.fill if row.is_running else None)


def open_requests(requests: Iterable[Request]) -> OpenRequests:
    """The requests for fills, by the id of their gap; `requests` are all those that no worker has taken."""
    by_gap: dict[str, list[int]] = {}
    for request in requests:
        if request.kind is RequestKind.FILL and request.gap_id is not None:
            by_gap.setdefault(request.gap_id, []).append(request.id)
    return by_gap
