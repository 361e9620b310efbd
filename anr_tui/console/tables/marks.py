"""The marks on the rows of a table, by key: a command is carried out on all marked rows."""

from collections.abc import Hashable, Iterable, Sequence, Set


class Marks:
    """The keys of the marked rows. Rows that a filter hides stay marked."""

    def __init__(self) -> None:
        self._keys: set[Hashable] = set()
        self._last: Hashable = None
        self.changes = 0
        """The number of changes to the marks."""

    @property
    def keys(self) -> Set[Hashable]:
        """The keys of all marked rows."""
        return self._keys

    def turn(self, key: Hashable) -> None:
        """Mark the row with this key, or unmark it."""
        self._keys ^= {key}
        self._last = key
        self.changes += 1

    def add(self, keys: Iterable[Hashable], last: Hashable) -> None:
        """Mark the rows with these keys; a range continues from the row with the key `last`."""
        self._keys.update(keys)
        self._last = last
        self.changes += 1

    def add_range(self, shown: Sequence[Hashable], to: int) -> None:
        """Mark the rows from the last marked one to number `to`, or only row `to` where the last one is not shown."""
        start = shown.index(self._last) if self._last in self._keys and self._last in shown else to
        self.add(shown[min(start, to) : max(start, to) + 1], shown[to])

    def invert(self, shown: Iterable[Hashable]) -> None:
        """Mark the shown rows that are not marked, and unmark those that are."""
        self._keys ^= set(shown)
        self.changes += 1

    def drop(self, keys: Iterable[Hashable]) -> None:
        """Unmark the rows with these keys."""
        self._keys.difference_update(keys)
        self.changes += 1

    def clear(self) -> None:
        """Unmark all rows."""
        self._keys.clear()
        self.changes += 1
