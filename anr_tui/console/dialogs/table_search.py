"""The search of a table: asks for words, and goes from one row with them to the next."""

from collections.abc import Callable
from typing import Any

from anr_tui.console.dialogs.search_dialog import SearchDialog
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.tables.line_table import LineTable


class TableSearch:
    """Searches `table` for words that a person types below `title`; `show_message` says what became of it."""

    def __init__(self, table: LineTable[Any], title: str, show_message: Callable[[StatusMessage], None]) -> None:
        self._table = table
        self._title = title
        self._show_message = show_message
        self._words = ""

    def ask(self) -> None:
        """Ask for words, and go to the next row with them."""
        self._table.app.push_screen(SearchDialog(self._words, self._title), self._take)

    def find_next(self) -> None:
        """Go to the next row with the words that were asked for."""
        if not self._words:
            self._show_message(StatusMessage("Nothing was searched for yet: / asks for words.", Tone.WARN))
        elif self._table.find(self._words):
            self._show_message(StatusMessage(f"found: {self._words}"))
        else:
            self._show_message(StatusMessage(f"nothing here has {self._words!r}", Tone.WARN))

    def _take(self, words: str | None) -> None:
        if words:
            self._words = words
            self.find_next()
