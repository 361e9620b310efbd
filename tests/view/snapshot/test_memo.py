"""What was made of some values is made again only of others, and a few are found among many."""

from dataclasses import dataclass

from anr_tui.view.snapshot.memo import Memo, RowIndex


@dataclass(frozen=True)
class Row:
    id: str


def test_only_other_values_are_looked_at_again() -> None:
    made: list[tuple[object, ...]] = []

    def make(first: list[int], *, second: int) -> list[object]:
        made.append((first, second))
        return [*first, second]

    kept = Memo(make)
    once = kept.of([1, 2], second=3)

    assert kept.of([1, 2], second=3) is once
    assert kept.of([1], second=3) == [1, 3]
    assert kept.of([1, 2], second=3) == once
    assert len(made) == 3


def test_the_few_that_were_asked_for_are_found_until_they_stand_elsewhere() -> None:
    places, many = RowIndex(), [Row(name) for name in "abcd"]
    assert places.of(many, {"b"}) == {"b": 1}
    assert places.of(many, {"d", "z"}) == {"b": 1, "d": 3}
    assert places.of([], {"d"}) == {"b": 1, "d": 3}

    places.forget()
    assert places.of(many[::-1], {"d"}) == {"d": 0}
