"""Creating and replacing the journal's files, under a lock.

An open journal is three files (`…-wal` and `…-shm` beside it), and SQLite finds the other two by name: a new journal
beside an old one's companions would be read together with them.
"""

import contextlib
import fcntl
import itertools
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from anr_tui.domain.errors import JournalError
from anr_tui.platform.files.permissions import FILE_MODE, share
from anr_tui.platform.files.storage_errors import sync_path

_WAIT_S = 60.0
_LOOK_S = 0.02


def make_file(path: Path) -> None:
    """Create an empty file (mode 0660) where there is none, under the lock, for SQLite to make a journal of. Blocking.

    Raises OSError, and JournalError as `alone`.
    """
    if path.exists():
        return
    path = path.resolve()
    with alone(path):
        if path.exists():
            return
        # SQLite would read the remaining files of a removed journal together with the new one.
        for remaining in filter(Path.exists, _files(path)):
            set_aside(path, name_aside(path, datetime.fromtimestamp(remaining.stat().st_mtime, UTC)))
        if _next(path).exists():
            return _put(path)
        path.touch(mode=FILE_MODE)
        share(path)


def name_aside(path: Path, at: datetime) -> Path:
    """An unused name for a journal that is set aside, such as `site.anr.damaged-20260613T120000Z.db`."""
    stem = f"{path.stem}.damaged-{at:%Y%m%dT%H%M%SZ}"
    stems = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{stem}{path.suffix}") for stem in stems)
    return next(name for name in names if not any(map(Path.exists, _files(name))))


def set_aside(path: Path, aside: Path) -> None:
    """Rename the files of a journal, as many as exist. Raises OSError."""
    # The journal first: who opens it from then on waits for the new one, and does not create the other two files.
    for old, new in zip(_files(path), _files(aside), strict=True):
        with contextlib.suppress(FileNotFoundError):
            old.rename(new)


def replace(path: Path, new: Path, aside: Path) -> None:
    """Set a journal aside and put the finished journal `new` in its place. Raises OSError.

    After a power loss in between, `make_file` completes the replacement.
    """
    sync_path(new)
    new.rename(_next(path))
    set_aside(path, aside)
    _put(path)


def remove(path: Path) -> None:
    """Remove the files of a journal that was never put in its place. Raises OSError."""
    for file in _files(path):
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock under which journals in this directory are created and set aside.

    The lock is on the directory, because a lock file would be left behind, and a lock on the journal would move with it
    when it is set aside. Raises JournalError where another program holds the lock for too long.
    """
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    give_up_at = time.monotonic() + _WAIT_S
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up_at:
                raise JournalError(
                    f"Another program held the folder {path.parent} for {_WAIT_S:.0f} s.",
                    "Find the program that has it locked.",
                ) from None
        time.sleep(_LOOK_S)


def _put(path: Path) -> None:
    _next(path).rename(path)
    sync_path(path.parent)


def _next(path: Path) -> Path:
    return path.with_name(f"{path.stem}.next{path.suffix}")


def _files(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{companion}") for companion in ("", "-wal", "-shm")]
