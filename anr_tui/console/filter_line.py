"""The line in which a filter is typed; it stands where the status line is, and filters with every key."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from anr_tui.console.actions import FILTER_KEYS, Place, bindings
from anr_tui.console.glyphs import Glyphs
from anr_tui.console.ink import Ink, Role
from anr_tui.console.line_box import Line, LineBox
from anr_tui.console.text import clean

LONGEST = 200


class FilterInput(Input):
    """One line of text that takes no control character, not even a pasted one."""

    BINDINGS = bindings(FILTER_KEYS, "filter")

    def replace(self, text: str, start: int, end: int) -> None:
        super().replace(clean(text), start, end)

    @dataclass
    class Left(Message):
        """A key that ends the typing was pressed."""

        action_id: str

    def action_filter(self, action_id: str) -> None:
        self.post_message(self.Left(action_id))


class FilterLine(Horizontal):
    """Closed until a table is to be filtered."""

    @dataclass
    class Typed(Message):
        """The filter is another one."""

        place: Place
        text: str

    @dataclass
    class Closed(Message):
        """A person has finished; the filter stays only where it `keeps`. `gets_focus`: the table shall have it."""

        place: Place
        keeps: bool = True
        gets_focus: bool = True

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="filter")
        self.place = Place.GAPS
        self._glyphs = glyphs
        self._prompt = LineBox(glyphs, place="filter-prompt")
        self._input = FilterInput(
            placeholder="text  !not  state:failed  cam:gate*  >10m   (enter: keep, esc: all)",
            compact=True,
            select_on_focus=False,
            max_length=LONGEST,
        )
        # A cursor that blinks sends bytes all night.
        self._input.cursor_blink = False
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._prompt
        yield self._input

    def open(self, place: Place, text: str) -> None:
        """Let a filter be typed for this table, beginning with the one it has."""
        self.place = place
        prompt = f" filter {place}: "
        self._prompt.styles.width = len(prompt)
        self._prompt.set_lines([Line((Ink(prompt, Role.ACCENT),))])
        with self.prevent(Input.Changed):
            self._input.value = text
        self.display = True
        self._input.action_end()
        self._input.focus()

    @on(Input.Changed)
    def _say(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.place, event.value))

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._close(keeps=True)

    @on(FilterInput.Left)
    def _end(self, event: FilterInput.Left) -> None:
        event.stop()
        self._close(keeps=event.action_id == "filter.keep")

    @on(Input.Blurred)
    def _lose_focus(self, event: Input.Blurred) -> None:
        event.stop()
        self._close(keeps=True, gets_focus=False)

    def _close(self, *, keeps: bool, gets_focus: bool = True) -> None:
        if self.display:
            self.display = False
            self.post_message(self.Closed(self.place, keeps, gets_focus))
