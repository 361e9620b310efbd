"""The logs of all running fills as one, by time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.console.logs.log_tail import Batch, LogTail

_STAMPED = re.compile(r"\d\d:\d\d:\d\d\.\d{3}Z ")
_NAME_CELLS = 15


@dataclass(slots=True)
class _Part:
    """One fill's log; `last` is the time of its newest line, `days` how often that went round midnight."""

    name: str
    file: LogTail
    last: str = ""
    days: int = 0

    def read(self) -> tuple[list[tuple[int, str, str]], Batch]:
        """Its new lines with what they are sorted by."""
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
    """Reads like a LogFile; each line begins with its time and its camera. A fill that ended keeps its lines."""

    path: None = None
    _parts: dict[Path, _Part] = field(default_factory=dict)

    def set_files(self, files: Mapping[Path, str]) -> None:
        """The logs from now on, with the name to put before their lines; those known go on where they are."""
        self._parts = {path: self._parts.get(path) or _Part(name, LogTail(path)) for path, name in files.items()}

    def read_more(self) -> Batch:
        """What was added to any of them, in the order in which it was said."""
        found = [part.read() for part in list(self._parts.values())]
        lines = sorted((line for lines, _ in found for line in lines), key=lambda line: line[:2])
        return Batch(
            tuple(text for _, _, text in lines),
            skipped_bytes=sum(batch.skipped_bytes for _, batch in found),
            trouble=next((batch.trouble for _, batch in found if batch.trouble), ""),
        )
