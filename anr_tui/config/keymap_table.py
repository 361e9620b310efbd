"""The operator's own keys in config.toml: the table `[anr_keys]`, with the keys of each action's id."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """The entries of a table with dotted names, since TOML reads `gap.fill = "f"` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def _read_keys(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError('it is a table in config.toml: [anr_keys], then lines like gap.fill = "f F5"')
    return {name: keys.split() if isinstance(keys, str) else keys for name, keys in _flat(value)}


KeymapTable = Annotated[dict[str, list[str]], BeforeValidator(_read_keys), NoDecode]
"""Action ids, and for each the names of its keys: a list, or one text with blanks between them."""
