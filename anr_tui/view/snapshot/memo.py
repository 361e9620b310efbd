"""What was made of some values, kept for as long as they are the same; and where a few of many stand."""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Generic, ParamSpec, Protocol, TypeVar

MadeT = TypeVar("MadeT")
FromP = ParamSpec("FromP")


class Memo(Generic[FromP, MadeT]):
    """Calls `make` again only for other values than the last time."""

    def __init__(self, make: Callable[FromP, MadeT]) -> None:
        self._make = make
        self._made: tuple[object, MadeT] | None = None

    def of(self, *args: FromP.args, **kwargs: FromP.kwargs) -> MadeT:
        """What is made of these; the very same object where they equal those of the last time."""
        values = (args, kwargs)
        if self._made is None or self._made[0] != values:
            self._made = values, self._make(*args, **kwargs)
        return self._made[1]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class RowIndex:
    """Where the few stand that were ever asked for, among many: the places of a hundred thousand take 6 MB."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._asked: frozenset[str] = frozenset()

    def forget(self) -> None:
        """They stand elsewhere now."""
        self._places, self._asked = {}, frozenset()

    def of(self, many: Iterable[_Named], ids: Set[str]) -> Mapping[str, int]:
        """By id the places of these, and of some others; those that are not there are left out."""
        if not ids <= self._asked:
            asked = self._asked = self._asked | ids
            self._places = {each.id: at for at, each in enumerate(many) if each.id in asked}
        return self._places
