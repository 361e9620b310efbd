"""Opening a media file so that no error of the disk is taken for the end of the file, or for damage.

libav takes an error in the middle of a fragmented MP4 for its end, and goes on with what it has.
"""

import contextlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import av

from anr_tui.platform.files.regular_file import regular_path
from anr_tui.platform.files.storage_errors import storage_error
from anr_tui.platform.media_bounds import OPEN_OPTIONS


class _CheckedFile:
    """A file as libav reads it, which keeps the first error of the machine in `error`."""

    def __init__(self, file: FileIO) -> None:
        self.error: OSError | None = None
        self._file = file

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size) or b""
        except OSError as error:
            self.error = self.error or error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


@contextlib.contextmanager
def open_media(path: Path) -> Iterator[av.container.InputContainer]:
    """A media file, open for reading within the bounds of all. Blocking.

    Raises what PyAV raises for a damaged one, OSError where it cannot be opened (NotRegularError for anything else than
    a regular file), and StorageError at the end of the block where the machine refused any read in it.
    """
    with regular_path(path) as place, Path(place).open("rb", buffering=0) as file:
        checked = _CheckedFile(file)
        try:
            with av.open(checked, "r", metadata_errors="replace", options=dict(OPEN_OPTIONS)) as container:
                yield container
        finally:
            if checked.error is not None:
                raise storage_error(checked.error, "read", path) from checked.error
