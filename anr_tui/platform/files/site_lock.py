"""A lock on files by what they are (device and inode), whatever they are called. Those with the same name share it.

The lock is one of an open file description (fcntl(2), F_OFD_SETLK), on bytes far behind any content: each name has a
byte of its own, so that whoever asks finds others by testing the bytes beside it. The kernel releases it however its
holder ends. SQLite locks other bytes (https://www.sqlite.org/lockingv3.html).
"""

import contextlib
import fcntl
import hashlib
import logging
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_FIRST = 1 << 48
_BYTES = 1 << 40
# struct flock: l_type, l_whence, l_start, l_len, l_pid.
_FLOCK = "hhqqi"

_log = logging.getLogger(__name__)


class SiteLock:
    """The lock on some files for one process; held from a `take` that succeeds until `close`.

    The files are opened at once, and closed only by `close`: where one of them is a database of this process, closing
    it earlier would drop SQLite's own locks (fcntl(2)). Call `close` after the databases are closed.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        """Open the files and directories that are there and can be opened. Blocking."""
        self._byte = _FIRST
        self._files: dict[Path, int] = {}
        for path in paths:
            try:
                self._files[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            except FileNotFoundError:
                continue
            except OSError as error:
                _log.warning("%s cannot be opened to be locked: %s", path, error.strerror)

    def take(self, name: str) -> Path | None:
        """Take the lock under a name; the path that somebody has under another one, and then nothing is ours.

        Two who take it at the same moment may both be refused. Blocking.
        """
        digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
        self._byte = _FIRST + int.from_bytes(digest) % _BYTES
        self._lock_all()
        taken = next((path for path, file in self._files.items() if self._is_taken(file)), None)
        if taken is not None:
            self.release()
        return taken

    def release(self) -> None:
        """Give the lock up, and keep the files open. Blocking."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                self._set(file, fcntl.F_UNLCK)

    def close(self) -> None:
        """Give the lock up, and close the files."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()

    def _lock_all(self) -> None:
        """Lock our byte of each file; one whose file system knows no such locks is said once, and left out."""
        for path, file in list(self._files.items()):
            try:
                self._set(file, fcntl.F_RDLCK)
                self._is_taken(file)
            except OSError as error:
                _log.warning("%s cannot be locked: %s", path, error.strerror)
                del self._files[path]
                os.close(file)

    def _set(self, file: int, kind: int) -> None:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _flock(kind, self._byte, 1))

    def _is_taken(self, file: int) -> bool:
        """Whether anybody holds a byte beside ours."""
        ranges = ((_FIRST, self._byte - _FIRST), (self._byte + 1, _FIRST + _BYTES - self._byte - 1))
        return any(_is_locked(file, start, length) for start, length in ranges if length)


def _is_locked(file: int, start: int, length: int) -> bool:
    answer = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _flock(fcntl.F_WRLCK, start, length))
    return bool(struct.unpack_from(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def _flock(kind: int, start: int, length: int) -> bytes:
    return struct.pack(f"{_FLOCK}0q", kind, os.SEEK_SET, start, length, 0)
