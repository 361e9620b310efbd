"""Errors of file operations in an operator's words: what was done to which file, and what the system said.

They are never a camera's fault: footage that arrived stays, and no attempt is used up.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from anr_tui.domain.errors import DiskFullError, StorageError
from anr_tui.platform.files.regular_file import NotRegularError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_HINTS = {
    errno.EIO: "Look for errors of the disk in the system's log.",
    errno.ESTALE: "Mount the share again.",
    errno.EROFS: "Check its mount.",
    errno.EACCES: "Check its owner and mode: run as the user that the recorder runs as.",
    errno.EPERM: "Check its owner and mode: run as the user that the recorder runs as.",
    errno.EMFILE: "Raise the limit of open files (LimitNOFILE).",
    errno.ENFILE: "Raise the limit of open files (fs.file-max).",
    errno.ENOMEM: "Check the machine's free memory.",
    errno.ENAMETOOLONG: "Rename the camera in the site.",
}
_FULL_HINT = "Make room."
# What file systems answer that cannot sync a directory at all, such as some network shares.
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


def is_machine_error(error: BaseException) -> bool:
    """Whether the machine refused an operation, rather than that a file's content is bad.

    A lack of memory that libav reports is not: damaged files claim sizes that no machine has. Nor is a link or a pipe
    in a file's place, which nothing is read from.
    """
    if isinstance(error, NotRegularError):
        return False
    return isinstance(error, OSError) or type(error) is MemoryError


def storage_error(error: BaseException, operation: str, path: Path | str) -> StorageError:
    """The error that names the operation (a verb) and the path, after the machine refused it with `error`.

    A full disk, which affects all fills, gives a DiskFullError.
    """
    number = getattr(error, "errno", None)
    number = errno.ENOMEM if number is None and isinstance(error, MemoryError) else number
    why = getattr(error, "strerror", None) or (os.strerror(number) if number else type(error).__name__)
    words = f"Cannot {operation} {path}: {why}."
    if number in _FULL:
        return DiskFullError(words, _FULL_HINT)
    return StorageError(words, _HINTS.get(number or 0, ""))


@contextlib.contextmanager
def doing(operation: str, path: Path) -> Iterator[None]:
    """Turn every error of the machine in the block into a StorageError that names the operation (a verb) and the path.

    FileExistsError passes, because it says that a name is taken.
    """
    try:
        yield
    except FileExistsError:
        raise
    except (OSError, MemoryError) as error:
        raise storage_error(error, operation, path) from error


def sync_file(path: Path, called: Path | None = None) -> None:
    """Write a file to its disk. Blocking. Raises StorageError, which names it `called`, if that is given."""
    with doing("sync", called or path):
        sync_path(path)


def sync_directory(directory: Path) -> None:
    """Write the names in a directory to its disk, where its file system can do that. Blocking. Raises StorageError."""
    with doing("sync the directory", directory):
        try:
            sync_path(directory)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise


def remove_file(path: Path) -> None:
    """Delete a file, if it is there. Blocking. Raises StorageError."""
    with doing("delete", path):
        path.unlink(missing_ok=True)


def sync_path(path: Path) -> None:
    """Write a file, or the names in a directory, to its disk. Blocking. OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
