"""Filters and sorts a table's rows as a person ordered, and works again only on what changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from anr_tui.view.filter import Filter, RowT
from anr_tui.view.traits import SortKey, Traits

_PIECE_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Order(Generic[RowT]):
    """Which rows a person wants to see, and in which order: by the column `by` ("": as they come)."""

    filter: Filter[RowT] = field(default_factory=Filter)
    only_faults: bool = False
    by: str = ""
    is_down: bool = False

    @property
    def is_as_it_comes(self) -> bool:
        """Whether all rows are shown as they come."""
        return not (self.filter or self.only_faults or self.by)


@dataclass(frozen=True, slots=True)
class Arranged(Generic[RowT]):
    """The rows that are shown of `source`, under an order.

    What was found out about each row of `source` is kept: whether it is shown, and what it is sorted by.
    """

    source: Sequence[RowT]
    order: Order[RowT]
    rows: Sequence[RowT]
    _is_kept: list[bool] = field(default_factory=list, compare=False, repr=False)
    _keys: list[SortKey] = field(default_factory=list, compare=False, repr=False)


def arrange(
    source: Sequence[RowT], order: Order[RowT], traits: Traits[RowT], before: Arranged[RowT] | None = None
) -> Arranged[RowT]:
    """The rows of `source` under this order; rows equal in their order's columns stay as they come.

    `before` is what was made of an earlier source: rows that are the same are not looked at again.
    """
    if order.is_as_it_comes:
        return Arranged(source, order, source)
    is_same = before is not None and bool(before._is_kept) and replace(before.order, is_down=order.is_down) == order
    is_kept, keys = _looked_at(source, order, traits, before if is_same else None)
    shown = [at for at, kept in enumerate(is_kept) if kept]
    if keys:
        _sort(shown, keys, is_down=order.is_down)
    return Arranged(source, order, [source[at] for at in shown], is_kept, keys)


def _looked_at(
    source: Sequence[RowT], order: Order[RowT], traits: Traits[RowT], before: Arranged[RowT] | None
) -> tuple[list[bool], list[SortKey]]:
    """Of each row whether it is shown, and what it is sorted by; as it was found `before` where that is the same."""
    if before is None:
        return _are_shown(source, order, traits), _keys(source, order, traits)
    known, is_known_kept, known_keys = before.source, before._is_kept, before._keys
    if known is source:
        return is_known_kept, known_keys
    # New gaps come on top, so that the old rows have moved down by as many.
    shift = max(0, len(source) - len(known))
    is_kept: list[bool] = []
    keys: list[SortKey] = []
    for at, row in enumerate(source):
        then = at - shift
        if 0 <= then < len(known) and (known[then] is row or known[then] == row):
            is_kept.append(is_known_kept[then])
            keys += known_keys[then : then + 1]
        else:
            is_kept += _are_shown([row], order, traits)
            keys += _keys([row], order, traits)
    return is_kept, keys


def _sort(shown: list[int], keys: Sequence[SortKey], *, is_down: bool) -> None:
    """By their keys, in place; in pieces, since a sort lets no other thread run until it is done."""
    for start in range(0, len(shown), _PIECE_ROWS):
        piece = slice(start, start + _PIECE_ROWS)
        shown[piece] = sorted(shown[piece], key=keys.__getitem__, reverse=is_down)
    # Python's sort finds the runs that are in order already and only merges them.
    shown.sort(key=keys.__getitem__, reverse=is_down)


def _are_shown(rows: Sequence[RowT], order: Order[RowT], traits: Traits[RowT]) -> list[bool]:
    if not (order.filter or order.only_faults):
        return [True] * len(rows)
    needs, keeps = traits.needs_somebody, order.filter.keeps
    return [(not order.only_faults or needs(row)) and keeps(row) for row in rows]


def _keys(rows: Sequence[RowT], order: Order[RowT], traits: Traits[RowT]) -> list[SortKey]:
    sort_by = traits.columns.get(order.by)
    return [sort_by.key(row) for row in rows] if sort_by else []
