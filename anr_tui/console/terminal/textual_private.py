"""The private names of Textual that the console needs where there is no public one.

Only the modules of this package use private names; other packages take what they need from here. Textual may change any
of them in any release, so pyproject.toml pins its exact version, and tests/console/terminal/test_textual_private.py has
a test for each name: after another version is pinned, they show what has to change.
"""

from rich.text import Text
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.keys import _character_to_key
from textual.widgets import Input

__all__ = ["ChopsUpdate", "CompositorUpdate", "HiddenInput", "LayoutUpdate", "key_of_character"]


def key_of_character(character: str) -> str:
    """Textual's name of the key that types a character: `question_mark` for `?`."""
    return _character_to_key(character)


class HiddenInput(Input):
    """An input line that draws an asterisk for each character; Textual's own sign is not in all encodings."""

    @property
    def _value(self) -> Text:
        return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")
