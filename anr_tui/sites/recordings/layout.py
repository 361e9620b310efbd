"""The layout of recordings on disk: a directory for each camera, a file for each recording, named after its start.

    ROOT/CAMERA/20260613_120000.mp4                          a recording (UTC, whole seconds)
    ROOT/CAMERA/20260613_120000.5f3a91c2.mp4.part            a part: fetched, and not landed yet
    ROOT/CAMERA/20260613_120000.5f3a91c2.kept.part           what is known of that part, where it found no place
    ROOT/CAMERA/20260613_120000.5f3a91c2.mp4.probe.part      a probe: it never lands
    ROOT/CAMERA/20260613_120000.mp4.5f3a91c2.landing.part    a landing: about to become the recording

No other module knows these names. All but the first have eight random digits, so that a worker that lost the site
without knowing it yet writes into no file of the worker that took over. They end in `.part`, which recorders ignore.
"""

import contextlib
import errno
import os
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.errors import SiteError, StorageError
from anr_tui.domain.timestamps import format_file_stem, parse_file_stem
from anr_tui.domain.window import Window
from anr_tui.platform.files.storage_errors import storage_error
from anr_tui.sites.interface import Recording

_SUFFIX = ".mp4"
_PART_SUFFIX = ".mp4.part"
_NOTE_SUFFIX = ".kept.part"
_PROBE_SUFFIX = ".mp4.probe.part"
# The suffix up to version 0.1, so that files of such a worker are removed as well.
_OLD_PROBE_SUFFIX = ".mp4.glimpse.part"
_LANDING_SUFFIX = ".landing.part"
FILE_MODE = 0o640
"""The mode of recordings that fills land: for owner and group."""

LONGEST_FILE = timedelta(hours=4)
"""The longest recording, which is the longest piece that can be set; it may start so long before a window."""

# Files that hold nothing that can be read may have the names of a gap's first seconds.
_MOST_TAKEN = 10
_NAME_LENGTH = len("YYYYMMDD_HHMMSS.mp4")
# Names of earlier years do not sort like their times.
_FIRST_SORTED_YEAR = 1000
_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def camera_directory(recordings_dir: Path, camera_id: str) -> Path:
    """The directory of one camera. Raises SiteError for an id that is no plain file name."""
    if not camera_id or camera_id.startswith(".") or "/" in camera_id or not camera_id.isprintable():
        raise SiteError(f"The camera id {camera_id[:80]!r} is no plain file name.", "Rename the camera in the site.")
    return recordings_dir / camera_id


def recording_name(start: datetime) -> str:
    """The name of the recording that starts at `start`, cut to whole seconds."""
    return f"{format_file_stem(start)}{_SUFFIX}"


def recording_start(name: str) -> datetime:
    """The start of the recording with this name. Raises ValueError for a name of another form."""
    if not name.endswith(_SUFFIX):
        raise ValueError(f"not a recording's name: {name[:40]!r}")
    return parse_file_stem(name.removesuffix(_SUFFIX))


def landed_path(recordings_dir: Path, camera_id: str, name: str) -> Path:
    """The path where a landed file should be. Raises SiteError for a camera id or name that could lead elsewhere."""
    directory = camera_directory(recordings_dir, camera_id)
    try:
        recording_start(name)
    except ValueError:
        raise SiteError(f"{name[:80]!r} is no recording's name.", "Somebody changed the journal.") from None
    return directory / name


def free_path(directory: Path, start: datetime) -> Path:
    """The path for footage that starts at `start`: the recorder's name for it, or the first of the next that is free.

    Where `_MOST_TAKEN` names are taken, the last of them. Blocking. Raises StorageError.
    """
    names = (recording_name(start + timedelta(seconds=second)) for second in range(_MOST_TAKEN + 1))
    paths = [directory / name for name in names]
    return next((path for path in paths[:-1] if not is_there(path)), paths[-1])


def part_path(directory: Path, start: datetime) -> Path:
    """A new path for footage from `start` on until it lands; the recorder's indexer ignores such names."""
    return directory / f"{format_file_stem(start)}.{secrets.token_hex(4)}{_PART_SUFFIX}"


def probe_path(directory: Path, start: datetime) -> Path:
    """A new path for a probe of a camera's footage, which never lands."""
    return directory / f"{format_file_stem(start)}.{secrets.token_hex(4)}{_PROBE_SUFFIX}"


def landing_path(target: Path) -> Path:
    """A new path, in the same directory, for the file that is to become `target`."""
    return target.with_name(f"{target.name}.{secrets.token_hex(4)}{_LANDING_SUFFIX}")


def part_start(part: Path) -> datetime:
    """The moment from which a part file was asked for. Raises ValueError for a name of another form."""
    return parse_file_stem(part.name.partition(".")[0])


def part_note(part: Path) -> Path:
    """The file in which it is noted what is known of a part file that was kept."""
    return part.with_name(f"{part.name.removesuffix(_PART_SUFFIX)}{_NOTE_SUFFIX}")


def noted_parts(directory: Path) -> list[Path]:
    """The part files in a camera's directory of which there is a note; the file itself may be gone. Blocking."""
    notes = (path for _, path in _ours(directory, _NOTE_SUFFIX))
    return sorted(path.with_name(f"{path.name.removesuffix(_NOTE_SUFFIX)}{_PART_SUFFIX}") for path in notes)


def directories_with_notes(recordings_dir: Path) -> list[str]:
    """The names of the directories below `recordings_dir` in which part files are noted, by name. Blocking.

    One that cannot be read is left out. Raises StorageError where `recordings_dir` cannot be.
    """
    names = _names(recordings_dir, lambda entry: not entry.name.startswith(".") and entry.is_dir())
    return sorted(name for name in names if _has_notes(recordings_dir / name))


def part_files(directory: Path) -> list[Recording]:
    """The part files in a camera's directory, with the moments from which they were asked for. Blocking."""
    return _ours(directory, _PART_SUFFIX)


def scrap_files(directory: Path) -> list[Path]:
    """Unfinished landings and probes in a camera's directory, useless once their worker is gone. Blocking."""
    return [
        path for suffix in (_LANDING_SUFFIX, _PROBE_SUFFIX, _OLD_PROBE_SUFFIX) for _, path in _ours(directory, suffix)
    ]


def place(landing: Path, target: Path) -> None:
    """Give a finished file its name, at once and whole. Blocking.

    Raises FileExistsError where the name is taken, and OSError.
    """
    try:
        os.link(landing, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _place_without_links(landing, target)


def _place_without_links(landing: Path, target: Path) -> None:
    """Do the same on exFAT or SMB: reserve the name with an empty file of ours, then rename over it."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        landing.replace(target)
    except OSError:
        target.unlink()
        raise


def recording_names(directory: Path) -> list[str]:
    """The names of a directory's regular files that may be recordings, by start. Blocking. Raises StorageError."""
    # A link to an old recording is no footage of this time, and a pipe would be waited for.
    return sorted(name for name in _files(directory, _SUFFIX) if len(name) == _NAME_LENGTH)


def recordings_named(directory: Path, names: Iterable[str]) -> Iterator[Recording]:
    """The recordings with these names and their starts; names of another form are skipped."""
    for name in names:
        with contextlib.suppress(ValueError):
            yield recording_start(name), directory / name


def recordings(directory: Path, before: datetime) -> list[Recording]:
    """The recordings in a camera's directory that start before a time, in order. Blocking. Raises SiteError."""
    names = recording_names(directory)
    return [found for found in recordings_named(directory, names[: end_before(names, before)]) if found[0] < before]


def first_that_reaches(names: list[str], window: Window) -> int:
    """The index in sorted names of the first one whose file may reach into a window."""
    if window.start.year <= _FIRST_SORTED_YEAR:
        return 0
    return bisect_left(names, format_file_stem(window.start - LONGEST_FILE))


def end_before(names: list[str], before: datetime) -> int:
    """The index in sorted names after the last one that may start before a time."""
    if before.year <= _FIRST_SORTED_YEAR:
        return len(names)
    return bisect_right(names, recording_name(before))


def _ours(directory: Path, suffix: str) -> list[Recording]:
    """The files of ours in a camera's directory whose names end in `suffix`, with the moments in their names.

    Only regular files: a link that somebody else put there leads to footage of another time, or to no footage.
    """
    files = []
    for name in _files(directory, suffix):
        with contextlib.suppress(ValueError):
            files.append((part_start(directory / name), directory / name))
    return files


def _has_notes(directory: Path) -> bool:
    try:
        return bool(_files(directory, _NOTE_SUFFIX))
    except StorageError:
        return False


def is_there(path: Path) -> bool:
    """Whether anything has this name, if only a link that leads nowhere. Blocking. Raises StorageError."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise storage_error(error, "look at", path) from error
    return True


def _files(directory: Path, suffix: str) -> list[str]:
    """The names of a directory's regular files that end in `suffix`, in no order. Blocking. Raises StorageError."""
    return _names(directory, lambda entry: entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False))


def _names(directory: Path, is_wanted: Callable[["os.DirEntry[str]"], bool]) -> list[str]:
    """The names of what is wanted of a directory, in no order; none where there is no such directory. Blocking.

    Raises StorageError.
    """
    try:
        with os.scandir(directory) as entries:
            return [entry.name for entry in entries if is_wanted(entry)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "read the directory", directory) from error
