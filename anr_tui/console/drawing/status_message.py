"""A sentence for the status line."""

from dataclasses import dataclass

from anr_tui.console.drawing.styled_text import Tone


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """A sentence for the status line."""

    text: str
    tone: Tone = Tone.PLAIN


UNEXPECTED = StatusMessage("That did not work; console.log beside the fills' logs has the details.", Tone.BAD)


"""For what is a fault of ours."""
