"""The glyphs that the console and `fill --wait` draw with: Unicode where the terminal can show it, else ASCII."""

import codecs
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The glyphs of one character set, each one cell wide; `marks` and `levels` hold several."""

    is_ascii: bool
    bar_done: str
    bar_left: str
    rule: str
    marker: str
    cut: str
    dash: str
    dot: str
    times: str
    tick: str
    # In the order of `Mark` in view/snapshot/coverage_strip.py.
    marks: str
    picked: str
    picked_here: str
    up: str
    down: str
    # From the lowest to the highest.
    levels: str


UNICODE = Glyphs(
    False,
    "━",
    "─",
    "─",
    "▌",
    "…",
    "\N{EN DASH}",
    "·",
    "\N{MULTIPLICATION SIGN}",
    "│",
    "·─▄\N{MULTIPLICATION SIGN}█▒",
    "●",
    "◉",
    "▲",
    "▼",
    "▁▂▃▄▅▆▇█",
)
ASCII = Glyphs(True, "#", "-", "-", ">", "~", "-", "|", "x", "|", ".-=x#>", "*", "@", "^", "v", "_.-:=+*#")


def glyphs_for(encoding: str | None) -> Glyphs:
    """The glyphs for a terminal with this encoding, None where not known.

    Textual draws on stderr, so pass its encoding.
    """
    try:
        name = codecs.lookup(encoding or "ascii").name
    except LookupError:
        return ASCII
    return UNICODE if name.startswith("utf") else ASCII
