"""The errors that an operator reads: one hierarchy, each error with a sentence and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AnrError(Exception):
    """An error with a sentence that tells the operator what happened; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.hint}" if self.hint else message


class SettingsError(AnrError):
    """A setting has a value that is not allowed."""


class SiteError(AnrError):
    """The site database, its directories or one of its rows cannot be used."""


class SiteLockedError(SiteError):
    """Another program has the site database locked for now."""


class JournalError(AnrError):
    """The journal cannot be used."""


class JournalDamagedError(JournalError):
    """The journal's file is damaged. It is ours, and the next worker that starts replaces it by a new one."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"The journal {path} is damaged ({what}).",
            "The next worker that starts renames it and makes a new one from all that can still be read.",
        )


class SiteTakenError(AnrError):
    """Another worker has the site."""


class ReplayError(AnrError):
    """A camera cannot be asked for its recording."""


class FillError(AnrError):
    """A fill cannot continue."""


class StorageError(SiteError, FillError):
    """A file or directory of ours could not be used, which is no fault of the camera; it affects one camera's fills."""


class DiskFullError(StorageError):
    """The disk with the recordings is full, not there or cannot be written, which affects all fills."""


class LeaseLostError(AnrError):
    """Another worker has the site now, so nothing more may be written under the old lease."""


@contextmanager
def first_of_ours() -> Iterator[None]:
    """Raise the first error of a task group, if all of its errors are AnrError."""
    try:
        yield
    # Not `except*`: before Python 3.11.4, an error raised within it is wrapped in a group again.
    except ExceptionGroup as errors:
        if errors.split(AnrError)[1] is not None:
            raise
        raise _first(errors) from None


def _first(errors: ExceptionGroup[Exception]) -> Exception:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
