"""The rows of all gaps, kept between readings: of a hundred thousand, few change at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.view.snapshot.build import GapSums, gap_sums
from anr_tui.view.snapshot.memo import RowIndex
from anr_tui.view.snapshot.snapshot import GapRow

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GapContext:
    """What a gap's row contains besides the gap: its camera's name, its fill, and who asked for it.

    `names` is by camera id; `last` and `running` are fills and `askers` users, by gap id. `are_lost` says that no
    worker works on the running fills. `stuck` is the reason by camera id why its gaps are not filled by themselves;
    gaps that began before `tried_since` are too old for that.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, Fill] = field(default_factory=dict)
    running: Mapping[str, Fill] = field(default_factory=dict)
    askers: Mapping[str, str] = field(default_factory=dict)
    are_lost: bool = False
    stuck: Mapping[str, str] = field(default_factory=dict)
    tried_since: datetime = _EVER

    def row(self, gap: RecordingGap) -> GapRow:
        """The row of a gap."""
        fill = self.running.get(gap.id) or self.last.get(gap.id)
        is_lost = self.are_lost and fill is not None and fill.outcome is None
        name, asker = self.names.get(gap.camera_id, gap.camera_id), self.askers.get(gap.id, "")
        return GapRow(gap, name, fill, is_lost, asker, self._stuck(gap))

    def _stuck(self, gap: RecordingGap) -> str:
        if gap.fill_state is FillState.FILLED:
            return ""
        if gap.fill_state is FillState.FAILED:
            return "given up"
        return self.stuck.get(gap.camera_id) or ("too old" if gap.window.start < self.tried_since else "")

    def changed_since(self, before: "GapContext") -> set[str] | None:
        """The ids of the gaps whose rows may differ from those in the context `before`; None where any gap may."""
        if self.names != before.names or self.last is not before.last or self.are_lost != before.are_lost:
            return None
        if self.stuck != before.stuck or self.tried_since != before.tried_since:
            return None
        return {gap_id for gap_id, _ in self.running.items() ^ before.running.items()} | {
            gap_id for gap_id, _ in self.askers.items() ^ before.askers.items()
        }


class GapRowCache:
    """The rows of all gaps, made anew only where they differ; a row that stays equal remains the same object."""

    def __init__(self) -> None:
        self.rows: tuple[GapRow, ...] = ()
        self.sums = GapSums({})
        self._gaps: tuple[RecordingGap, ...] = ()
        self._context = GapContext()
        self._places = RowIndex()
        self._since: datetime | None = None
        self._recent: dict[str, tuple[GapRow, ...]] = {}

    def put(self, gaps: tuple[RecordingGap, ...], context: GapContext) -> None:
        """Use these gaps and this context from now on; rows that stay equal remain the same objects."""
        changed = context.changed_since(self._context) if gaps is self._gaps else None
        if changed is None:
            self._put_all(gaps, context)
        elif changed:
            self._put_some(changed, context)
        self._gaps, self._context = gaps, context

    def recent(self, since: datetime) -> Mapping[str, tuple[GapRow, ...]]:
        """The gaps that end after `since`, by camera id and in their order; some that end earlier may be among them."""
        if self._since is None or since < self._since:
            self._since = since
            self._recent = self._by_camera(self.rows)
        return self._recent

    def _put_all(self, gaps: tuple[RecordingGap, ...], context: GapContext) -> None:
        if gaps is not self._gaps:
            self.sums = gap_sums(gaps)
            known = {row.id: row for row in self.rows}
            self._places.forget()
            self.rows = tuple(_same(known.get(gap.id), context.row(gap)) for gap in gaps)
        else:
            self.rows = tuple(_same(row, context.row(row.gap)) for row in self.rows)
        self._since = None

    def _put_some(self, gap_ids: Set[str], context: GapContext) -> None:
        known = self._places.of(self.rows, gap_ids)
        places = [known[gap_id] for gap_id in gap_ids if gap_id in known]
        rows = list(self.rows)
        for at in places:
            rows[at] = context.row(rows[at].gap)
        self.rows = tuple(rows)
        fresh = {rows[at].id: rows[at] for at in places}
        cameras = {row.gap.camera_id for row in fresh.values()} & self._recent.keys()
        self._recent = self._recent | {
            camera_id: tuple(fresh.get(row.id, row) for row in self._recent[camera_id]) for camera_id in cameras
        }

    def _by_camera(self, rows: Iterable[GapRow]) -> dict[str, tuple[GapRow, ...]]:
        by_camera: dict[str, list[GapRow]] = defaultdict(list)
        for row in rows:
            if self._since is not None and row.gap.window.end > self._since:
                by_camera[row.gap.camera_id].append(row)
        return {camera_id: tuple(found) for camera_id, found in by_camera.items()}


def _same(known: GapRow | None, row: GapRow) -> GapRow:
    return known if known == row else row
