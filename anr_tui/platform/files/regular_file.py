"""Opening regular files in directories that others may write in: no link is followed, no pipe is waited for.

Whoever shares a group with the worker can put a link, a pipe or a device where it is about to open a file. A link would
lead its writes into any file of its user, and a pipe would hold it for ever.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NOT_REGULAR = "a link, a pipe, a directory or a device stands in its place"


class NotRegularError(OSError):
    """Something else than a regular file has the name: nothing that the machine refused, and nothing to be read."""

    def __init__(self, path: str | Path, number: int = errno.EINVAL) -> None:
        super().__init__(number, NOT_REGULAR, str(path))


def open_regular(path: str | Path, flags: int = os.O_RDONLY) -> int:
    """Open an existing regular file; returns its descriptor. OSError, NotRegularError.

    The signature is that of the `opener` of `open`.
    """
    try:
        descriptor = os.open(path, flags | _SAFELY)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise NotRegularError(path, error.errno) from None
        raise
    return _checked(descriptor, path)


def create_file(path: Path, mode: int) -> int:
    """Create a file for reading and writing, with exactly this mode whatever the umask; returns its descriptor.

    Raises FileExistsError where anything has that name, a link that leads nowhere included, and OSError.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | _SAFELY, mode)
    # Some network file systems keep modes of their own.
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, mode)
    return descriptor


def open_to_append(path: Path, mode: int) -> int:
    """Open a regular file for appending, created where it is not there; returns its descriptor.

    A file of ours has this mode afterwards. Raises OSError, for anything else than a regular file, too.
    """
    # Another process may create it, too.
    with contextlib.suppress(FileExistsError):
        os.close(create_file(path, mode))
    descriptor = open_regular(path, os.O_WRONLY | os.O_APPEND)
    status = os.fstat(descriptor)
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != mode:
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, mode)
    return descriptor


def descriptor_path(descriptor: int) -> Path:
    """A path to an open file of ours, by which ffmpeg and PyAV open this very file, whatever its name leads to now."""
    return Path(f"/proc/{os.getpid()}/fd/{descriptor}")


def is_descriptor_path(path: Path) -> bool:
    """Whether a path is one of `descriptor_path`."""
    return path.parent == Path(f"/proc/{os.getpid()}/fd")


@contextlib.contextmanager
def regular_path(path: Path) -> Iterator[str]:
    """A path for PyAV by which it opens the regular file that `path` names now. OSError as `open_regular`."""
    if is_descriptor_path(path):
        yield str(path)
        return
    descriptor = open_regular(path)
    try:
        yield str(descriptor_path(descriptor))
    finally:
        os.close(descriptor)


def _checked(descriptor: int, path: str | Path) -> int:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise NotRegularError(path)
