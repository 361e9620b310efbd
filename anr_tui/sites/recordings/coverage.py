"""Coverage: the windows that the recordings in a camera's directory really hold, read from the files themselves."""

import errno
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window, merged
from anr_tui.platform.files.storage_errors import storage_error
from anr_tui.sites.interface import ReadRefusal, Recording
from anr_tui.sites.recordings.layout import end_before, first_that_reaches, recording_names, recordings_named
from anr_tui.sites.recordings.media_header import media_length_s

_CACHED_FILES = 200_000
# The coarsest resolution of times of any file system (FAT).
_COARSEST_TIME_S = 2.0
# A share that hiccups reads at the second try.
_TRIES = 2
_MOST_REFUSALS = 1000
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP})


class Coverage:
    """Reads the coverage of directories, and caches the length of each file (by size and mtime).

    The names in a directory are cached as well (by its mtime). `clock` gives our time in UTC.
    """

    def __init__(self, clock: Callable[[], datetime] = now_utc) -> None:
        self._clock = clock
        self._lengths: dict[tuple[str, int, int], float | None] = {}
        self._names: dict[Path, tuple[int, list[str]]] = {}
        self._refusals: dict[Path, ReadRefusal] = {}

    def held(self, directory: Path, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings in `directory` hold, ordered. Reads the disk: use a thread."""
        return merged(self.held_by_each(directory, window))

    def held_by_each(self, directory: Path, window: Window) -> list[Window]:
        """What each readable recording in `directory` holds of `window`, by start; they may overlap. Blocking."""
        held: list[Window] = []
        for start, path in self._reaching(directory, window):
            length_s = self.length_s(path) if start < window.end else None
            if length_s is None or not length_s > 0:
                continue
            # A damaged file may claim more seconds than a calendar holds.
            length_s = min(length_s, (window.end - start).total_seconds())
            shared = Window(start, start + timedelta(seconds=length_s)).intersection(window)
            if shared is not None:
                held.append(shared)
        return held

    def refusal(self, directory: Path, window: Window) -> ReadRefusal | None:
        """Why a recording that may reach into a window could not be read when it was last tried. Blocking."""
        if not self._refusals:
            return None
        found = (self._refusals.get(path) for _, path in self._reaching(directory, window))
        return next((refusal for refusal in found if refusal is not None), None)

    def unreadable(self, directory: Path, window: Window) -> list[str]:
        """The names of recordings in a directory that start in a window and cannot be read. Blocking."""
        inside = ((start, path) for start, path in self._reaching(directory, window) if window.start <= start)
        return [path.name for start, path in inside if start < window.end and self.length_s(path) is None]

    def newest(self, directory: Path, before: datetime, most: int) -> list[Recording]:
        """At most `most` recordings that start before a time, the newest first. Blocking. Raises SiteError."""
        names = self._known_names(directory)
        backwards = recordings_named(directory, islice(reversed(names), len(names) - end_before(names, before), None))
        return list(islice((found for found in backwards if found[0] < before), most))

    def length_s(self, path: Path) -> float | None:
        """The length of one recording in seconds, cached; None where it cannot be read. Blocking.

        What the machine refused is not cached, and `refusal` has it.
        """
        for _ in range(_TRIES):
            try:
                length_s = self._length_s(path)
            except (OSError, MemoryError) as error:
                self._note_refusal(path, error)
            else:
                self._refusals.pop(path, None)
                return length_s
        return None

    def _length_s(self, path: Path) -> float | None:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        # Opening a named pipe would wait for its other end.
        if not stat.S_ISREG(status.st_mode):
            return None
        key = (str(path), status.st_size, status.st_mtime_ns)
        if key not in self._lengths:
            if len(self._lengths) >= _CACHED_FILES:
                self._lengths.clear()
            self._lengths[key] = media_length_s(path)
        return self._lengths[key]

    def _note_refusal(self, path: Path, error: OSError | MemoryError) -> None:
        if path not in self._refusals and len(self._refusals) >= _MOST_REFUSALS:
            self._refusals.clear()
        number = getattr(error, "errno", None)
        is_denied = number in _DENIED
        self._refusals[path] = ReadRefusal(
            storage_error(error, "read", path), is_denied, is_denied or number == errno.EIO
        )

    def _reaching(self, directory: Path, window: Window) -> Iterator[Recording]:
        """The recordings in a directory that may reach into a window, with their starts."""
        names = self._known_names(directory)
        reaching = names[first_that_reaches(names, window) : end_before(names, window.end)]
        return recordings_named(directory, reaching)

    def _known_names(self, directory: Path) -> list[str]:
        """The sorted names of recordings in a directory, read again only where the directory has changed."""
        now = self._clock()
        try:
            changed_ns = directory.stat().st_mtime_ns
        except OSError:
            return recording_names(directory)
        known = self._names.get(directory)
        if known is not None and known[0] == changed_ns:
            return known[1]
        names = recording_names(directory)
        # A directory that changed so recently may change again without another mtime.
        if now.timestamp() - changed_ns / 1e9 > _COARSEST_TIME_S:
            if sum(len(others) for _, others in self._names.values()) + len(names) > _CACHED_FILES:
                self._names.clear()
            self._names[directory] = changed_ns, names
        return names
