"""The work on gaps as one table: running fills, the queue in its order, and the newest fills that ended."""

import math
from collections.abc import Callable
from datetime import tzinfo
from typing import TypeVar

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.window import Window
from anr_tui.view.queue.text import utc_clock, why_words
from anr_tui.view.snapshot.snapshot import FillRow, QueuedRow, Snapshot
from anr_tui.view.tables.filter import Field, Filterable
from anr_tui.view.tables.table_fields import SortBy, SortKey, TableFields, fill_needs_somebody, fill_table_fields

T = TypeVar("T")
Work = FillRow | QueuedRow

_STUCK = {WaitReason.NO_WORKER, WaitReason.DISK}


def work_rows(snapshot: Snapshot) -> tuple[Work, ...]:
    """The running fills, then the queue, then the fills that ended."""
    running = (row for row in snapshot.fills if row.is_running)
    others = (row for row in snapshot.fills if not row.is_running)
    return (*running, *snapshot.queue.rows, *others)


def work_needs_somebody(row: Work) -> bool:
    """Whether a row needs a person: a fill that ended so, or a gap that waits for what only a person changes."""
    if isinstance(row, FillRow):
        return fill_needs_somebody(row)
    return row.why in _STUCK or (row.why is WaitReason.SET_ASIDE and row.until is None)


def work_window(row: Work) -> Window:
    """The window that is being filled, or that waits."""
    return row.fill.window if isinstance(row, FillRow) else row.gap.window


def work_gap_id(row: Work) -> str:
    """The id of the gap of a row."""
    return row.fill.gap_id if isinstance(row, FillRow) else row.gap.id


def work_table_fields(zone: tzinfo) -> TableFields[Work]:
    """The filter fields and columns of the table of fills and waiting gaps; a waiting gap has the state `queued`.

    Dates are read in `zone`.
    """
    fills = fill_table_fields(zone)
    queued: dict[str, Callable[[QueuedRow], str]] = {
        "camera": lambda row: row.camera_name,
        "state": lambda row: "queued",
        "reason": lambda row: why_words(row, utc_clock),
        "gap": lambda row: row.gap.id,
        "asked": lambda row: row.asked_by,
        "id": lambda row: "",
        "from": lambda row: row.gap.window.start.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
    }
    sorts: dict[str, Callable[[QueuedRow], SortKey]] = {
        "camera": lambda row: row.camera_name.casefold(),
        "from": lambda row: row.gap.window.start.timestamp(),
        "progress": lambda row: 0.0,
        "state": lambda row: "queued",
        "speed": lambda row: 0.0,
        "bytes": lambda row: 0.0,
        "left": lambda row: (1, float(row.place)),
        "reason": queued["reason"],
    }
    fields: dict[str, Field[Work]] = {
        name: Field(_either(each.read, queued[name]), each.signs) for name, each in fills.filterable.fields.items()
    }
    columns: dict[str, SortBy[Work]] = {
        name: SortBy(_either(each.key, sorts[name]), each.is_down_first) for name, each in fills.columns.items()
    }
    columns["left"] = SortBy(_left)
    of = Filterable(fields, lambda row: work_window(row).seconds)
    return TableFields(of, columns, fills.natural, work_needs_somebody)


def _left(row: Work) -> SortKey:
    if isinstance(row, QueuedRow):
        return 1, float(row.place)
    if row.is_running:
        return 0, row.left_s if row.left_s is not None else math.inf
    return 2, -row.fill.ended_at.timestamp() if row.fill.ended_at else 0.0


def _either(of_fill: Callable[[FillRow], T], of_queued: Callable[[QueuedRow], T]) -> Callable[[Work], T]:
    return lambda row: of_fill(row) if isinstance(row, FillRow) else of_queued(row)
