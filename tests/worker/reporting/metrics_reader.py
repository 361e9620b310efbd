"""Reads Prometheus' text format as its documentation has it; enough for ours, and strict."""

import re
from dataclasses import dataclass, field

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SAMPLE = re.compile(rf'({_NAME})(?:\{{({_NAME})="((?:[^"\\\n]|\\.)*)"\}})? (\S+)')
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


@dataclass
class Family:
    """One metric: its type, its help, and its numbers by label value (the empty one: no label)."""

    kind: str
    words: str
    numbers: dict[str, float] = field(default_factory=dict)
    label: str = ""


def read_metrics(text: str) -> dict[str, Family]:
    """All metrics by name; AssertionError for what Prometheus would not take."""
    assert not text or text.endswith("\n")
    families: dict[str, Family] = {}
    words = {}
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            name, _, words[name] = line[7:].partition(" ")
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name not in families, "a second TYPE line for the same name"
            families[name] = Family(kind, _plain(words.pop(name)))
        else:
            match = _SAMPLE.fullmatch(line)
            assert match, line
            name, label, value, number = match.groups()
            family = families[name]
            assert _plain(value or "") not in family.numbers, "the same number twice"
            family.numbers[_plain(value or "")] = float(number)
            family.label = label or ""
    return families


def _plain(text: str) -> str:
    return re.sub(r"\\.", lambda match: _ESCAPES[match[0]], text)
