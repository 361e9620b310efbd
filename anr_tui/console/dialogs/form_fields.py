"""The fields of a form: a line of text, a password that is never shown, and a choice among a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, strip_of, styled, width_of
from anr_tui.console.keys.actions import CHOICE_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.console.terminal.textual_private import HiddenInput
from anr_tui.platform.glyphs import Glyphs


class TextField(Input):
    """A line of text that accepts no control characters, not even pasted ones."""

    def __init__(self, text: str, *, place: str, longest: int, placeholder: str = "", password: bool = False) -> None:
        super().__init__(
            clean(text),
            id=place,
            compact=True,
            # A text selected on focus would be replaced by a single stray key.
            select_on_focus=False,
            max_length=longest,
            placeholder=placeholder,
            password=password,
        )
        # A blinking cursor would send bytes all the time.
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        super().replace(clean(text), start, end)


class PasswordField(HiddenInput, TextField):
    """A password: neither shown nor copied.

    It is pasted unchanged, so that the form can report what is wrong with it.
    """

    def __init__(self, *, place: str, longest: int, placeholder: str) -> None:
        super().__init__("", place=place, longest=longest, placeholder=placeholder, password=True)

    def replace(self, text: str, start: int, end: int) -> None:
        Input.replace(self, text, start, end)

    @property
    def selected_text(self) -> str:
        """The empty text: a real selection would go to the clipboard."""
        return ""

    def action_cut(self) -> None:
        self.delete_selection()


class Choice(KeyHandlers, Widget, can_focus=True):
    """A choice among a few words, all of which are visible."""

    KEYS = CHOICE_KEYS
    BINDINGS = bindings(CHOICE_KEYS)

    @dataclass
    class Changed(Message):
        """Posted when another word was chosen."""

        choice: "Choice"

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, words: Sequence[str], chosen: str, glyphs: Glyphs, *, place: str) -> None:
        super().__init__(id=place)
        self._words = tuple(words)
        self._glyphs = glyphs
        self.value = chosen

    @handles("choice.next")
    def _choose_next(self) -> None:
        self._choose_after(1)

    @handles("choice.previous")
    def _choose_previous(self) -> None:
        self._choose_after(-1)

    def _choose_after(self, step: int) -> None:
        self._choose(self._words[(self._words.index(self.value) + step) % len(self._words)])

    def on_click(self, event: events.Click) -> None:
        event.stop()
        end = 0
        for word in self._words:
            end += width_of(self._spans(word))
            if event.x < end:
                self._choose(word)
                return

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        spans = tuple(part for word in self._words for part in self._spans(word)) if y == 0 else (Span(""),)
        return strip_of(self, spans, width)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _spans(self, word: str) -> Spans:
        if word != self.value:
            return styled(f"( ) {word}  ", Tone.DIM)
        return (*styled(f"(*) {word}", Tone.ACCENT if self.has_focus else Tone.STRONG), Span("  "))

    def _choose(self, word: str) -> None:
        if word != self.value:
            self.value = word
            self.refresh()
            self.post_message(self.Changed(self))
