"""A sentence for the status line."""

from dataclasses import dataclass

from anr_tui.console.drawing.styled_text import Role


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the status line."""

    text: str
    role: Role = Role.PLAIN


UNEXPECTED = Said("That did not work; console.log beside the fills' logs has the details.", Role.BAD)


"""For what is a fault of ours."""
