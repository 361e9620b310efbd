"""The archive to which a test's own directory of one camera belongs."""

from pathlib import Path

from anr_tui.sites.directory.segments import DirectorySegments
from anr_tui.sites.recordings.archive import FileArchive


def archive_of(directory: Path) -> FileArchive:
    """The archive in which `directory` is the one of the camera whose id is the directory's name."""
    return FileArchive(directory.parent, DirectorySegments(directory.parent))
