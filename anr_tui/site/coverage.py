"""Coverage: which windows a camera's directory really holds. The disk is the truth, not a column."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.errors import SiteError
from anr_tui.site.media import media_length_s
from anr_tui.times import parse_file_stem
from anr_tui.windows import Window, merged

# A file may be as long as the longest piece that can be set, so this is how far back one can reach into a window.
_LONGEST_FILE = timedelta(hours=4)
_CACHED_FILES = 200_000


class Coverage:
    """Reads directories, and remembers the length of each file that it has read (by size and mtime)."""

    def __init__(self) -> None:
        self._lengths: dict[tuple[str, int, int], float | None] = {}

    def held(self, directory: Path, window: Window) -> list[Window]:
        """The parts of `window` that readable recordings in `directory` hold, ordered. Reads the disk: use a thread."""
        held: list[Window] = []
        for start, path in recordings(directory, window.end):
            if window.start - start > _LONGEST_FILE:
                continue
            length_s = self.length_s(path)
            if length_s is None or not length_s > 0:
                continue
            # A damaged file may claim more seconds than a calendar holds.
            length_s = min(length_s, (window.end - start).total_seconds())
            shared = Window(start, start + timedelta(seconds=length_s)).intersection(window)
            if shared is not None:
                held.append(shared)
        return merged(held)

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


def recordings(directory: Path, before: datetime) -> list[tuple[datetime, Path]]:
    """The recordings in a camera's directory that start before a time, by start. Other files are passed over."""
    found: list[tuple[datetime, Path]] = []
    try:
        entries = list(directory.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SiteError(f"The recordings in {directory} cannot be read: {error.strerror}.") from None
    for path in entries:
        if path.suffix != ".mp4":
            continue
        try:
            start = parse_file_stem(path.stem)
        except ValueError:
            continue
        if start < before:
            found.append((start, path))
    return sorted(found)


def camera_directory(recordings_dir: Path, camera_id: str) -> Path:
    """The directory of one camera. SiteError for an id that is no plain file name."""
    if not camera_id or camera_id.startswith(".") or "/" in camera_id or not camera_id.isprintable():
        raise SiteError(f"The camera id {camera_id[:80]!r} is no plain file name.", "Rename the camera in the site.")
    return recordings_dir / camera_id
