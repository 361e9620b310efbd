"""Whether and how a terminal can be drawn on."""

import io
import sys

import pytest

from anr_tui.console.drawing.theme import styles_dir, theme_name
from anr_tui.console.terminal.capabilities import can_draw, has_no_colours


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdin", "stderr", "term", "drawable"),
    [
        (Terminal(), Terminal(), "xterm-256color", True),
        (Terminal(), Terminal(), "dumb", False),
        (Terminal(), Terminal(), "", False),
        (io.StringIO(), Terminal(), "xterm", False),
        (Terminal(), io.StringIO(), "xterm", False),
        (None, Terminal(), "xterm", False),
    ],
)
def test_drawing_needs_two_terminals_that_are_not_dumb(
    monkeypatch: pytest.MonkeyPatch, stdin: object, stderr: object, term: str, drawable: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stderr", stderr)

    assert can_draw({"TERM": term} if term else {}) is drawable


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "anr-dark"),
        ({"TERM": "xterm-256color"}, "anr-dark"),
        ({"TERM": "linux"}, "ansi-dark"),
        ({}, "ansi-dark"),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "ansi-dark"),
        ({"COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "standard"}, "ansi-dark"),
        ({"TERM": "linux", "TEXTUAL_COLOR_SYSTEM": "256"}, "anr-dark"),
    ],
)
def test_few_or_no_colours_use_the_terminals_own(environ: dict[str, str], name: str) -> None:
    assert theme_name(environ) == name


@pytest.mark.parametrize(
    ("term", "has_none"), [("vt100", True), ("xterm-mono", True), ("linux-m", True), ("xterm", False)]
)
def test_a_terminal_without_colours_is_known_by_its_name(term: str, has_none: bool) -> None:
    assert has_no_colours({"TERM": term}) is has_none


def test_the_stylesheets_are_found() -> None:
    assert {path.name for path in styles_dir().glob("*.tcss")} >= {"console.tcss", "dialogs.tcss"}
