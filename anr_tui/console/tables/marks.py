"""Which rows of a table are marked, by key: what is asked is asked of all of them."""

from collections.abc import Hashable, Iterable, Sequence, Set


class Marks:
    """The marked keys; those of rows that a filter hides stay marked. A hundred thousand of them cost a key nothing."""

    def __init__(self) -> None:
        self._keys: set[Hashable] = set()
        self._last: Hashable = None
        self.changes = 0
        """Grows whenever another row is marked, or one not any more."""

    @property
    def keys(self) -> Set[Hashable]:
        """All marked keys."""
        return self._keys

    def turn(self, key: Hashable) -> None:
        """Mark it, or not any more."""
        self._keys ^= {key}
        self._last = key
        self.changes += 1

    def add(self, keys: Iterable[Hashable], last: Hashable) -> None:
        """Mark all of these; `last` is where a range goes on from."""
        self._keys.update(keys)
        self._last = last
        self.changes += 1

    def add_range(self, shown: Sequence[Hashable], to: int) -> None:
        """Mark all that is shown from the last mark to this row; only this row where none is shown."""
        start = shown.index(self._last) if self._last in self._keys and self._last in shown else to
        self.add(shown[min(start, to) : max(start, to) + 1], shown[to])

    def invert(self, shown: Iterable[Hashable]) -> None:
        """Mark what is shown and not marked, and the other way round."""
        self._keys ^= set(shown)
        self.changes += 1

    def drop(self, keys: Iterable[Hashable]) -> None:
        """Mark these no more."""
        self._keys.difference_update(keys)
        self.changes += 1

    def clear(self) -> None:
        """Mark nothing any more."""
        self._keys.clear()
        self.changes += 1
