"""What was made of some values is made again only of others."""

from anr_tui.view.kept import Kept


def test_only_other_values_are_looked_at_again() -> None:
    made: list[tuple[object, ...]] = []

    def make(first: list[int], *, second: int) -> list[object]:
        made.append((first, second))
        return [*first, second]

    kept = Kept(make)
    once = kept.of([1, 2], second=3)

    assert kept.of([1, 2], second=3) is once
    assert kept.of([1], second=3) == [1, 3]
    assert kept.of([1, 2], second=3) == once
    assert len(made) == 3
