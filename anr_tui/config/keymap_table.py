"""The operator's own keys in config.toml: the table `[anr_keys]`, with the keys of each action's id."""

from collections.abc import Iterator, Mapping

KeymapTable = Mapping[str, list[str]]
"""Action ids, and for each the names of its keys."""


def read_keymap_table(value: object) -> dict[str, list[str]]:
    """The table as TOML gives it; keys may be a list, or one text with blanks between them. Raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError('it is a table in config.toml: [anr_keys], then lines like gap.fill = "f F5"')
    return {name: _keys(name, keys) for name, keys in _flat(value)}


def _keys(name: str, keys: object) -> list[str]:
    if isinstance(keys, str):
        return keys.split()
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        return keys
    raise ValueError(f"the keys of {name} are a text with blanks between them, or a list of texts")


def _flat(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """The entries of a table with dotted names, since TOML reads `gap.fill = "f"` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value
