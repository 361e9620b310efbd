"""Which rows of a table are marked, by key: what is asked is asked of all of them."""

from collections.abc import Collection, Hashable, Iterable, Sequence


class Marks:
    """The marked keys; those of rows that a filter hides stay marked."""

    def __init__(self) -> None:
        self._keys: frozenset[Hashable] = frozenset()
        self._last: Hashable = None

    @property
    def keys(self) -> frozenset[Hashable]:
        """All marked keys."""
        return self._keys

    def turn(self, key: Hashable) -> None:
        """Mark it, or not any more."""
        self._keys ^= {key}
        self._last = key

    def add(self, keys: Iterable[Hashable], last: Hashable) -> None:
        """Mark all of these; `last` is where a range goes on from."""
        self._keys |= frozenset(keys)
        self._last = last

    def add_range(self, shown: Sequence[Hashable], to: int) -> None:
        """Mark all that is shown from the last mark to this row; only this row where none is shown."""
        start = shown.index(self._last) if self._last in self._keys and self._last in shown else to
        self.add(shown[min(start, to) : max(start, to) + 1], shown[to])

    def invert(self, shown: Iterable[Hashable]) -> None:
        """Mark what is shown and not marked, and the other way round."""
        self._keys ^= frozenset(shown)

    def drop(self, keys: Iterable[Hashable]) -> None:
        """Mark these no more."""
        self._keys -= frozenset(keys)

    def keep(self, keys: Collection[Hashable]) -> None:
        """Forget the marks of all others: their rows are gone."""
        if len(keys) < len(self._keys):
            self._keys &= frozenset(keys)
