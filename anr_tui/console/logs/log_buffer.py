"""The lines of a log that are kept, and the rows of the screen made of them, filtered and wrapped as chosen."""

from collections import deque
from collections.abc import Iterable

from rich.cells import cell_len, chop_cells

from anr_tui.console.drawing.styled_text import Tone

LINES_KEPT = 5000


def tone_of(text: str) -> Tone:
    """The tone of a line that looks like an error or a warning: a guess, for the eye and for `warnings only`."""
    lowered = text[:200].lower()
    if "error" in lowered or "failed" in lowered or "refused" in lowered:
        return Tone.BAD
    return Tone.WARN if "warn" in lowered else Tone.PLAIN


class LogBuffer:
    """Keeps lines and makes rows as lines come, so that each costs the same however many are kept."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque()
        self.rows: list[str] = []
        self.tones: list[Tone] = []
        self.widest = 0
        self.only_warnings = False
        self.wrap_width = 0
        """The number of cells after which a line continues in the next row; 0 for no wrapping."""
        self._rows_of: deque[int] = deque()

    def clear(self) -> None:
        """Remove all lines."""
        self.lines.clear()
        self._drop_rows()

    def add(self, lines: Iterable[str]) -> int:
        """Add lines; returns the number of rows that were removed at the top."""
        for text in lines:
            self._add(text)
        too_many = max(0, len(self.lines) - LINES_KEPT)
        gone = sum(self._rows_of[at] for at in range(too_many))
        for _ in range(too_many):
            self.lines.popleft()
            self._rows_of.popleft()
        del self.rows[:gone], self.tones[:gone]
        return gone

    def reshape(self, *, only_warnings: bool, wrap_width: int) -> None:
        """Make the rows anew where one of the options has changed; `wrap_width` is in cells, 0 for no wrapping."""
        if (only_warnings, wrap_width) == (self.only_warnings, self.wrap_width):
            return
        self.only_warnings, self.wrap_width = only_warnings, wrap_width
        lines = list(self.lines)
        self.clear()
        self.add(lines)

    def find(self, words: str, start: int, step: int) -> int | None:
        """The next row with these words, case aside, after `start` in the direction of `step`, round the end too."""
        count, wanted = len(self.rows), words.lower()
        places = ((start + step * distance) % count for distance in range(1, count + 1))
        return next((at for at in places if wanted in self.rows[at].lower()), None)

    def _add(self, text: str) -> None:
        tone = tone_of(text)
        self.lines.append(text)
        if self.only_warnings and tone is Tone.PLAIN:
            self._rows_of.append(0)
            return
        is_long = 0 < self.wrap_width < len(text) * 2 and cell_len(text) > self.wrap_width
        rows = chop_cells(text, self.wrap_width) if is_long else [text]
        self.rows += rows
        self.tones += [tone] * len(rows)
        self._rows_of.append(len(rows))
        self.widest = max(self.widest, max(map(cell_len, rows)))

    def _drop_rows(self) -> None:
        self.rows, self.tones, self.widest = [], [], 0
        self._rows_of.clear()
