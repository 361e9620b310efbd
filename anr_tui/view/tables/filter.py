"""The filter that a person types over a table: `gate state:failed >10m !night`. All words must match.

`word` matches a text anywhere in the row, `!word` its absence, `NAME:text` a text in the named field (with `*` and `?`
as in file names, the whole field), `>10m` or `<30s` a length. Case does not matter. An unfinished word (`!`, `>`,
`state:`) matches every row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

RowT = TypeVar("RowT")

_LENGTH = re.compile(r"([<>])(\d{1,9}(?:\.\d{1,3})?)([smhd]?)", re.ASCII)
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Field(Generic[RowT]):
    """A field of a row as a filter sees it; `signs` are all the characters that can occur in it ("": any)."""

    read: Callable[[RowT], str]
    signs: str = ""

    def could_hold(self, word: str) -> bool:
        """Whether the field can contain this text, for dates are slow to format and contain no letters."""
        return not self.signs or set(word) <= set(self.signs)


@dataclass(frozen=True, slots=True)
class Filterable(Generic[RowT]):
    """The fields by name and the length in seconds that a filter sees of one kind of rows."""

    fields: Mapping[str, Field[RowT]]
    seconds: Callable[[RowT], float]


@dataclass(frozen=True, slots=True)
class Filter(Generic[RowT]):
    """A filter as it was typed; an empty one shows all rows."""

    text: str = ""
    _words: tuple[Callable[[RowT], bool], ...] = field(default=(), compare=False, repr=False)

    def keeps(self, row: RowT) -> bool:
        """Whether the row is shown."""
        return all(word(row) for word in self._words)

    def __bool__(self) -> bool:
        return bool(self._words)


def parse_filter(text: str, of: Filterable[RowT]) -> Filter[RowT]:
    """Parse a filter; the name of a field may be shortened to its first letters.

    Never raises: a word with an unknown field is searched as a plain text, so that half-typed text filters too.
    """
    words = (_word(word, of) for word in text.casefold().split())
    return Filter(text, tuple(word for word in words if word is not None))


def _word(word: str, of: Filterable[RowT]) -> Callable[[RowT], bool] | None:
    if word in ("", "<", ">"):
        return None
    if word.startswith("!"):
        inner = _word(word[1:], of)
        return (lambda row: not inner(row)) if inner is not None else None
    length = _LENGTH.fullmatch(word)
    if length is not None:
        return _length(of.seconds, *length.groups())
    start, colon, wanted = word.partition(":")
    name = next((name for name in of.fields if start and name.startswith(start)), None) if colon else None
    if name is not None and not wanted:
        return None
    if name is not None:
        read = of.fields[name].read
        return lambda row: _matches(read(row).casefold(), wanted)
    reads = tuple(each.read for each in of.fields.values() if each.could_hold(word))
    return lambda row: any(word in read(row).casefold() for read in reads)


def _length(seconds: Callable[[RowT], float], sign: str, number: str, unit: str) -> Callable[[RowT], bool]:
    limit_s = float(number) * _UNIT_S[unit]
    return (lambda row: seconds(row) > limit_s) if sign == ">" else (lambda row: seconds(row) < limit_s)


def _matches(value: str, wanted: str) -> bool:
    if "*" in wanted or "?" in wanted:
        return fnmatchcase(value, wanted.replace("[", "[[]"))
    return wanted in value
