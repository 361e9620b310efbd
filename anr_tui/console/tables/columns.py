"""The columns of a table: which of them fit, and how wide each becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, fitted, padded

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column of a table; all widths are in cells.

    `cell` draws a row's value for a width. The column is at least `width` wide and grows up to `most`. Where not all
    columns fit, those of the highest `rank` are left out first; where there is room, those of the highest of the chosen
    ones grow first. An elastic column takes what remains, and at least half of the room. `heading` draws the title for
    a width, in place of `title`. With `is_time` the column is one cell wider where the clock has 12 hours. Where
    `spans` is true of a row, its cell also takes the width of all columns after it.
    """

    title: str
    cell: Callable[[RowT, RenderContext, int], Spans]
    width: int
    most: int = 0
    rank: int = 0
    to_right: bool = False
    is_elastic: bool = False
    heading: Callable[[RenderContext, int], Spans] | None = None
    is_time: bool = False
    spans: Callable[[RowT], bool] | None = None


@dataclass(frozen=True, slots=True)
class PlacedColumn(Generic[RowT]):
    """A column that fits, and its width in cells."""

    column: Column[RowT]
    width: int


GAP = 1


def for_clock(columns: Sequence[Column[RowT]], context: RenderContext) -> Sequence[Column[RowT]]:
    """The columns, widened for the times of a 12-hour clock if the context has one."""
    if not context.is_12_hours:
        return columns
    return [replace(each, width=each.width + 1, most=each.most + 1) if each.is_time else each for each in columns]


def fit(columns: Sequence[Column[RowT]], width: int, gap: int = GAP) -> list[PlacedColumn[RowT]]:
    """Choose and widen columns for `width` cells; the one with the lowest rank is always included."""
    by_rank = sorted(columns, key=lambda column: column.rank)
    chosen: list[Column[RowT]] = []
    left = width + gap
    for column in by_rank:
        if chosen and column.width + gap > left:
            continue
        chosen.append(column)
        left -= column.width + gap
    widths = {id(column): column.width for column in chosen}
    elastic = next((column for column in chosen if column.is_elastic), None)
    kept = -(-left // 2) if elastic else 0
    for column in reversed(chosen):
        more = max(0, min(left - kept, column.most - column.width))
        widths[id(column)] += more
        left -= more
    if elastic:
        widths[id(elastic)] += left
    return [PlacedColumn(column, widths[id(column)]) for column in columns if id(column) in widths]


@dataclass(frozen=True, slots=True)
class Sorting:
    """The title of the column by which the rows are sorted; `is_down` means from the largest to the smallest."""

    by: str
    is_down: bool


def titles(
    placed: Sequence[PlacedColumn[RowT]], context: RenderContext, sorting: Sorting | None = None, gap: int = GAP
) -> Spans:
    """The line of titles; a sign after a title shows that the rows are sorted by it, and in which direction."""
    spans: list[Span] = []
    for each in placed:
        heading = each.column.heading
        title: Spans = heading(context, each.width) if heading else (Span(each.column.title, Tone.DIM),)
        if sorting is not None and sorting.by == each.column.title:
            sign = context.glyphs.down if sorting.is_down else context.glyphs.up
            title = (Span(each.column.title[: each.width - 1], Tone.STRONG), Span(sign, Tone.ACCENT))
        text = fitted(title, each.width, context.glyphs, to_right=each.column.to_right)
        spans += padded(text, after=" " * gap)
    return tuple(spans)


def title_at(placed: Sequence[PlacedColumn[RowT]], x: int, gap: int = GAP) -> str | None:
    """The title of the column at cell `x` of the line of titles, from 0; None where there is none."""
    end = 0
    for each in placed:
        end += each.width + gap
        if x < end:
            return each.column.title if x >= 0 else None
    return None


def line(placed: Sequence[PlacedColumn[RowT]], row: RowT, context: RenderContext, gap: int = GAP) -> Spans:
    """The line of one row."""
    spans: list[Span] = []
    for at, each in enumerate(placed):
        is_last = each.column.spans is not None and each.column.spans(row)
        width = sum(other.width + gap for other in placed[at:]) - gap if is_last else each.width
        cell = each.column.cell(row, context, width)
        text = fitted(cell, width, context.glyphs, to_right=each.column.to_right)
        spans += padded(text, after=" " * gap)
        if is_last:
            break
    return tuple(spans)
