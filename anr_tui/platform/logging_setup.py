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
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from anr_tui.domain.errors import JournalError
from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.files.permissions import DIRECTORY_MODE, FILE_MODE, share
from anr_tui.platform.files.regular_file import open_to_append
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.text import plain_line, plain_lines

_Arguments: TypeAlias = tuple[object, ...] | Mapping[str, object] | None
_ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

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
        os.close(open_to_append(path, FILE_MODE))
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
        return os.fdopen(open_to_append(Path(self.baseFilename), FILE_MODE), "a", encoding=self.encoding)


class _MaskingFormatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return format_stamp(datetime.fromtimestamp(int(record.created), UTC))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record) + _fields_text(record)

    def format(self, record: logging.LogRecord) -> str:
        # Ids, names and reasons come from rows and cameras: none may begin a line of its own, or move a cursor.
        harmless = logging.makeLogRecord(record.__dict__)
        harmless.args = _plain_arguments(record.args)
        harmless.exc_text = None
        return plain_lines(mask(super().format(harmless)))

    def formatException(self, ei: _ExceptionInfo) -> str:
        text = super().formatException(ei)
        for words in _messages(ei[1]):
            text = text.replace(words, plain_line(mask(words)))
        return text


class _JournalFormatter(_MaskingFormatter):
    """Lines for systemd's journal: each begins with its priority, and has no time (sd-daemon(3))."""

    def format(self, record: logging.LogRecord) -> str:
        prefix = f"<{_PRIORITIES.get(record.levelno, 5)}>"
        return "\n".join(f"{prefix}{line}" for line in super().format(record).splitlines())


def _plain_arguments(arguments: _Arguments) -> _Arguments:
    """The arguments of a logging call, each as one line; numbers stay numbers."""
    if isinstance(arguments, Mapping):
        return {name: _plain_argument(value) for name, value in arguments.items()}
    return tuple(map(_plain_argument, arguments)) if arguments else arguments


def _plain_argument(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else plain_line(mask(str(value)))


def _messages(error: BaseException | None) -> Iterator[str]:
    """The messages of an error, and of those that led to it, that take more than one line."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if len(words := str(error)) and not words.isprintable():
            yield words
        error = error.__cause__ or error.__context__


def _fields_text(record: logging.LogRecord) -> str:
    """The fields of `log_fields` for the end of a line, each after a blank; "" where there are none."""
    values = ((name, getattr(record, attribute, None)) for name, attribute in _FIELDS.items())
    return "".join(f" {name}={_field_value(value)}" for name, value in values if value is not None)


def _field_value(value: object) -> str:
    """A value without control characters, in double quotes where it could be read as more than one value."""
    text = plain_line(str(value))
    return text if _UNQUOTED.fullmatch(text) else json.dumps(text, ensure_ascii=False)
