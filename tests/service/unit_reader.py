"""Reads a unit as systemd does, after systemd.syntax(7), systemd.unit(5) and systemd.service(5); enough for ours."""

from collections import defaultdict


def properties(text: str) -> dict[str, list[str]]:
    """Every property's values as they stand, in order; `Section.Name` to values."""
    found: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in text.splitlines():
        assert not line.endswith("\\"), "this would go on in the next line"
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, sign, value = line.partition("=")
        assert sign, line
        found[f"{section}.{name.strip()}"].append(value.strip())
    return found


def words(value: str) -> list[str]:
    """A value's words: quotes and escapes taken away, specifiers resolved."""
    found: list[str] = []
    word: str | None = None
    quote = ""
    rest = iter(value)
    for char in rest:
        if char == "\\":
            word = (word or "") + _escaped(next(rest))
        elif quote:
            word, quote = (word, "") if char == quote else (f"{word}{char}", quote)
        elif char in "\"'":
            word, quote = word or "", char
        elif char in " \t":
            found += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + char
    assert not quote, "a quote was left open"
    found += [] if word is None else [word]
    return [_resolved(each, "%") for each in found]


def arguments(value: str) -> list[str]:
    """A command line's program and arguments, as the program gets them."""
    program, *rest = words(value)
    assert "$" not in program
    return [program, *(_resolved(argument, "$") for argument in rest)]


def _escaped(char: str) -> str:
    assert char in "\\\"'", "everything else means something else in a command line than in a path"
    return char


def _resolved(word: str, sign: str) -> str:
    parts = word.split(sign * 2)
    assert not any(sign in part for part in parts), f"{word!r} would be expanded"
    return sign.join(parts)
