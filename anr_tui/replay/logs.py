"""Log files of a process: rotated, for owner and group only, every URL in a line masked."""

import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

from anr_tui.errors import JournalError
from anr_tui.replay.mask import mask
from anr_tui.times import format_stamp

_LOG_BYTES = 4_000_000


def set_up_log(path: Path, *, to_terminal: bool) -> None:
    """Log to `path`, and to standard error where that is wanted. JournalError where it cannot be written."""
    try:
        make_logs_dir(path.parent)
        path.touch(mode=0o660)
        handlers: list[logging.Handler] = [
            logging.handlers.RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8")
        ]
    except OSError as error:
        raise JournalError(f"The log {path} cannot be written: {error.strerror}.", "Check ANR_JOURNAL.") from None
    if to_terminal:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(_MaskingFormatter("%(asctime)s %(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a full disk must not write tracebacks over the screen
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)


def make_logs_dir(directory: Path) -> None:
    """Make the directory of logs, for owner and group only."""
    if directory.is_dir():
        return
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o2770)


class _MaskingFormatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return format_stamp(datetime.fromtimestamp(int(record.created), UTC))

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
