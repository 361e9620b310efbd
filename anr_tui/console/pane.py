"""A titled part of the screen: one line of title, which lights up with the focus, and a body."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from anr_tui.console.actions import Place
from anr_tui.console.glyphs import Glyphs
from anr_tui.console.ink import Ink, Inks, Role
from anr_tui.console.line_box import Line, LineBox


class Pane(Vertical):
    """Title and body; no border, so that 80x24 is spent on what matters."""

    def __init__(self, place: Place, body: Widget, glyphs: Glyphs) -> None:
        super().__init__(id=f"{place}-pane", classes="pane")
        self._glyphs = glyphs
        self._body = body
        self._title = LineBox(glyphs, classes="pane-title")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._body

    def on_descendant_focus(self) -> None:
        self._title.add_class("-lit")

    def on_descendant_blur(self) -> None:
        # Not by `:focus-within`: with such a rule Textual works out the styles of all that is inside, with each move.
        self._title.remove_class("-lit")

    def set_title(self, name: str, more: str = "", right: Inks = ()) -> None:
        """`name` in the accent, `more` after it, `right` at the other end of the rule."""
        rule = self._glyphs.rule
        left = (Ink(f"{rule} ", Role.RULE), Ink(name, Role.ACCENT), Ink(f" {more} " if more else " ", Role.DIM))
        end = (Ink(" "), *right, Ink(f" {rule}", Role.RULE)) if right else ()
        self._title.set_lines([Line(left, end, rule)])
