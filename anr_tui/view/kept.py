"""What was made of some values, kept for as long as they are the same."""

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

MadeT = TypeVar("MadeT")
FromP = ParamSpec("FromP")


class Kept(Generic[FromP, MadeT]):
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
