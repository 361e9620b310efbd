"""A titled part of the screen: one line of title, highlighted with the focus, and a body."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.styled_text import Span, Spans, Tone
from anr_tui.console.keys.actions import Place
from anr_tui.platform.glyphs import Glyphs


class Pane(Vertical):
    """A title and a body, without a border: on 80 by 24 cells there is no room for one."""

    def __init__(self, place: Place, body: Widget, glyphs: Glyphs) -> None:
        super().__init__(id=f"{place}-pane", classes="pane")
        self._glyphs = glyphs
        self._body = body
        self._title = LineBox(glyphs, classes="pane-title")
        self._words: tuple[str, str, Spans] = "", "", ()
        self._is_lit = False

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._body

    def on_descendant_focus(self) -> None:
        self._light(is_lit=True)

    def on_descendant_blur(self) -> None:
        # `:focus-within` would do the same, but with such a rule Textual recomputes all styles inside with each move.
        self._light(is_lit=False)

    def set_title(self, name: str, more: str = "", right: Spans = ()) -> None:
        """Set the title: `name`, lit while the pane has the focus, `more` after it, `right` at the right end."""
        self._words = name, more, right
        self._show_title()

    def _light(self, *, is_lit: bool) -> None:
        self._is_lit = is_lit
        self._show_title()

    def _show_title(self) -> None:
        name, more, right = self._words
        title, line = (Tone.LIT, Tone.LIT_RULE) if self._is_lit else (Tone.TITLE, Tone.RULE)
        rule = self._glyphs.rule
        left = (Span(f"{rule} ", line), Span(name, title), Span(f" {more} " if more else " ", Tone.DIM))
        end = (Span(" "), *right, Span(f" {rule}", line)) if right else ()
        self._title.set_lines([Line(left, end, rule, line)])
