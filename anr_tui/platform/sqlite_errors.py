"""The meaning of errors of SQLite, and of the file system below it, for a person. Only this module reads their text."""

import re
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from anr_tui.platform.sqlite import BUSY_TIMEOUT_MS

_UNREAD_PAGE = re.compile(r"unable to get the page\. error code=(\d+)")
# The rest of an extended code says more of the same error (sqlite.org/rescode.html).
_PRIMARY_CODE = 0xFF


class SqliteFault(StrEnum):
    """The kind of fault of a database's file."""

    LOCKED = "locked"
    NOT_A_DATABASE = "not_a_database"
    DAMAGED = "damaged"
    DISK_FULL = "disk_full"
    NOT_READABLE = "not_readable"
    NOT_WRITABLE = "not_writable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SqliteProblem:
    """An error in words: `text` is SQLite's own, `sentence` names the file, `hint` says what to do (may be empty)."""

    fault: SqliteFault
    text: str
    sentence: str
    hint: str = ""


def describe_error(error: OSError | sqlite3.Error, name: str, path: Path, *, is_read_only: bool) -> SqliteProblem:
    """Put an error into words. `name` is the file as a sentence begins with it, such as "The journal".

    With `is_read_only` nothing was to be written, so that only the permission to read can be missing.
    """
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    fault = _fault(text, is_read_only=is_read_only)
    file = f"{name} {path}"
    match fault:
        case SqliteFault.LOCKED:
            sentence = f"{file} was locked by another program for {BUSY_TIMEOUT_MS // 1000} s."
            hint = "If it happens again, look for a program that holds a long transaction."
        case SqliteFault.NOT_A_DATABASE:
            sentence, hint = f"{path} is not an SQLite database.", ""
        case SqliteFault.DAMAGED:
            sentence, hint = f"{file} is damaged ({text}).", ""
        case SqliteFault.DISK_FULL:
            sentence, hint = f"{file} cannot be written: its disk is full.", "Make room."
        case SqliteFault.NOT_READABLE:
            sentence, hint = f"{file} cannot be read.", "Give this user's group read permission on it."
        case SqliteFault.NOT_WRITABLE:
            sentence, hint = f"{file} cannot be written.", "Give this user write permission on it and its folder."
        case SqliteFault.OTHER:
            sentence, hint = f"{file} cannot be used: {text}.", ""
    return SqliteProblem(fault, text, sentence, hint)


def is_unread(report: str) -> bool:
    """Whether what `PRAGMA integrity_check` found is a page that it could not read now, which need not be damaged."""
    code = _UNREAD_PAGE.search(report)
    return code is not None and int(code[1]) & _PRIMARY_CODE not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _fault(text: str, *, is_read_only: bool) -> SqliteFault:
    if "locked" in text or "busy" in text:
        return SqliteFault.LOCKED
    if "not a database" in text:
        return SqliteFault.NOT_A_DATABASE
    if "malformed" in text:
        return SqliteFault.DAMAGED
    if "is full" in text or "No space" in text:
        return SqliteFault.DISK_FULL
    if "readonly" in text or "unable to open" in text or "Permission" in text:
        return SqliteFault.NOT_READABLE if is_read_only else SqliteFault.NOT_WRITABLE
    return SqliteFault.OTHER
