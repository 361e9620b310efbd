"""The presence of consoles: each holds a shared lock on a small file beside the journal, and the worker tests it.

The kernel releases a lock (flock(2)) however its holder ends, so no lock can be left behind or must expire.
"""

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from anr_tui.platform.files.permissions import FILE_MODE, share

# A process that tests the lock holds it only for an instant.
_TRIES = 50
_PAUSE_S = 0.01

_log = logging.getLogger(__name__)


class Presence:
    """The presence of one console, from its creation until `close`.

    A guest, who only reads, creates no file and never decides what becomes of a worker. Where the file cannot be opened
    or locked, the console is not counted, and works nevertheless.
    """

    def __init__(self, path: Path, *, is_guest: bool = False) -> None:
        self._path = path
        self._is_guest = is_guest
        self._file: int | None = None
        self.take()

    def take(self) -> None:
        """Lock the file, and again where it was removed meanwhile."""
        if self._file is not None and _is_same(self._file, self._path):
            return
        self.close()
        try:
            if not self._is_guest:
                _make_file(self._path)
            self._file = _open(self._path)
            _lock_shared(self._file)
        except OSError as error:
            _log.warning("this console cannot be counted as open: %s", error)
            self.close()

    def is_last(self) -> bool:
        """Whether no other console is open; a console that is not counted is never the last."""
        if self._file is None or self._is_guest:
            return False
        try:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            is_last = _has_none(self._file)
            _lock_shared(self._file)
        except OSError as error:
            _log.warning("it is not known whether other consoles are open: %s", error)
            return False
        return is_last

    def close(self) -> None:
        """End the presence."""
        if self._file is not None:
            os.close(self._file)
        self._file = None


@contextlib.contextmanager
def present(path: Path) -> Iterator[Presence]:
    """A console's presence for the duration of a `with` block."""
    presence = Presence(path)
    try:
        yield presence
    finally:
        presence.close()


def is_anyone_present(path: Path) -> bool:
    """Whether a console is open now. Raises OSError where that cannot be found out."""
    try:
        file = _open(path)
    except FileNotFoundError:
        return False
    try:
        return not _has_none(file)
    finally:
        os.close(file)


def _has_none(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_shared(file: int) -> None:
    """Lock the file, waiting for processes that only test the lock. Raises OSError where one keeps it."""
    for _ in range(_TRIES):
        try:
            return fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_S)
    return fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _make_file(path: Path) -> None:
    with contextlib.suppress(FileExistsError, PermissionError):
        path.touch(mode=FILE_MODE, exist_ok=False)
        share(path)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)


def _is_same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False
