"""The log of one fill: a file that the console can follow. Every line is masked before it is stored."""

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from anr_tui.platform.allowance import Allowance
from anr_tui.platform.files.permissions import FILE_MODE
from anr_tui.platform.files.regular_file import open_to_append
from anr_tui.platform.logging_setup import make_logs_dir
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.text import plain_line

_LONGEST_LINE = 8192
# What ffmpeg and the relay say is the camera's doing, and a broken one makes ffmpeg complain of each packet.
_LINES, _LINES_PER_S = 500, 5.0
_MOST_BYTES = 4_000_000
_OWN = "fill"


class FillLog:
    """Writes lines `12:00:00.123Z source  text` to a file, each on disk as soon as it is written.

    The file has mode 0660 and its directory 2770. A log that cannot be opened or written raises nothing; it is not
    opened where it is no regular file. Of what the other sources say beyond some lines a second, and beyond 4 MB in
    all, only the number of lines is kept.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._file: TextIO | None = None
        self._allowance = Allowance(_LINES, _LINES_PER_S)
        self._left_bytes = _MOST_BYTES
        self._left_out = 0

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):
            make_logs_dir(self._path.parent)
            descriptor = open_to_append(self._path, FILE_MODE)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace", buffering=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._note_left_out()
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def write(self, source: str, text: str) -> None:
        """Add a line of text from `source` (fill, relay or ffmpeg)."""
        if self._file is None:
            return
        if source != _OWN:
            if self._left_bytes < 0 or not self._allowance.take():
                self._left_out += 1
                return
            self._left_bytes -= len(text)
        self._note_left_out()
        self._write(source, text)

    def _note_left_out(self) -> None:
        left_out, self._left_out = self._left_out, 0
        if left_out:
            self._write(_OWN, f"{left_out} lines of ffmpeg and relay are left out: too many at once, or in all")

    def _write(self, source: str, text: str) -> None:
        if self._file is None:
            return
        # Masked before it is cut, because masking would not recognise half a URL and leave its password.
        line = plain_line(mask(text)[:_LONGEST_LINE])
        # A log that cannot be written, as on a full disk, must not end the fill.
        with contextlib.suppress(OSError):
            self._file.write(f"{self._clock():%H:%M:%S.%f}"[:-3] + f"Z {source:<6} {line}\n")
