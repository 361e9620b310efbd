"""The journal's place on disk: who makes a file there or sets one aside does so alone.

A journal is three files while it is open (`…-wal` and `…-shm` beside it), and SQLite finds the other two by name: a
new journal beside an old one's would be read together with them.
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
from anr_tui.platform.file_permissions import FILE_MODE, share

_WAIT_S = 60.0
_LOOK_S = 0.02


def make_file(path: Path) -> None:
    """Make an empty file (mode 0660) where there is none, alone, so that SQLite can make it a journal. Blocking."""
    if path.exists():
        return
    path = path.resolve()
    with alone(path):
        if path.exists():
            return
        # What is left of a journal that was taken away would be taken for the new one's.
        for left in filter(Path.exists, _files(path)):
            set_aside(path, name_aside(path, datetime.fromtimestamp(left.stat().st_mtime, UTC)))
        if _next(path).exists():
            return _put(path)
        path.touch(mode=FILE_MODE)
        share(path)


def name_aside(path: Path, at: datetime) -> Path:
    """The name for a journal that is set aside: `site.anr.damaged-20260613T120000Z.db`, and never one that is taken."""
    stem = f"{path.stem}.damaged-{at:%Y%m%dT%H%M%SZ}"
    stems = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{stem}{path.suffix}") for stem in stems)
    return next(name for name in names if not any(map(Path.exists, _files(name))))


def set_aside(path: Path, aside: Path) -> None:
    """Give a journal's files, as many as there are, another name."""
    # The journal first: whoever opens it from now on waits for the new one, and makes none of the other two.
    for old, new in zip(_files(path), _files(aside), strict=True):
        with contextlib.suppress(FileNotFoundError):
            old.rename(new)


def replace(path: Path, new: Path, aside: Path) -> None:
    """Set a journal aside and put a finished one in its place; where a power loss cuts in, `make_file` goes on."""
    _sync(new)
    new.rename(_next(path))
    set_aside(path, aside)
    _put(path)


def remove(path: Path) -> None:
    """Remove a journal that never got its name."""
    for file in _files(path):
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else makes a journal in this directory, or sets one aside. JournalError where somebody takes too long.

    The lock is the directory's: a file for it would stay behind, and one that is set aside is another one afterwards.
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
    _sync(path.parent)


def _next(path: Path) -> Path:
    return path.with_name(f"{path.stem}.next{path.suffix}")


def _files(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{companion}") for companion in ("", "-wal", "-shm")]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
