"""As much of a terminal as the console uses: it moves and shows characters; colours and modes are passed over."""

import re

from rich.cells import cell_len

_PART = re.compile(
    r"\x1b\[(\d*);?(\d*)H|\x1b\[[?<>=]?[\d;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|([^\x1b])", re.DOTALL
)


class Emulated:
    """A screen, as what was written on it left it."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], str] = {}
        self._at = (0, 0)

    def feed(self, written: bytes) -> None:
        """Show what was written; no sequence may be cut at the end."""
        x, y = self._at
        for match in _PART.finditer(written.decode("utf-8", "replace")):
            line, column, character = match.groups()
            if character is not None and character >= " ":
                self._cells[x, y] = character
                x += cell_len(character)
            elif line is not None:
                x, y = int(column or 1) - 1, int(line or 1) - 1
        self._at = x, y

    @property
    def text(self) -> str:
        """All of it, line by line."""
        width, height = (max((cell[axis] for cell in self._cells), default=0) + 1 for axis in (0, 1))
        return "\n".join("".join(self._cells.get((x, y), " ") for x in range(width)) for y in range(height))
