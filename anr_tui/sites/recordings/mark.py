"""The mark of recordings: a small file in their directory, by which they are told from an empty mount point.

Without it, where a disk is not mounted, footage would land on the disk behind the mount point, and be called filled.
"""

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from anr_tui.domain.errors import DiskFullError
from anr_tui.platform.files.regular_file import create_file, open_regular
from anr_tui.platform.files.storage_errors import doing, sync_directory
from anr_tui.sites.recordings.layout import FILE_MODE, is_there

MARK_NAME = ".anr-tui"
_MOST_BYTES = 100


class RecordingsMark:
    """The mark of the recordings below `root`, which a worker looks for as it starts, and before anything lands."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / MARK_NAME
        self._known: str | None = None
        self._listed: tuple[Path, ...] | None = None

    def is_there(self) -> bool:
        """Whether the recordings have a mark. Blocking; StorageError."""
        return is_there(self._path)

    def recognise(self, listed: Iterable[Path]) -> None:
        """Find the mark, or make it in recordings that have none and are known otherwise, or new. Blocking.

        `listed` are recordings that ought to be there, as the site and our journal list them: where there is no mark
        and none of them is there either, these are not the recordings. Raises StorageError, and DiskFullError then.
        """
        self._listed = tuple(listed)
        self.check()

    def check(self) -> None:
        """Check that the recordings are those that were recognised. Blocking; StorageError, DiskFullError.

        Who never called `recognise` lands anywhere.
        """
        if self._listed is None or not is_there(self._root):
            return
        found = self._read()
        if self._known is None and found is None:
            if self._listed and not any(map(is_there, self._listed)):
                raise self._missing("none of the recordings that the site lists is there")
            self._make()
        elif found is None:
            raise self._missing("its mark is gone")
        elif self._known is None:
            self._known = found
        elif found != self._known:
            raise self._missing("the mark there is that of other recordings")

    def _missing(self, why: str) -> DiskFullError:
        return DiskFullError(
            f"{self._root.absolute()} does not hold the site's recordings: {why}.",
            f"Is its disk mounted? If these are the recordings, run `touch {self._path.absolute()}`.",
        )

    def _read(self) -> str | None:
        with doing("read", self._path):
            try:
                file = open_regular(self._path)
            except (FileNotFoundError, NotADirectoryError):
                return None
            with os.fdopen(file, "rb") as opened:
                return opened.read(_MOST_BYTES).decode("ascii", "replace").strip()

    def _make(self) -> None:
        """Make the mark; recordings in whose directory we may not write have none, and go without."""
        name = secrets.token_hex(16)
        with doing("write", self._path), contextlib.suppress(FileExistsError):
            try:
                file = create_file(self._path, FILE_MODE)
            except PermissionError:
                self._listed = None
                return
            with os.fdopen(file, "w", encoding="ascii") as opened:
                opened.write(f"{name}\n")
                opened.flush()
                os.fsync(opened.fileno())
        sync_directory(self._root)
        self._known = self._read()
