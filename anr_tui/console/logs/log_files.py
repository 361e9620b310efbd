"""Reading the logs of fills while they grow: the end of one file, or several files merged by time."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.platform.files.regular_file import open_regular

TAIL_BYTES = 1_000_000
"""The number of bytes of a file that are read at once; of anything longer only the end is shown."""

_STAMPED = re.compile(r"\d\d:\d\d:\d\d\.\d{3}Z ")
_NAME_CELLS = 15


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines that came since the last read.

    `is_fresh` says that the file began again, so that earlier lines do not belong to it; `skipped_bytes` were left out
    before the lines; `trouble` is a sentence where the file cannot be read.
    """

    lines: tuple[str, ...] = ()
    is_fresh: bool = False
    skipped_bytes: int = 0
    trouble: str = ""


@dataclass(slots=True)
class LogTail:
    """A position in a growing file. Reading blocks on the disk: call it in a thread."""

    path: Path
    _offset: int = 0
    _inode: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def read_more(self) -> Batch:
        """The complete lines that were added.

        A missing file has none; a shorter or replaced file is read from its start.
        """
        try:
            with open(self.path, "rb", opener=open_regular) as file:
                return self._read(file.fileno())
        except FileNotFoundError:
            return Batch()
        except OSError as error:
            return Batch(trouble=f"The log {self.path} cannot be read by this user ({error.strerror}).")

    def _read(self, descriptor: int) -> Batch:
        status = os.fstat(descriptor)
        is_fresh = self._inode != 0 and (status.st_ino != self._inode or status.st_size < self._offset)
        if is_fresh:
            self._offset, self._rest = 0, b""
        self._inode = status.st_ino
        skipped_bytes = max(0, status.st_size - TAIL_BYTES - self._offset)
        if skipped_bytes:
            self._offset, self._rest = status.st_size - TAIL_BYTES, b""
        added = os.pread(descriptor, TAIL_BYTES, self._offset)
        self._offset += len(added)
        *whole, self._rest = (self._rest + added).replace(b"\r", b"\n").split(b"\n")
        if skipped_bytes:
            skipped_bytes += len(whole[0]) + 1 if whole else 0
            whole = whole[1:]
        if len(self._rest) > TAIL_BYTES:
            whole, self._rest = [*whole, self._rest], b""
        lines = tuple(text for raw in whole if (text := raw.decode("utf-8", "replace")).strip())
        return Batch(lines, is_fresh, skipped_bytes)


@dataclass(slots=True)
class _Part:
    """The log of one fill; `last` is the time of its newest line, `days` the number of midnights that it has passed."""

    name: str
    file: LogTail
    last: str = ""
    days: int = 0

    def read(self) -> tuple[list[tuple[int, str, str]], Batch]:
        """The new lines, each preceded by its sort keys."""
        batch = self.file.read_more()
        lines = []
        for text in batch.lines:
            stamp, rest = (text[:13], text[14:]) if _STAMPED.match(text) else (self.last, text)
            self.days += stamp < self.last and self.last[:2] == "23"
            self.last = stamp
            lines.append((self.days, stamp, f"{stamp} {self.name[:_NAME_CELLS]:<{_NAME_CELLS}} {rest}"))
        return lines, batch


@dataclass(slots=True)
class MergedLog:
    """Several logs that are read like one LogTail; each line begins with its time and its camera's name.

    The lines of a fill that ended stay.
    """

    path: None = None
    _parts: dict[Path, _Part] = field(default_factory=dict)

    def set_files(self, files: Mapping[Path, str]) -> None:
        """Set the logs to read, each with the name to put before its lines; known ones continue where they are."""
        self._parts = {path: self._parts.get(path) or _Part(name, LogTail(path)) for path, name in files.items()}

    def read_more(self) -> Batch:
        """The lines that were added to any of the files, sorted by their time."""
        results = [part.read() for part in list(self._parts.values())]
        lines = sorted((line for lines, _ in results for line in lines), key=lambda line: line[:2])
        return Batch(
            tuple(text for _, _, text in lines),
            skipped_bytes=sum(batch.skipped_bytes for _, batch in results),
            trouble=next((batch.trouble for _, batch in results if batch.trouble), ""),
        )
