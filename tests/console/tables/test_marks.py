"""Marked rows: by key, in ranges, and through filters that hide them."""

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.tables.marks import Marks

SHOWN = list("abcdef")


def test_a_row_is_marked_and_unmarked_by_the_same_key() -> None:
    marks = Marks()
    marks.turn("a")
    marks.turn("b")
    marks.turn("a")

    assert marks.keys == {"b"}


@given(st.sampled_from(SHOWN), st.integers(0, 5))
def test_a_range_goes_from_the_last_marked_row_in_either_direction(last: str, to: int) -> None:
    marks = Marks()
    marks.turn(last)
    marks.add_range(SHOWN, to)
    at = SHOWN.index(last)

    assert marks.keys == set(SHOWN[min(at, to) : max(at, to) + 1])


def test_a_range_goes_on_from_where_the_last_one_ended() -> None:
    marks = Marks()
    marks.turn("a")
    marks.add_range(SHOWN, 1)
    marks.add_range(SHOWN, 3)

    assert marks.keys == set("abcd")


def test_where_the_last_marked_row_is_hidden_or_unmarked_a_range_is_one_row() -> None:
    for forget in (lambda marks: None, lambda marks: marks.turn("z"), lambda marks: marks.clear()):
        marks = Marks()
        marks.turn("z")
        forget(marks)
        marks.add_range(SHOWN, 3)
        assert marks.keys - {"z"} == {"d"}


def test_rows_that_are_not_shown_stay_as_they_are_when_the_others_are_inverted() -> None:
    marks = Marks()
    marks.add(["a", "hidden"], "a")
    marks.invert(SHOWN)

    assert marks.keys == {*"bcdef", "hidden"}


def test_whoever_looks_sees_each_change() -> None:
    marks = Marks()
    seen = [marks.changes]
    for change in (
        lambda: marks.turn("a"),
        lambda: marks.add(["b"], "b"),
        lambda: marks.add_range(SHOWN, 3),
        lambda: marks.invert(SHOWN),
        lambda: marks.drop(["a"]),
        marks.clear,
    ):
        change()
        seen.append(marks.changes)

    assert seen == sorted(set(seen))
