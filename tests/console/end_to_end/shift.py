"""The tasks of a shift, as docs/console.md tells them: each with its keys, what is seen then, and a picture."""

import re
from dataclasses import dataclass
from pathlib import Path

from anr_tui.console.keys.keymap import textual_name

DOCUMENT = Path(__file__).parents[3] / "docs/console.md"
_HEADING = "\n## A shift in ten tasks\n"
_KEYS = re.compile(
    r"^Keys: (?P<keys>.+?)\. You see: (?P<words>.+?)\.\n\n!\[.+\]\(\.\./screenshots/(?P<name>[a-z0-9-]+)\.png\)$",
    re.MULTILINE,
)
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Step:
    """What to press on the overview as it opens (Textual's names), what the screen says then, the picture's name."""

    name: str
    keys: tuple[str, ...]
    words: tuple[str, ...]


def tasks() -> dict[str, list[Step]]:
    """The steps of each task, by its heading."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(_HEADING)[2].partition("\n## ")[0]
    parts = re.split(r"^### (.+)$", section, flags=re.MULTILINE)
    return {
        title: [_step(found) for found in _KEYS.finditer(part)]
        for title, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def _step(found: re.Match[str]) -> Step:
    keys = tuple(textual_name(key) for key in _QUOTED.findall(found["keys"]))
    return Step(found["name"], keys, tuple(_QUOTED.findall(found["words"])))
