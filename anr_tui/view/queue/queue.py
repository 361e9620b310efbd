"""The queue of gaps that wait to be filled: the order in which the worker takes them, and the reasons. Pure."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.policy.fill_policy import DueGapFilter, FillPolicy, priority
from anr_tui.domain.request import Request, RequestKind
from anr_tui.view.queue.reasons import Reasons
from anr_tui.view.queue.waiting import Waiting
from anr_tui.view.snapshot.memo import RowIndex
from anr_tui.view.snapshot.snapshot import Queue

if TYPE_CHECKING:
    from anr_tui.domain.camera import Camera

MOST_SHOWN = 200
# Gaps become too old little by little: until the next look a few too many are counted, and none of them is shown.
_LOOK_AGAIN = timedelta(minutes=5)


class QueueCache:
    """Makes the queue, and keeps the wanted gaps by camera: looking through a hundred thousand of them takes long."""

    def __init__(self) -> None:
        self._source: tuple[Sequence[RecordingGap], Sequence[Camera], FillPolicy] | None = None
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._places = RowIndex()
        self._by_camera: dict[str, list[RecordingGap]] = {}

    def queue(self, what: Waiting, now: datetime) -> Queue:
        """The first gaps that wait at the time `now`, and the number of the others."""
        due_filter = DueGapFilter.of(what.policy, what.cameras, now)
        self._look_through(what, due_filter)
        reasons = Reasons(what, _asked(what.requests), due_filter, now)
        running = {fill.gap_id for fill in what.running}
        passed = reasons.named | running
        places = self._places.of(what.gaps, passed)
        by_id = {name: what.gaps[places[name]] for name in passed if name in places}
        named = [gap for name in reasons.named - running if (gap := by_id.get(name)) is not None]
        named = [gap for gap in named if gap.camera_id in reasons.cameras and gap.fill_state is not FillState.FILLED]
        others = [gap for gap in self._first(due_filter, reasons, len(passed)) if gap.id not in passed]
        first = sorted([*named, *others], key=reasons.priority)[:MOST_SHOWN]
        wanted = sum(map(len, self._by_camera.values()))
        is_wanted = {gap.id for gap in due_filter.wanted(by_id.values())}
        total = wanted - len(is_wanted) + len(named)
        rows = tuple(reasons.row(place, gap) for place, gap in enumerate(first, 1))
        return Queue(rows, max(0, total - len(rows)))

    def _look_through(self, what: Waiting, due_filter: DueGapFilter) -> None:
        """Look through all gaps again where they, the cameras or the policy have changed, or a while has passed."""
        source = (what.gaps, what.cameras, what.policy)
        is_same = self._source is not None and (self._source[0] is what.gaps and self._source[1:] == source[1:])
        if is_same and abs(due_filter.now - self._looked_at) < _LOOK_AGAIN:
            return
        self._source, self._looked_at = source, due_filter.now
        self._places.forget()
        self._by_camera = {camera_id: [] for camera_id in due_filter.oldest_kept}
        for gap in due_filter.wanted(what.gaps):
            self._by_camera[gap.camera_id].append(gap)

    def _first(self, due_filter: DueGapFilter, reasons: Reasons, passed: int) -> Iterator[RecordingGap]:
        """The wanted gaps that come first, enough to skip `passed` of them.

        The gaps of each camera are already in order of time, whichever order is set.
        """
        newest = due_filter.policy.order == "newest"
        most = MOST_SHOWN + passed
        due: list[Iterable[RecordingGap]] = []
        later: list[Iterable[RecordingGap]] = []
        for camera_id, gaps in self._by_camera.items():
            (later if camera_id in reasons.aside else due).append(gaps if newest else reversed(gaps))
        merged = heapq.merge(
            *due, key=lambda gap: priority(due_filter.policy, gap, reasons.cameras[gap.camera_id], None)
        )
        yield from due_filter.wanted(_with_enough(merged, due_filter, most))
        for aside in later:
            yield from due_filter.wanted(islice(aside, most))


def _with_enough(gaps: Iterable[RecordingGap], due_filter: DueGapFilter, most: int) -> Iterator[RecordingGap]:
    """The gaps up to the `most`-th that has settled; those that have not are also given."""
    settled = due_filter.now - due_filter.settle
    for gap in gaps:
        yield gap
        most -= gap.window.end <= settled
        if most <= 0:
            return


def _asked(requests: Iterable[Request]) -> dict[str, list[Request]]:
    asked: dict[str, list[Request]] = {}
    for request in requests:
        if request.kind is RequestKind.FILL and request.gap_id is not None:
            asked.setdefault(request.gap_id, []).append(request)
    return asked
