"""The filter that a person types over a table: `gate state:failed >10m !night`. All words must hold.

A word is a text that the row holds anywhere, `!word` one that it does not, `NAME:text` one that the named field
holds (`*` and `?` as in file names, then the whole field), `>10m` or `<30s` a length. Case does not matter.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_LENGTH = re.compile(r"([<>])(\d{1,9}(?:\.\d{1,3})?)([smhd]?)", re.ASCII)
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}

Word = Callable[["Filterable"], bool]


@dataclass(frozen=True, slots=True)
class Filterable:
    """What a filter sees of a row: its fields by name, and its length in seconds."""

    fields: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was typed; an empty one keeps everything."""

    text: str = ""
    _words: tuple[Word, ...] = field(default=(), compare=False, repr=False)

    def keeps(self, row: Filterable) -> bool:
        """Whether the row is shown."""
        return all(word(row) for word in self._words)

    def __bool__(self) -> bool:
        return bool(self._words)


def parse_filter(text: str, names: Iterable[str]) -> Filter:
    """Read a filter; `names` are the fields that can be asked for, also by their first letters.

    Never raises: a word that is no field's is looked for as it stands, so that half-typed text filters too.
    """
    known = tuple(names)
    return Filter(text, tuple(_word(word, known) for word in text.casefold().split()))


def _word(word: str, names: tuple[str, ...]) -> Word:
    if word.startswith("!") and len(word) > 1:
        inner = _word(word[1:], names)
        return lambda row: not inner(row)
    length = _LENGTH.fullmatch(word)
    if length is not None:
        sign, number, unit = length.groups()
        limit_s = float(number) * _UNIT_S[unit]
        return (lambda row: row.seconds > limit_s) if sign == ">" else (lambda row: row.seconds < limit_s)
    start, colon, wanted = word.partition(":")
    name = next((name for name in names if start and name.startswith(start)), None) if colon else None
    if name is not None:
        return lambda row: _matches(row.fields.get(name, "").casefold(), wanted)
    return lambda row: any(word in value.casefold() for value in row.fields.values())


def _matches(value: str, wanted: str) -> bool:
    if "*" in wanted or "?" in wanted:
        return fnmatchcase(value, wanted)
    return wanted in value
