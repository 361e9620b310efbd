"""Rows as values: one that cannot be read hides no other, and one that has not changed is not read again."""

import sqlite3
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.gap import FillState
from anr_tui.sites.rows import RowCache, Rows, gap, read_each, whole
from tests.sqlite_rows import row_of

GAP = {
    "id": "gap_1",
    "camera_id": "gate",
    "gap_start": "2026-06-13T11:00:00.123456789+00:00",
    "gap_end": "2026-06-13T13:10:00+02:00",
    "gap_seconds": 600,
    "fill_state": "pending",
    "fill_attempts": 2,
    "last_attempt_at": None,
    "filled_at": None,
}


def number(row: sqlite3.Row) -> int:
    return whole(row, "n")


def test_a_gap_is_cut_to_the_microsecond_and_its_times_are_in_utc() -> None:
    read = gap(row_of(**GAP))

    assert (read.fill_state, read.fill_attempts, read.last_attempt_at) == (FillState.PENDING, 2, None)
    assert read.window.start.isoformat() == "2026-06-13T11:00:00.123456+00:00"
    assert read.window.end.isoformat() == "2026-06-13T11:10:00+00:00"


@pytest.mark.parametrize(
    "change",
    [
        {"gap_start": "yesterday"},
        {"gap_end": GAP["gap_start"]},
        {"fill_state": "lost"},
        {"gap_seconds": "many"},
        {"last_attempt_at": "never"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_gap_that_makes_no_sense_is_left_out_by_its_id_and_hides_no_other(change: dict[str, Any]) -> None:
    rows = read_each([row_of(**GAP | {"id": "bad"} | change), row_of(**GAP)], gap)

    assert [each.id for each in rows.good] == ["gap_1"]
    (problem,) = rows.problems
    assert "'bad'" in problem


@given(st.lists(st.sampled_from([1, 2, 3, "x"]), max_size=8), st.integers(0, 8))
def test_rows_that_cannot_be_read_do_not_count_towards_the_most(numbers: list[int | str], most: int) -> None:
    rows = read_each([row_of(id=place, n=n) for place, n in enumerate(numbers)], number, most)

    assert list(rows.good) == [n for n in numbers if n != "x"][:most]


def test_a_long_value_is_cut_in_what_is_said_of_it() -> None:
    rows = read_each([row_of(id="i" * 500, n="v" * 500)], number)

    assert len(rows.problems[0]) < 300


@pytest.mark.parametrize(("value", "read"), [(None, 554), ("", 554), (0, 554), (8554, 8554), ("8554", 8554)])
def test_a_column_that_is_not_set_has_its_usual_value(value: object, read: int) -> None:
    assert whole(row_of(n=value), "n", 554) == read


@pytest.mark.parametrize("value", [None, "", "x", "1.5"])
def test_a_column_without_a_usual_value_must_hold_a_number(value: object) -> None:
    with pytest.raises(ValueError, match="n is no whole number"):
        whole(row_of(n=value), "n")


def reread(cache: RowCache[Any], rows: Iterable[sqlite3.Row]) -> Rows[Any]:
    collector = cache.gathering()
    for row in rows:
        collector.take(row)
    return collector.rows


def test_only_a_row_that_has_changed_becomes_another_object() -> None:
    cache = RowCache(gap)
    other = row_of(**GAP | {"id": "gap_2"})
    before = reread(cache, [row_of(**GAP), other]).good
    after = reread(cache, [row_of(**GAP | {"fill_attempts": 3}), other]).good

    assert after[0].fill_attempts == 3
    assert after[1] is before[1]


def test_a_row_that_was_away_is_read_anew() -> None:
    """What a cache keeps is one reading, or it would grow for as long as the site is open."""
    cache = RowCache(gap)
    (before,) = reread(cache, [row_of(**GAP)]).good
    reread(cache, [])
    (after,) = reread(cache, [row_of(**GAP)]).good

    assert after == before
    assert after is not before


def test_a_row_that_cannot_be_read_is_told_of_each_time() -> None:
    cache = RowCache(number)

    assert [len(reread(cache, [row_of(id="bad", n="x")]).problems) for _ in range(3)] == [1, 1, 1]
