"""Tables that have a row for every member of an enumeration."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

MemberT = TypeVar("MemberT", bound=Enum)
RowT = TypeVar("RowT")


def total_table(kind: type[MemberT], rows: Mapping[MemberT, RowT]) -> Mapping[MemberT, RowT]:
    """The rows, read-only, in the order of the members of `kind`. Raises TypeError that names members without a row.

    Tables are built while a module is imported, so that a member without a row stops the program at once.
    """
    missing = [member.name for member in kind if member not in rows]
    if missing:
        raise TypeError(f"{kind.__name__} has members without a row: {', '.join(missing)}")
    return MappingProxyType({member: rows[member] for member in kind})
