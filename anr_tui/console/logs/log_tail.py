"""Reads the end of a file that grows: by offset, in whole lines, a bounded amount at a time."""

import os
from dataclasses import dataclass, field
from pathlib import Path

TAIL_BYTES = 1_000_000
"""How much of a file is read at most in one go; of what is older or comes faster, only the end is shown."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What came since the last read.

    `is_fresh`: the file began again, so earlier lines are no part of it; `skipped_bytes` were left out before the
    lines; `trouble` is a sentence where the file cannot be read.
    """

    lines: tuple[str, ...] = ()
    is_fresh: bool = False
    skipped_bytes: int = 0
    trouble: str = ""


@dataclass(slots=True)
class LogTail:
    """A place in a growing file. Reading blocks on the disk, so do it off the event loop."""

    path: Path
    _offset: int = 0
    _inode: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def read_more(self) -> Batch:
        """The whole lines that were added. A missing file has none; a shorter or another one starts afresh."""
        try:
            with self.path.open("rb") as file:
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
