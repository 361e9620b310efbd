"""The dialog that asks for the words to search a log or a page for."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from anr_tui.console.dialogs.question import keys_line
from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.keys.actions import SEARCH_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles


class SearchDialog(KeyHandlers, ModalScreen[str]):
    """Asks for words; its result is the words to search for, "" for none."""

    # The first key belongs to the input line.
    KEYS = SEARCH_KEYS[1:]
    BINDINGS = bindings(KEYS)

    def __init__(self, words: str, title: str) -> None:
        super().__init__()
        self._title = title
        self._input = Input(words, compact=True, max_length=200)
        # A blinking cursor would send bytes all the time.
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title")
            yield self._input
            yield Static(keys_line(SEARCH_KEYS), classes="dialog-keys")

    @on(Input.Submitted)
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(clean(event.value))

    @handles("search.not")
    def _leave(self) -> None:
        self.dismiss("")
