"""Filtering and sorting: what is shown, in which order, and what is not worked on again."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.view.tables.filter import Field, Filterable, parse_filter
from anr_tui.view.tables.sort import Arranged, Order, RowsAt, arrange
from anr_tui.view.tables.table_fields import (
    SortBy,
    TableFields,
)


@dataclass(frozen=True)
class Row:
    key: int
    size: int
    is_bad: bool = False


def table_fields(looked_at: list[int] | None = None) -> TableFields[Row]:
    def size(row: Row) -> int:
        if looked_at is not None:
            looked_at.append(row.key)
        return row.size

    of = Filterable({"key": Field(lambda row: str(row.key))}, lambda row: row.size)
    return TableFields(of, {"size": SortBy(size)}, ("key", False), lambda row: row.is_bad)


ROWS = st.lists(st.builds(Row, st.integers(0, 99), st.integers(0, 3), st.booleans()), max_size=40)
ORDERS = st.builds(
    Order,
    st.sampled_from(["", "1", "!2", ">1"]).map(lambda text: parse_filter(text, table_fields().filterable)),
    st.booleans(),
    st.sampled_from(["", "size"]),
    st.booleans(),
)


@given(ROWS, ORDERS)
def test_what_is_shown_is_what_the_order_says(rows: list[Row], order: Order[Row]) -> None:
    shown = arrange(rows, order, table_fields()).rows

    wanted = [row for row in rows if order.filter.keeps(row) and (row.is_bad or not order.only_faults)]
    if order.by:
        wanted.sort(key=lambda row: row.size, reverse=order.is_down)
    assert list(shown) == wanted


@given(st.lists(st.builds(Row, st.integers(), st.integers(0, 3)), max_size=60), st.booleans())
def test_sorting_in_pieces_leaves_equal_rows_as_they_come(rows: list[Row], is_down: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anr_tui.view.tables.sort._PIECE_ROWS", 7)
        shown = arrange(rows, Order(by="size", is_down=is_down), table_fields()).rows

    assert list(shown) == sorted(rows, key=lambda row: row.size, reverse=is_down)


def test_to_turn_the_order_looks_at_no_row_again() -> None:
    looked_at: list[int] = []
    rows = [Row(number, number % 3) for number in range(6)]
    up = arrange(rows, Order(by="size"), table_fields(looked_at))
    down = arrange(rows, Order(by="size", is_down=True), table_fields(looked_at), up)

    assert looked_at == list(range(6))
    assert [row.key for row in down.rows] == [2, 5, 1, 4, 0, 3]


@given(st.lists(ROWS, min_size=2, max_size=5), ORDERS)
def test_what_was_found_out_before_changes_no_answer(sources: list[list[Row]], order: Order[Row]) -> None:
    before: Arranged[Row] | None = None
    for rows in sources:
        before = arrange(rows, order, table_fields(), before)

        assert before == arrange(rows, order, table_fields())


def test_rows_that_changed_in_other_columns_are_not_sorted_again() -> None:
    rows = [Row(number, number % 3) for number in range(100)]
    before = arrange(rows, Order(by="size"), table_fields())
    changed = [replace(row, is_bad=True) for row in rows]
    after = arrange(changed, Order(by="size"), table_fields(), before)

    assert isinstance(before.rows, RowsAt)
    assert isinstance(after.rows, RowsAt)
    assert after.rows.places is before.rows.places
    assert list(after.rows) == sorted(changed, key=lambda row: row.size)


@given(ROWS, st.lists(st.integers(0, 39)), st.slices(40))
def test_rows_at_their_places_read_like_a_list(rows: list[Row], places: list[int], part: slice) -> None:
    places = [at for at in places if at < len(rows)]
    shown, wanted = RowsAt(rows, places), [rows[at] for at in places]

    assert (len(shown), list(shown), list(reversed(shown))) == (len(wanted), wanted, wanted[::-1])
    assert [shown[at] for at in range(len(shown))] == wanted
    assert list(shown[part]) == wanted[part]


def test_an_order_that_is_none_copies_nothing() -> None:
    rows = [Row(1, 2)]

    assert arrange(rows, Order(), table_fields()).rows is rows


def test_only_new_and_changed_rows_are_looked_at_again() -> None:
    looked_at: list[int] = []
    rows = [Row(number, number % 3) for number in range(100)]
    order: Order[Row] = Order(by="size")
    before = arrange(rows, order, table_fields(looked_at))
    looked_at.clear()

    changed = [Row(-1, 2), *(replace(row) for row in rows[:50]), replace(rows[50], size=9), *rows[51:]]
    after = arrange(changed, order, table_fields(looked_at), before)

    assert looked_at == [-1, 50]
    assert after.rows[-1].key == 50
