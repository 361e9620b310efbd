"""Tables as files for other programs and for people: CSV that no spreadsheet executes, JSON, aligned text."""

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from anr_tui.domain.errors import AnrError
from anr_tui.journal.tables.rows import Event
from anr_tui.platform.text import csv_cell
from anr_tui.view.tables import text_tables
from anr_tui.view.tables.event_tables import event_fields
from anr_tui.view.tables.text_tables import Fields

_MODE = 0o600
_MOST_NAMES = 1000


class Format(StrEnum):
    """The format of an exported table, which is also the ending of the file's name."""

    CSV = "csv"
    JSON = "json"
    TEXT = "txt"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to export: its name (letters, digits and dashes), and for each format a function that makes the text."""

    name: str
    writers: Mapping[Format, Callable[[], str]]


def sheet(kind: str, rows: Sequence[Any]) -> Sheet:
    """The rows of one table, in this order, for export; `kind` is cameras, gaps, fills or events."""
    fields, heads, cells = _KINDS[kind]
    return Sheet(
        kind,
        {
            Format.CSV: lambda: csv_text(list(map(fields, rows))),
            Format.JSON: lambda: json.dumps(list(map(fields, rows)), indent=2),
            Format.TEXT: lambda: text_tables.table(heads, map(cells, rows)),
        },
    )


def csv_text(rows: Sequence[Fields]) -> str:
    """Rows as CSV (RFC 4180), with a first line of field names; "" where there are no rows."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    for row in rows[:1]:
        writer.writerow(row)
    for row in rows:
        writer.writerow([csv_cell(value) if isinstance(value, str) else value for value in row.values()])
    return lines.getvalue()


def save(text: str, name: str, suffix: str, now: datetime) -> Path:
    """Write a new file, readable by the user only, into the user's documents or the current directory.

    Returns its path. Raises AnrError. Blocks.
    """
    directory = documents()
    stem = f"anr-{name}-{now:%Y%m%dT%H%M%SZ}"
    try:
        for number in range(1, _MOST_NAMES):
            path = directory / f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
            try:
                opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
            except FileExistsError:
                continue
            _write(path, opened, text if text.endswith("\n") else f"{text}\n")
            return path
    except OSError as error:
        raise AnrError(f"Nothing can be written into {directory}: {error.strerror}.", "Start in another one.") from None
    raise AnrError(f"{directory} is full of files {stem}.", "Take some of them away.")


def _write(path: Path, opened: int, text: str) -> None:
    """Write the whole file, or remove it: half a table looks like a complete one."""
    try:
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def documents() -> Path:
    """The user's documents directory, else the current one. Raises AnrError where that is gone."""
    directory = platformdirs.user_documents_path()
    if directory.is_dir() and os.access(directory, os.W_OK):
        return directory
    try:
        return Path.cwd()
    except OSError as error:
        raise AnrError(f"There is no directory to write into: {error.strerror}.", "Start in another one.") from None


def _event_cells(event: Event) -> list[str]:
    at = f"{event.at:%Y-%m-%d %H:%M:%SZ}"
    return [at, event.kind, event.who, event.camera_id or "", event.gap_id or "", event.words]


_EVENT_HEADS = ["at", "kind", "who", "camera", "gap", "words"]
_KINDS: dict[str, tuple[Callable[[Any], Fields], list[str], Callable[[Any], list[str]]]] = {
    "cameras": (text_tables.camera_fields, text_tables.CAMERA_HEADS, text_tables.camera_cells),
    "gaps": (text_tables.gap_fields, text_tables.GAP_HEADS, text_tables.gap_cells),
    "fills": (text_tables.fill_fields, text_tables.FILL_HEADS, text_tables.fill_cells),
    "events": (event_fields, _EVENT_HEADS, _event_cells),
}
