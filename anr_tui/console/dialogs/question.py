"""Dialogs: a question that is answered by one key, the replay URL of a gap, and the help."""

import textwrap
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from anr_tui.console.commands.worker_commands import WORKER_COMMANDS, Reveal
from anr_tui.console.dialogs.scrolled_dialog import ScrolledDialog
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.sanitize import clean, plain
from anr_tui.console.keys.actions import (
    ACTIONS,
    CONFIRM_KEYS,
    FOCUS,
    HELP_KEYS,
    IN_A_TABLE,
    IN_THE_LOG,
    LOG_KEYS,
    MOVES,
    ON_A_GAP,
    ON_WHOLE_SCREEN,
    QUIT_KEYS,
    SIDEWAYS,
    URL_KEYS,
    URL_MOVES,
    Action,
    Place,
    bindings,
)
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.tables.coverage_strips import meanings
from anr_tui.domain.errors import AnrError
from anr_tui.view.snapshot.snapshot import UrlPreview

READ_ONLY = "read-only: this console changes nothing"
# The number of lines by which one key scrolls the dialog.
_URL_STEP = 3


def keys_line(actions: Iterable[Action]) -> Content:
    """The keys of a dialog, each with what it does."""
    parts = [Content.assemble((action.shown_keys[0], "bold $accent"), (f" {action.words}", "")) for action in actions]
    return Content("   ").join(parts)


class QuestionDialog(ModalScreen[str]):
    """A question that is answered by one key; its result is the id of the action, the last of which means no."""

    KEYS: ClassVar[tuple[Action, ...]]

    def __init__(self, question: str, detail: str) -> None:
        super().__init__()
        self._question = question
        self._detail = detail

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._question), classes="dialog-title")
            yield Static(plain(self._detail), classes="dialog-text")
            yield Static(keys_line(self.KEYS), classes="dialog-keys")

    def action_do(self, action_id: str) -> None:
        """Close the dialog with the id of an action as its result."""
        self.dismiss(action_id)


class ConfirmDialog(QuestionDialog):
    """A yes-or-no question; `y` means yes, every other key that closes it means no."""

    KEYS = CONFIRM_KEYS
    BINDINGS = bindings(CONFIRM_KEYS)


class QuitDialog(QuestionDialog):
    """Asks what happens to the running fills when the last console leaves."""

    KEYS = QUIT_KEYS
    BINDINGS = bindings(QUIT_KEYS)


class UrlDialog(KeyHandlers, ModalScreen[None]):
    """Shows the replay URL of a gap; its password is shown only after a key is pressed for that."""

    KEYS = (*URL_KEYS, *URL_MOVES)
    BINDINGS = bindings(KEYS)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-short")]

    COPIED = "sent to the terminal's clipboard (OSC 52); tmux drops it unless set-clipboard is on"

    def __init__(self, words: str, preview: UrlPreview, reveal: Reveal | None) -> None:
        """Without `reveal`, in a read-only console, the password stays masked."""
        super().__init__()
        self._words = words
        self._preview = preview
        self._reveal = reveal

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(f"Replay of {self._words}"), classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll", can_focus=False):
                yield Static("URL", classes="dialog-label")
                yield Static(id="url", classes="dialog-value")
                if self._preview.note:
                    yield Static(plain(self._preview.note), classes="dialog-value")
                yield Static("The same by hand", classes="dialog-label")
                yield Static(id="command", classes="dialog-value")
            yield Static(id="note", classes="dialog-note")
            keys = [action for action in URL_KEYS if self._reveal is not None or not action.asks]
            yield Static(keys_line(keys), classes="dialog-keys")

    def on_mount(self) -> None:
        self._show(self._preview)

    @handles("url.reveal")
    def _toggle_password(self) -> None:
        if self._reveal is None:
            self._note(READ_ONLY)
        else:
            self.run_worker(self._show_other(self._reveal), group=WORKER_COMMANDS, exit_on_error=False)

    @handles("url.copy")
    def _copy_url(self) -> None:
        self._copy(self._preview.url, "URL")

    @handles("url.copy_command")
    def _copy_command(self) -> None:
        self._copy(self._preview.command, "Command line")

    @handles("dialog.down")
    def _scroll_down(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=_URL_STEP, animate=False)

    @handles("dialog.up")
    def _scroll_up(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=-_URL_STEP, animate=False)

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    def _show(self, preview: UrlPreview) -> None:
        self._preview = preview
        self.query_one("#url", Static).update(plain(preview.url))
        self.query_one("#command", Static).update(plain(preview.command))
        self._note("The password is on the screen now." if preview.is_revealed else "Passwords are masked.")

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(clean(text))
        masked = "" if self._preview.is_revealed else " (masked)"
        self._note(f"{what}{masked} {self.COPIED}.")

    def _note(self, text: str) -> None:
        self.query_one("#note", Static).update(plain(text))

    async def _show_other(self, reveal: Reveal) -> None:
        """Show the password where it is masked, else mask it."""
        try:
            self._show(await reveal(not self._preview.is_revealed))
        except AnrError as error:
            self._note(str(error))


def help_groups() -> list[tuple[str, list[Action]]]:
    """The groups of the help, each with its title and its actions."""
    worker = [action for action in ACTIONS if action.id.startswith("worker.")]
    on_gap = [action for action in ACTIONS if action.places == ON_A_GAP and action not in worker]
    contexts = [action for action in ACTIONS if action not in worker and action not in on_gap]
    return [
        ("On the chosen gap or fill", on_gap),
        ("The worker", worker),
        ("Looking around", contexts),
        ("In the log", [*LOG_KEYS]),
        ("Moving", [*FOCUS, *MOVES, *SIDEWAYS]),
    ]


STATES = (
    ("pending", "waits for its turn; the worker fills it automatically"),
    ("filling", "a fill of it runs now"),
    ("filled", "measured: its seconds are on disk"),
    ("asked", "somebody asked for it; no worker has taken it yet"),
    ("lost", "its worker died during the fill; the next worker continues"),
    ("failed", "no attempts left; r resets them"),
    ("set aside", "not contacted until you change it or retry: it may lock the account"),
)


def _where(action: Action) -> str:
    if action.places in (frozenset(Place), ON_A_GAP, IN_A_TABLE, ON_WHOLE_SCREEN, IN_THE_LOG):
        return ""
    return f" (in {', '.join(sorted(place.value for place in action.places))})"


# The width of .help in the stylesheet, without its border and scrollbar.
_HELP_WIDTH = 73


def listed(rows: Iterable[tuple[str, str]], width: int, style: str) -> Content:
    """Names in a column of `width` cells in this style, with wrapped descriptions beside them."""
    below = "\n" + " " * width
    texts = [(name, textwrap.wrap(words, _HELP_WIDTH - width, break_on_hyphens=False)) for name, words in rows]
    lines = [Content.assemble((f"{name:<{width}}", style), (below.join(words), "")) for name, words in texts]
    return Content("\n").join(lines)


def _help_lines(rows: Iterable[tuple[str, str]]) -> Content:
    return listed(rows, 13, "bold $accent")


class HelpScreen(KeyHandlers, ScrolledDialog):
    """Lists all keys, and explains the words on the screen."""

    KEYS = HELP_KEYS
    BINDINGS = bindings(HELP_KEYS)

    def __init__(self, context: RenderContext) -> None:
        super().__init__()
        self._render_context = context

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            yield Static("Keys", classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll", can_focus=False):
                for title, actions in help_groups():
                    yield Static(title, classes="dialog-label")
                    rows = [
                        (" ".join(self._render_context.keys.shown(each)), each.tooltip + _where(each))
                        for each in actions
                    ]
                    yield Static(_help_lines(rows), classes="dialog-value")
                yield Static("What the words mean", classes="dialog-label")
                yield Static(_help_lines(STATES), classes="dialog-value")
                yield Static("What the coverage strips show", classes="dialog-label")
                yield Static(_help_lines(meanings(self._render_context.glyphs)), classes="dialog-value")
            yield Static(keys_line(HELP_KEYS), classes="dialog-keys")
