"""What waits to be filled, in the order in which the worker takes it, and why. Pure."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from anr_tui.domain.camera import Camera
from anr_tui.domain.fill import Fill
from anr_tui.domain.fill_policy import DueGapFilter, FillPolicy, priority
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.request import Request, RequestKind
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.view.queue.reasons import Reasons
from anr_tui.view.snapshot.memo import RowIndex
from anr_tui.view.snapshot.snapshot import Cap, Queue, WorkerState

MOST_SHOWN = 200
# Gaps become too old by and by: until then a few too many are counted, and none of those shown.
_LOOK_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that tells what waits: `entries` are what the worker has queued, `requests` the open ones, oldest first.

    Gaps come newest first, as the site gives them.
    """

    cameras: Sequence[Camera]
    gaps: Sequence[RecordingGap]
    running: Sequence[Fill]
    requests: Sequence[Request]
    entries: Mapping[str, QueueEntry]
    memories: Mapping[str, CameraMemory]
    rules: FillPolicy
    worker_state: WorkerState
    next_sweep_at: datetime | None = None
    cap: Cap = field(default_factory=Cap)
    is_disk_low: bool = False


class QueueCache:
    """Keeps the wanted gaps by camera, so that a hundred thousand are not looked through for each snapshot."""

    def __init__(self) -> None:
        self._source: tuple[Sequence[RecordingGap], Sequence[Camera], FillPolicy] | None = None
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._places = RowIndex()
        self._by_camera: dict[str, list[RecordingGap]] = {}

    def queue(self, what: Waiting, now: datetime) -> Queue:
        """The first gaps that wait, and how many more there are."""
        sieve = DueGapFilter.of(what.rules, what.cameras, now)
        self._look_through(what, sieve)
        reasons = Reasons(what, _asked(what.requests), sieve, now)
        running = {fill.gap_id for fill in what.running}
        passed = reasons.named | running
        places = self._places.of(what.gaps, passed)
        by_id = {name: what.gaps[places[name]] for name in passed if name in places}
        named = [gap for name in reasons.named - running if (gap := by_id.get(name)) is not None]
        named = [gap for gap in named if gap.camera_id in reasons.cameras and gap.fill_state is not FillState.FILLED]
        others = [gap for gap in self._first(sieve, reasons, len(passed)) if gap.id not in passed]
        first = sorted([*named, *others], key=reasons.priority)[:MOST_SHOWN]
        wanted = sum(map(len, self._by_camera.values()))
        is_wanted = {gap.id for gap in sieve.wanted(by_id.values())}
        total = wanted - len(is_wanted) + len(named)
        rows = tuple(reasons.row(place, gap) for place, gap in enumerate(first, 1))
        return Queue(rows, max(0, total - len(rows)))

    def _look_through(self, what: Waiting, sieve: DueGapFilter) -> None:
        """At all gaps, where they or the rules are others than before, or a while has passed."""
        source = (what.gaps, what.cameras, what.rules)
        is_same = self._source is not None and (self._source[0] is what.gaps and self._source[1:] == source[1:])
        if is_same and abs(sieve.now - self._looked_at) < _LOOK_AGAIN:
            return
        self._source, self._looked_at = source, sieve.now
        self._places.forget()
        self._by_camera = {camera_id: [] for camera_id in sieve.oldest_kept}
        for gap in sieve.wanted(what.gaps):
            self._by_camera[gap.camera_id].append(gap)

    def _first(self, sieve: DueGapFilter, reasons: Reasons, passed: int) -> Iterator[RecordingGap]:
        """The wanted gaps that come first, with some to spare for as many as are `passed` over.

        Each camera's stand in the order of time already, whichever order is set.
        """
        newest = sieve.rules.order == "newest"
        most = MOST_SHOWN + passed
        due: list[Iterable[RecordingGap]] = []
        later: list[Iterable[RecordingGap]] = []
        for camera_id, gaps in self._by_camera.items():
            (later if camera_id in reasons.aside else due).append(gaps if newest else reversed(gaps))
        merged = heapq.merge(*due, key=lambda gap: priority(sieve.rules, gap, reasons.cameras[gap.camera_id], None))
        yield from sieve.wanted(_with_enough(merged, sieve, most))
        for aside in later:
            yield from sieve.wanted(islice(aside, most))


def _with_enough(gaps: Iterable[RecordingGap], sieve: DueGapFilter, most: int) -> Iterator[RecordingGap]:
    """Up to `most` that have settled, and those before them that have not."""
    settled = sieve.now - sieve.settle
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
