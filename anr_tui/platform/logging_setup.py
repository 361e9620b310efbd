"""The log of a process: a rotated file, a terminal or systemd's journal, with every URL in a line masked.

The subject of a line stands at its end as `camera=gate gap=gap_1 fill=12`, for programs that read logs.
"""

import io
import json
import logging
import logging.handlers
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from anr_tui.domain.errors import JournalError
from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.file_permissions import DIRECTORY_MODE, FILE_MODE, share
from anr_tui.platform.masking import mask
from anr_tui.platform.text import plain_line

_LOG_BYTES = 4_000_000
_LAYOUT = "%(asctime)s %(levelname)s %(message)s"
# https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
# In their order in a line; the attribute names must differ from those of logging's own records.
_FIELDS = {"site": "anr_site", "camera": "anr_camera", "gap": "anr_gap", "fill": "anr_fill"}
_UNQUOTED = re.compile(r"[^\s\"=\\]+")


def log_fields(
    *, site: str | None = None, camera: str | None = None, gap: str | None = None, fill: int | None = None
) -> dict[str, object]:
    """The subject of a log line, as `extra` of a logging call: ids, each left out where it is not known."""
    values = {"site": site, "camera": camera, "gap": gap, "fill": fill}
    return {_FIELDS[name]: value for name, value in values.items() if value is not None}


def set_up_log(path: Path, *, to_terminal: bool) -> None:
    """Log to `path`, and with `to_terminal` to standard error; where that is systemd's journal, only there.

    Raises JournalError where the file cannot be written.
    """
    handlers = [_to_journal()] if to_terminal and _is_journal(2) else _to_file(path, to_terminal=to_terminal)
    logging.raiseExceptions = False  # else logging would print tracebacks over the screen when the disk is full
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)


def make_logs_dir(directory: Path) -> None:
    """Create the directory of logs, for owner and group only. Raises OSError."""
    if directory.is_dir():
        return
    directory.mkdir(parents=True, exist_ok=True)
    share(directory, DIRECTORY_MODE)


def _to_file(path: Path, *, to_terminal: bool) -> list[logging.Handler]:
    try:
        make_logs_dir(path.parent)
        path.touch(mode=FILE_MODE)
        handlers: list[logging.Handler] = [
            _SharedFile(path, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8"),
        ]
    except OSError as error:
        raise JournalError(
            f"The log {path} cannot be written: {error.strerror}.",
            "Give this user's group write permission on it and its folder.",
        ) from None
    if to_terminal:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(_MaskingFormatter(_LAYOUT))
    return handlers


def _to_journal() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JournalFormatter("%(message)s"))
    return handler


def _is_journal(descriptor: int) -> bool:
    """Whether systemd's journal reads what is written to a descriptor (JOURNAL_STREAM, systemd.exec(5))."""
    try:
        stream = os.fstat(descriptor)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{stream.st_dev}:{stream.st_ino}"


class _SharedFile(logging.handlers.RotatingFileHandler):
    """A rotated file that the site's other operators may read and write; created again where it was removed."""

    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is not None and not Path(self.baseFilename).exists():
            self.close()
        super().emit(record)

    def _open(self) -> io.TextIOWrapper:
        make_logs_dir(Path(self.baseFilename).parent)
        stream = super()._open()
        share(Path(self.baseFilename))
        return stream


class _MaskingFormatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return format_stamp(datetime.fromtimestamp(int(record.created), UTC))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record) + _fields_text(record)

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class _JournalFormatter(_MaskingFormatter):
    """Lines for systemd's journal: each begins with its priority, and has no time (sd-daemon(3))."""

    def format(self, record: logging.LogRecord) -> str:
        prefix = f"<{_PRIORITIES.get(record.levelno, 5)}>"
        return "\n".join(f"{prefix}{line}" for line in super().format(record).splitlines())


def _fields_text(record: logging.LogRecord) -> str:
    """The fields of `log_fields` for the end of a line, each after a blank; "" where there are none."""
    values = ((name, getattr(record, attribute, None)) for name, attribute in _FIELDS.items())
    return "".join(f" {name}={_field_value(value)}" for name, value in values if value is not None)


def _field_value(value: object) -> str:
    """A value without control characters, in double quotes where it could be read as more than one value."""
    text = plain_line(str(value))
    return text if _UNQUOTED.fullmatch(text) else json.dumps(text, ensure_ascii=False)
