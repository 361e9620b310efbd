"""The line in which a filter is typed, in place of the status line; it filters after every key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.drawing.styled_text import Span, Tone
from anr_tui.console.keys.actions import FILTER_KEYS, Place, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.tables.table_state import TableState
from anr_tui.platform.glyphs import Glyphs

LONGEST = 200


class FilterInput(KeyHandlers, Input):
    """A line of text that accepts no control characters, not even pasted ones."""

    KEYS = FILTER_KEYS
    BINDINGS = bindings(FILTER_KEYS)

    def replace(self, text: str, start: int, end: int) -> None:
        """Cut off text that does not fit, all of which Textual would drop without notice."""
        text, kept = clean(text), len(self.value) - abs(end - start)
        super().replace(text[: max(0, LONGEST - kept)], start, end)

    @dataclass
    class Left(Message):
        """Posted when typing has ended; `is_kept` says whether the filter stays."""

        is_kept: bool

    @handles("filter.keep")
    def _keep(self) -> None:
        self.post_message(self.Left(is_kept=True))

    @handles("filter.clear")
    def _clear(self) -> None:
        self.post_message(self.Left(is_kept=False))


class FilterLine(Horizontal):
    """The input line of filters; it is hidden until a table is to be filtered, and then takes the place of `below`."""

    def __init__(self, glyphs: Glyphs, table_states: Mapping[Place, TableState[Any]], below: Widget) -> None:
        super().__init__(id="filter")
        self._table_states = table_states
        self._below = below
        self._place = Place.GAPS
        self._prompt = LineBox(glyphs, place="filter-prompt")
        self._input = FilterInput(
            placeholder="text  !not  state:failed  cam:gate*  >10m   (enter: keep, esc: all)",
            compact=True,
            select_on_focus=False,
            max_length=LONGEST,
        )
        # A blinking cursor would send bytes all the time.
        self._input.cursor_blink = False
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._prompt
        yield self._input

    def open(self, place: Place | None) -> None:
        """Open the line for the table of this pane, with its present filter."""
        if place is None or place not in self._table_states:
            return
        self._place = place
        prompt = f" filter {place}: "
        self._prompt.styles.width = len(prompt)
        self._prompt.set_lines([Line((Span(prompt, Tone.ACCENT),))])
        with self.prevent(Input.Changed):
            self._input.value = self._table_state.order.filter.text
        self.display, self._below.display = True, False
        self._input.action_end()
        self._input.focus()

    @property
    def _table_state(self) -> TableState[Any]:
        return self._table_states[self._place]

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self._table_state.set_filter(event.value)

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._table_state.table.focus()

    @on(FilterInput.Left)
    def _end(self, event: FilterInput.Left) -> None:
        event.stop()
        if not event.is_kept:
            self._table_state.set_filter("")
        self._table_state.table.focus()

    @on(Input.Blurred)
    def _close(self, event: Input.Blurred) -> None:
        event.stop()
        self.display, self._below.display = False, True
