"""Only what differs goes to the terminal, and what is on it then is what should be."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from anr_tui.console.terminal.screen_diff import ScreenDiff, differing

STYLES = [Style.parse(words) for words in ("none", "red", "bold white on #102030", "reverse")]
CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")
WIDTH = 24
PIECES = st.lists(st.tuples(st.text("ab 世é", max_size=9), st.sampled_from(STYLES)), max_size=5)
SCREENS = st.lists(PIECES, min_size=3, max_size=3)
TOKENS = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(.)", re.DOTALL)


class Terminal:
    """As much of a terminal as the console uses to draw: it moves, changes colours, and shows characters."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, str]] = {}

    def feed(self, text: str) -> None:
        x = y = 0
        styled = ""
        for line, column, codes, character in TOKENS.findall(text):
            if line:
                x, y = int(column) - 1, int(line) - 1
            elif character:
                self.cells[x, y] = (character, styled)
                for right in range(1, cell_len(character)):
                    self.cells[x + right, y] = ("", styled)
                x += cell_len(character)
            else:
                styled = "" if codes == "0" else codes
        assert styled == "", "colours run on"


def layout(screen: list[list[tuple[str, Style]]]) -> LayoutUpdate:
    strips = [
        [Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(WIDTH, STYLES[0])]
        for pieces in screen
    ]
    return LayoutUpdate(strips, Region(0, 0, WIDTH, len(screen)))


@given(st.lists(SCREENS, min_size=1, max_size=5))
def test_whatever_came_before_the_terminal_shows_the_last_screen(screens: list[list[list[tuple[str, Style]]]]) -> None:
    sent, terminal, fresh = ScreenDiff(), Terminal(), Terminal()
    for screen in screens:
        if ready := sent.changes(layout(screen), CONSOLE):
            terminal.feed(ready.text)

    whole = ScreenDiff().changes(layout(screens[-1]), CONSOLE)
    assert whole is not None
    fresh.feed(whole.text)
    assert terminal.cells == fresh.cells
    assert sent.changes(layout(screens[-1]), CONSOLE) is None


def test_of_a_part_that_textual_repaints_only_the_changed_cells_are_sent() -> None:
    sent = ScreenDiff()
    before = Strip([Segment("front gate   12% fetching", STYLES[2])])
    after = Strip([Segment("front gate   13% fetching", STYLES[2])])
    sent.changes(LayoutUpdate([[before]], Region(0, 0, before.cell_length, 1)), CONSOLE)
    ready = sent.changes(ChopsUpdate([{0: after}], [(0, 14, 15)], [[after.cell_length]]), CONSOLE)

    assert ready is not None
    assert ready.text == "\x1b[1;15H\x1b[1;37;48;2;16;32;48m3\x1b[0m"


def test_once_forgotten_everything_is_sent_again() -> None:
    sent = ScreenDiff()
    update = layout([[("gate", STYLES[1])]])
    first = sent.changes(update, CONSOLE)
    sent.forget()
    again = sent.changes(update, CONSOLE)

    assert first is not None
    assert again is not None
    assert again.text == first.text


def test_changes_close_together_are_one_run() -> None:
    before = [(character, "") for character in "aaaaaaaaaaaaaaaaaaaa"]
    after = [(character, "") for character in "abaabaaaaaaaaaaaaaab"]

    assert list(differing(before, after)) == [(1, 5), (19, 20)]
