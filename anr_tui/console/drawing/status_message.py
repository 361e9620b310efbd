"""The message of the status line."""

from dataclasses import dataclass

from anr_tui.console.drawing.styled_text import Tone


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """A sentence for the status line, and its tone."""

    text: str
    tone: Tone = Tone.PLAIN


UNEXPECTED = StatusMessage("That did not work; console.log beside the fills' logs has the details.", Tone.BAD)


"""The message for a fault in the program itself."""
