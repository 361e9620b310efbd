"""A cache of one result for equal arguments, and an index of a few rows among many."""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Generic, ParamSpec, Protocol, TypeVar

MadeT = TypeVar("MadeT")
FromP = ParamSpec("FromP")


class Memo(Generic[FromP, MadeT]):
    """Keeps the last result of `make`, and calls it again only for other arguments."""

    def __init__(self, make: Callable[FromP, MadeT]) -> None:
        self._make = make
        self._made: tuple[object, MadeT] | None = None

    def of(self, *args: FromP.args, **kwargs: FromP.kwargs) -> MadeT:
        """The result for these arguments; the same object as last time where the arguments are equal."""
        values = (args, kwargs)
        if self._made is None or self._made[0] != values:
            self._made = values, self._make(*args, **kwargs)
        return self._made[1]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class RowIndex:
    """The places of a few rows among many: of those that were ever asked for, since an index of all would take 6 MB."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._asked: frozenset[str] = frozenset()

    def forget(self) -> None:
        """Forget all places, after the rows have changed."""
        self._places, self._asked = {}, frozenset()

    def of(self, many: Iterable[_Named], ids: Set[str]) -> Mapping[str, int]:
        """The places of these ids in `many`, and of some others; ids without a row are left out."""
        if not ids <= self._asked:
            asked = self._asked = self._asked | ids
            self._places = {each.id: at for at, each in enumerate(many) if each.id in asked}
        return self._places
