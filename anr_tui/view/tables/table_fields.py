"""The filter fields and sort keys of each table, and the tests for rows that need a person."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Generic

from anr_tui.domain.gap import FillState
from anr_tui.domain.window import Window
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, GapRow
from anr_tui.view.tables.filter import Field, Filterable, RowT

SortKey = str | float | tuple[int, float]


@dataclass(frozen=True, slots=True)
class SortBy(Generic[RowT]):
    """The sort key of a column; `is_down_first` where people want the largest value on top."""

    key: Callable[[RowT], SortKey]
    is_down_first: bool = False


@dataclass(frozen=True, slots=True)
class TableFields(Generic[RowT]):
    """The filter fields of one table, and its columns by title.

    Without a choice the rows are in the order of the column `natural`, descending if its flag is set.
    """

    filterable: Filterable[RowT]
    columns: Mapping[str, SortBy[RowT]]
    natural: tuple[str, bool]
    needs_somebody: Callable[[RowT], bool]


def gap_state(row: GapRow) -> str:
    """A gap's state in one word."""
    if row.is_filling:
        return "filling"
    return "lost" if row.is_lost else "asked" if row.asked_by else row.gap.fill_state.value


def fill_state(row: FillRow) -> str:
    """A fill's state in a few words."""
    if row.is_lost:
        return "lost"
    return row.fill.outcome.words if row.fill.outcome else row.fill.phase.value


def camera_needs_somebody(row: CameraRow) -> bool:
    """Whether the camera is set aside, has gaps that were given up, or misses footage that no sweep will fetch."""
    is_left = row.pending and not row.filling and not (row.anr_enabled and row.has_replay)
    return bool(row.set_aside_why or row.failed or is_left)


def is_open(row: GapRow) -> bool:
    """Whether the gap is missing and no fill of it runs."""
    return row.is_missing and not row.is_filling


def gap_needs_somebody(row: GapRow) -> bool:
    """Whether the gap is missing and stays so without a person: given up, its worker lost, or skipped by the sweep."""
    return is_open(row) and bool(row.is_lost or row.gap.fill_state is FillState.FAILED or row.stuck)


def fill_needs_somebody(row: FillRow) -> bool:
    """Whether the fill was lost, or ended with an outcome that needs a person."""
    return row.is_lost or (row.fill.outcome is not None and row.fill.outcome.traits.needs_person)


def _since(window_of: Callable[[RowT], Window], zone: tzinfo) -> Field[RowT]:
    """The start of a window as the screen writes it."""
    return Field(lambda row: window_of(row).start.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"), "0123456789-:")


def _camera_next(row: CameraRow) -> tuple[int, float]:
    if row.set_aside_why:
        return 0, 0.0
    return (1, row.next_try_at.timestamp()) if row.next_try_at else (2, -row.filling)


def camera_table_fields() -> TableFields[CameraRow]:
    """The filter fields and columns of cameras, by default sorted by name."""
    fields: dict[str, Field[CameraRow]] = {
        "camera": Field(lambda row: row.name),
        "state": Field(lambda row: row.state),
        "vendor": Field(lambda row: row.vendor),
        "device": Field(lambda row: row.device),
        "why": Field(lambda row: row.set_aside_words),
        "id": Field(lambda row: row.id),
    }
    columns: dict[str, SortBy[CameraRow]] = {
        "camera": SortBy(lambda row: row.name.casefold()),
        "state": SortBy(lambda row: row.state),
        "device": SortBy(lambda row: row.device),
        "ANR": SortBy(lambda row: row.anr_enabled),
        "missing": SortBy(lambda row: row.missing_s, is_down_first=True),
        "speed": SortBy(lambda row: row.speed, is_down_first=True),
        "next try": SortBy(_camera_next),
    }
    of = Filterable(fields, lambda row: row.missing_s)
    return TableFields(of, columns, ("camera", False), camera_needs_somebody)


def _gap_outcome(row: GapRow) -> str:
    fill = row.fill
    if fill is None:
        return ""
    return f"{fill.outcome.words} {fill.reason}" if fill.outcome else fill.phase.value


def gap_table_fields(zone: tzinfo) -> TableFields[GapRow]:
    """The filter fields and columns of gaps, by default newest first; dates are read in `zone`."""
    fields: dict[str, Field[GapRow]] = {
        "camera": Field(lambda row: row.camera_name),
        "state": Field(gap_state),
        "outcome": Field(_gap_outcome),
        "id": Field(lambda row: row.gap.id),
        "asked": Field(lambda row: row.asked_by),
        "from": _since(lambda row: row.gap.window, zone),
    }
    columns: dict[str, SortBy[GapRow]] = {
        "camera": SortBy(lambda row: row.camera_name.casefold()),
        "start": SortBy(lambda row: row.window.start.timestamp(), is_down_first=True),
        "end": SortBy(lambda row: row.window.end.timestamp(), is_down_first=True),
        "length": SortBy(lambda row: row.window.seconds, is_down_first=True),
        "age": SortBy(lambda row: -row.window.end.timestamp()),
        "state": SortBy(gap_state),
        "tries": SortBy(lambda row: row.gap.fill_attempts, is_down_first=True),
        "progress, outcome": SortBy(_gap_outcome),
    }
    of = Filterable(fields, lambda row: row.window.seconds)
    return TableFields(of, columns, ("start", True), gap_needs_somebody)


def _fill_left(row: FillRow) -> tuple[int, float]:
    if row.is_running:
        return 0, row.left_s if row.left_s is not None else math.inf
    return 1, -row.fill.ended_at.timestamp() if row.fill.ended_at else 0.0


def fill_table_fields(zone: tzinfo) -> TableFields[FillRow]:
    """The filter fields and columns of fills, by default running ones, then the newest; dates are read in `zone`."""
    fields: dict[str, Field[FillRow]] = {
        "camera": Field(lambda row: row.camera_name),
        "state": Field(fill_state),
        "reason": Field(lambda row: row.fill.reason),
        "gap": Field(lambda row: row.fill.gap_id),
        "asked": Field(lambda row: row.fill.asked_by),
        "id": Field(lambda row: str(row.fill.id)),
        "from": _since(lambda row: row.fill.window, zone),
    }
    columns: dict[str, SortBy[FillRow]] = {
        "camera": SortBy(lambda row: row.camera_name.casefold()),
        "from": SortBy(lambda row: row.fill.window.start.timestamp(), is_down_first=True),
        "progress": SortBy(lambda row: row.share, is_down_first=True),
        "state": SortBy(fill_state),
        "speed": SortBy(lambda row: row.fill.speed, is_down_first=True),
        "bytes": SortBy(lambda row: row.fill.size_bytes, is_down_first=True),
        "left": SortBy(_fill_left),
        "reason": SortBy(lambda row: row.fill.reason),
    }
    of = Filterable(fields, lambda row: row.fill.window.seconds)
    return TableFields(of, columns, ("left", False), fill_needs_somebody)


def can_be_filled(row: GapRow) -> bool:
    """Whether a fill of the gap can be requested: it is missing, not being filled, and not requested yet."""
    return is_open(row) and not row.asked_by


def can_be_retried(row: GapRow) -> bool:
    """Whether a retry of the gap makes sense: it is missing, no fill runs, and something was tried."""
    was_tried = row.gap.fill_state is FillState.FAILED or row.gap.fill_attempts > 0 or row.fill is not None
    return is_open(row) and was_tried
