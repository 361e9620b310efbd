"""Filtering and sorting of a table's rows; after a change only changed rows are looked at again. Pure."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, islice
from operator import is_not
from typing import Generic, overload

from anr_tui.view.tables.filter import Filter, RowT
from anr_tui.view.tables.table_fields import SortKey, TableFields

_PIECE_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Order(Generic[RowT]):
    """The rows that a person wants to see, sorted by the column `by` ("": in the order of the source)."""

    filter: Filter[RowT] = field(default_factory=Filter)
    only_faults: bool = False
    by: str = ""
    is_down: bool = False

    @property
    def is_as_it_comes(self) -> bool:
        """Whether all rows are shown, in the order of the source."""
        return not (self.filter or self.only_faults or self.by)


@dataclass(frozen=True, slots=True)
class RowsAt(Sequence[RowT]):
    """The rows of `source` at these places.

    A list of a hundred thousand rows scattered over memory takes 20 ms to make, and no other thread runs meanwhile.
    """

    source: Sequence[RowT]
    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> RowT: ...
    @overload
    def __getitem__(self, at: slice) -> "RowsAt[RowT]": ...
    def __getitem__(self, at: int | slice) -> "RowT | RowsAt[RowT]":
        if isinstance(at, slice):
            return RowsAt(self.source, self.places[at])
        return self.source[self.places[at]]

    def __iter__(self) -> Iterator[RowT]:
        return map(self.source.__getitem__, self.places)


@dataclass(frozen=True, slots=True)
class Arranged(Generic[RowT]):
    """The rows of `source` that are shown under an order.

    The results for each row of `source` are kept: whether it is shown, and its sort key.
    """

    source: Sequence[RowT]
    order: Order[RowT]
    rows: Sequence[RowT]
    _is_kept: list[bool] = field(default_factory=list, compare=False, repr=False)
    _keys: list[SortKey] = field(default_factory=list, compare=False, repr=False)


def arrange(
    source: Sequence[RowT], order: Order[RowT], table_fields: TableFields[RowT], before: Arranged[RowT] | None = None
) -> Arranged[RowT]:
    """Filter and sort `source`; rows with equal keys stay in the order of the source.

    `before` is the result for an earlier source: rows that are the same objects are not looked at again.
    """
    if order.is_as_it_comes:
        return Arranged(source, order, source)
    is_same = before is not None and bool(before._is_kept) and replace(before.order, is_down=order.is_down) == order
    known = before if is_same else None
    is_kept, keys = _looked_at(source, order, table_fields, known)
    if (
        known
        and isinstance(known.rows, RowsAt)
        and (known.order, known._is_kept, known._keys) == (order, is_kept, keys)
    ):
        places = known.rows.places
    else:
        places = _sorted(list(compress(range(len(is_kept)), is_kept)), keys, is_down=order.is_down)
    return Arranged(source, order, RowsAt(source, places), is_kept, keys)


def _looked_at(
    source: Sequence[RowT], order: Order[RowT], table_fields: TableFields[RowT], before: Arranged[RowT] | None
) -> tuple[list[bool], list[SortKey]]:
    """For each row whether it is shown, and its sort key; taken from `before` for rows that are the same objects."""
    if before is None:
        return _are_shown(source, order, table_fields), _keys(source, order, table_fields)
    if before.source is source:
        return before._is_kept, before._keys
    # New gaps come on top, so the old rows have moved down by their number.
    added = max(0, len(source) - len(before.source))
    new, left = source[:added], len(source) - added
    is_kept = _are_shown(new, order, table_fields) + before._is_kept[:left]
    keys = _keys(new, order, table_fields) + before._keys[:left]
    # Few of a hundred thousand rows are other objects: only those are worth a step in Python each.
    are_other = map(is_not, islice(source, added, None), before.source)
    for at in compress(range(added, len(source)), are_other):
        if source[at] != before.source[at - added]:
            is_kept[at : at + 1] = _are_shown([source[at]], order, table_fields)
            keys[at : at + 1] = _keys([source[at]], order, table_fields)
    return is_kept, keys


def _sorted(places: list[int], keys: Sequence[SortKey], *, is_down: bool) -> Sequence[int]:
    """The places sorted by their keys, if there are any; in parts, since no other thread runs during a sort.

    The result is an array: a list of a hundred thousand places takes 3.6 MB.
    """
    if not keys:
        return array("I", places)
    for start in range(0, len(places), _PIECE_ROWS):
        piece = slice(start, start + _PIECE_ROWS)
        places[piece] = sorted(places[piece], key=keys.__getitem__, reverse=is_down)
    # Python's sort detects runs that are already in order, and only merges them.
    return array("I", sorted(places, key=keys.__getitem__, reverse=is_down))


def _are_shown(rows: Sequence[RowT], order: Order[RowT], table_fields: TableFields[RowT]) -> list[bool]:
    if not (order.filter or order.only_faults):
        return [True] * len(rows)
    needs, keeps = table_fields.needs_somebody, order.filter.keeps
    return [(not order.only_faults or needs(row)) and keeps(row) for row in rows]


def _keys(rows: Sequence[RowT], order: Order[RowT], table_fields: TableFields[RowT]) -> list[SortKey]:
    sort_by = table_fields.columns.get(order.by)
    return [sort_by.key(row) for row in rows] if sort_by else []
