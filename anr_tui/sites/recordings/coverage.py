"""Coverage: which windows a camera's directory really holds. The disk is the truth, not a column."""

import os
import stat
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_file_stem, now_utc, parse_file_stem
from anr_tui.domain.window import Window, merged
from anr_tui.sites.recordings.media_header import media_length_s

# A file may be as long as the longest piece that can be set, so this is how far back one can reach into a window.
_LONGEST_FILE = timedelta(hours=4)
_CACHED_FILES = 200_000
# No file system tells two changes of a directory that are further apart by the same time.
_COARSEST_TIME_S = 2.0
_NAME_LENGTH = len("YYYYMMDD_HHMMSS.mp4")
# Names of earlier years do not sort as their times do.
_FIRST_SORTED_YEAR = 1000

Recording = tuple[datetime, Path]


class Coverage:
    """Reads directories, and remembers the length of each file that it has read (by size and mtime).

    The names in a directory are remembered too (by its mtime). `clock` gives our UTC time.
    """

    def __init__(self, clock: Callable[[], datetime] = now_utc) -> None:
        self._clock = clock
        self._lengths: dict[tuple[str, int, int], float | None] = {}
        self._names: dict[Path, tuple[int, list[str]]] = {}

    def held(self, directory: Path, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings in `directory` hold, ordered. Reads the disk: use a thread."""
        held: list[Window] = []
        names = self._known_names(directory)
        for start, path in _read_names(directory, names[_first_that_reaches(names, window) : _end(names, window.end)]):
            length_s = self.length_s(path) if start < window.end else None
            if length_s is None or not length_s > 0:
                continue
            # A damaged file may claim more seconds than a calendar holds.
            length_s = min(length_s, (window.end - start).total_seconds())
            shared = Window(start, start + timedelta(seconds=length_s)).intersection(window)
            if shared is not None:
                held.append(shared)
        return merged(held)

    def newest(self, directory: Path, before: datetime, most: int) -> list[Recording]:
        """At most so many recordings that start before a time, the newest first. Blocking."""
        names = self._known_names(directory)
        backwards = _read_names(directory, islice(reversed(names), len(names) - _end(names, before), None))
        return list(islice((found for found in backwards if found[0] < before), most))

    def length_s(self, path: Path) -> float | None:
        """The length of one recording, remembered; None where it cannot be read."""
        try:
            found = path.stat()
        except OSError:
            return None
        # Opening a pipe waits for its other end.
        if not stat.S_ISREG(found.st_mode):
            return None
        key = (str(path), found.st_size, found.st_mtime_ns)
        if key not in self._lengths:
            if len(self._lengths) >= _CACHED_FILES:
                self._lengths.clear()
            self._lengths[key] = media_length_s(path)
        return self._lengths[key]

    def _known_names(self, directory: Path) -> list[str]:
        """The names of recordings in a directory, sorted; read anew only where it has changed."""
        now = self._clock()
        try:
            changed_ns = directory.stat().st_mtime_ns
        except OSError:
            return _names(directory)
        known = self._names.get(directory)
        if known is not None and known[0] == changed_ns:
            return known[1]
        names = _names(directory)
        # A change so shortly before may be followed by one that shows the same time.
        if now.timestamp() - changed_ns / 1e9 > _COARSEST_TIME_S:
            if sum(len(others) for _, others in self._names.values()) + len(names) > _CACHED_FILES:
                self._names.clear()
            self._names[directory] = changed_ns, names
        return names


def recordings(directory: Path, before: datetime) -> list[Recording]:
    """The recordings in a camera's directory that start before a time, by start. Other files are passed over."""
    names = _names(directory)
    return [found for found in _read_names(directory, names[: _end(names, before)]) if found[0] < before]


def _names(directory: Path) -> list[str]:
    """What may be names of recordings, in the order of their starts."""
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry in entries]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SiteError(f"The recordings in {directory} cannot be read: {error.strerror}.") from None
    return sorted(name for name in names if len(name) == _NAME_LENGTH and name.endswith(".mp4"))


def _read_names(directory: Path, names: Iterable[str]) -> Iterator[Recording]:
    for name in names:
        try:
            yield parse_file_stem(name.removesuffix(".mp4")), directory / name
        except ValueError:
            continue


def _first_that_reaches(names: list[str], window: Window) -> int:
    """Where in the names those begin whose files may reach into a window."""
    if window.start.year <= _FIRST_SORTED_YEAR:
        return 0
    return bisect_left(names, format_file_stem(window.start - _LONGEST_FILE))


def _end(names: list[str], before: datetime) -> int:
    """Where in the names those end that may start before a time."""
    if before.year <= _FIRST_SORTED_YEAR:
        return len(names)
    return bisect_right(names, f"{format_file_stem(before)}.mp4")


def camera_directory(recordings_dir: Path, camera_id: str) -> Path:
    """The directory of one camera. SiteError for an id that is no plain file name."""
    if not camera_id or camera_id.startswith(".") or "/" in camera_id or not camera_id.isprintable():
        raise SiteError(f"The camera id {camera_id[:80]!r} is no plain file name.", "Rename the camera in the site.")
    return recordings_dir / camera_id
