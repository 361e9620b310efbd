"""Which columns of a table fit, and how wide each becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from anr_tui.console.ink import Ink, Inks, Role, fitted, padded
from anr_tui.console.words import Look

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: `cell` makes a row's inks for a width in cells.

    It takes `width` cells at least and grows to `most`; those of the highest `rank` go first where not all
    fit, and grow first where there is room.
    """

    title: str
    cell: Callable[[RowT, Look, int], Inks]
    width: int
    most: int = 0
    rank: int = 0
    to_right: bool = False


@dataclass(frozen=True, slots=True)
class Placed(Generic[RowT]):
    """A column that fits, and the cells it was given."""

    column: Column[RowT]
    width: int


GAP = 1


def fit(columns: Sequence[Column[RowT]], width: int, gap: int = GAP) -> list[Placed[RowT]]:
    """Choose and widen columns for `width` cells; the best ranked one is always there."""
    by_rank = sorted(columns, key=lambda column: column.rank)
    chosen: list[Column[RowT]] = []
    left = width + gap
    for column in by_rank:
        if chosen and column.width + gap > left:
            continue
        chosen.append(column)
        left -= column.width + gap
    widths = {id(column): column.width for column in chosen}
    for column in reversed(chosen):
        more = max(0, min(left, column.most - column.width))
        widths[id(column)] += more
        left -= more
    return [Placed(column, widths[id(column)]) for column in columns if id(column) in widths]


def titles(placed: Sequence[Placed[RowT]], look: Look, gap: int = GAP) -> Inks:
    """The header line."""
    inks: list[Ink] = []
    for each in placed:
        title = (Ink(each.column.title, Role.DIM),)
        text = fitted(title, each.width, look.glyphs, to_right=each.column.to_right)
        inks += padded(text, after=" " * gap)
    return tuple(inks)


def line(placed: Sequence[Placed[RowT]], row: RowT, look: Look, gap: int = GAP) -> Inks:
    """One row's line."""
    inks: list[Ink] = []
    for each in placed:
        cell = each.column.cell(row, look, each.width)
        text = fitted(cell, each.width, look.glyphs, to_right=each.column.to_right)
        inks += padded(text, after=" " * gap)
    return tuple(inks)
