"""A dialog for the path of a site database: it completes what is typed, and stays open until the path can be used."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from anr_tui.config.sqlite_url import sqlite_path
from anr_tui.console.dialogs.question import keys_line
from anr_tui.console.drawing.sanitize import clean, plain
from anr_tui.console.keys.actions import PATH_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.domain.errors import AnrError

Attempt = Callable[[Path], Awaitable[None]]
"""Tries to use a path. Raises AnrError with a sentence for the person where that fails."""


class Paths(Suggester):
    """Completes a path to the first file or folder whose name begins with what is typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(completed, value)


def completed(text: str) -> str | None:
    """The text with the rest of the first matching name, None where no name matches. Blocks."""
    folder, slash, begun = text.rpartition("/")
    try:
        names = [entry.name + "/" * entry.is_dir() for entry in _home(f"{folder}{slash}" or ".").iterdir()]
    except OSError:
        return None
    fitting = sorted(name for name in names if name.startswith(begun) and name != begun and clean(name) == name)
    # A hidden name is offered only after its dot was typed.
    shown = [name for name in fitting if begun or not name.startswith(".")]
    return f"{folder}{slash}{shown[0]}" if shown else None


class PathInput(KeyHandlers, Input):
    """A line of text that accepts no control characters, not even pasted ones; `tab` accepts the completion."""

    KEYS = PATH_KEYS[1:2]
    BINDINGS = bindings(KEYS)

    def replace(self, text: str, start: int, end: int) -> None:
        super().replace(clean(text), start, end)

    @handles("path.complete")
    def _complete(self) -> None:
        self.action_end()
        self.action_cursor_right()


class PathDialog(KeyHandlers, ModalScreen[bool]):
    """Asks for a path; its result is whether a path was given that could be used."""

    # The first keys of the list belong to the input line.
    KEYS = PATH_KEYS[2:]
    BINDINGS = bindings(KEYS)

    def __init__(self, question: str, path: str, attempt: Attempt) -> None:
        super().__init__()
        self._question = question
        self._attempt = attempt
        self._input = PathInput(path, compact=True, max_length=4096, select_on_focus=False, suggester=Paths())
        # A blinking cursor would send bytes all the time.
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._question), classes="dialog-title")
            yield self._input
            yield Static(id="note", classes="dialog-note")
            yield Static(keys_line(PATH_KEYS), classes="dialog-keys")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._note("")

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        event.stop()
        if text := event.value.strip():
            self.run_worker(self._try(_home(str(sqlite_path(text))).absolute()), exclusive=True, exit_on_error=False)

    @handles("path.not")
    def _leave(self) -> None:
        self.dismiss(False)

    async def _try(self, path: Path) -> None:
        try:
            await self._attempt(path)
        except AnrError as error:
            self._note(str(error))
        else:
            self.dismiss(True)

    def _note(self, text: str) -> None:
        self.query_one("#note", Static).update(plain(text))


def _home(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # an unknown user
        return Path(text)
