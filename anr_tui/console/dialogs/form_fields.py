"""Fields of a form: one line of text, a password that is never shown, and one of a few words."""

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
    """One line of text that takes no control character, not even a pasted one."""

    def __init__(self, text: str, *, place: str, longest: int, placeholder: str = "", password: bool = False) -> None:
        super().__init__(
            clean(text),
            id=place,
            compact=True,
            # A stray key must not wipe out what stands there.
            select_on_focus=False,
            max_length=longest,
            placeholder=placeholder,
            password=password,
        )
        # A cursor that blinks sends bytes all night.
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        super().replace(clean(text), start, end)


class PasswordField(HiddenInput, TextField):
    """A password: neither shown nor copied. It is pasted unchanged, so that the form shows what is wrong with it."""

    def __init__(self, *, place: str, longest: int, placeholder: str) -> None:
        super().__init__("", place=place, longest=longest, placeholder=placeholder, password=True)

    def replace(self, text: str, start: int, end: int) -> None:
        Input.replace(self, text, start, end)

    @property
    def selected_text(self) -> str:
        """Nothing: what is selected would go to the clipboard."""
        return ""

    def action_cut(self) -> None:
        self.delete_selection()


class Choice(KeyHandlers, Widget, can_focus=True):
    """One of a few words, all of which are in view."""

    KEYS = CHOICE_KEYS
    BINDINGS = bindings(CHOICE_KEYS)

    @dataclass
    class Changed(Message):
        """Another word was chosen."""

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
