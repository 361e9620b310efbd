"""A site that is a directory: no recorder's database is read, and the gaps are found between the files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import now_utc
from anr_tui.sites.directory.cameras_file import CamerasFile
from anr_tui.sites.directory.gap_ledger import GapLedger
from anr_tui.sites.directory.segments import DirectorySegments
from anr_tui.sites.recordings.archive import FileArchive


class DirectorySite:
    """An open directory site. Every failure is a SiteError that says what to do. See `anr_tui.sites.interface.Site`."""

    def __init__(self, root: Path, cameras: CamerasFile, gaps: GapLedger, segments: DirectorySegments) -> None:
        self.id = f"directory:{root.absolute()}"
        self.name = root.absolute().name
        self.path = root
        self.cameras = cameras
        self.camera_table = cameras
        self.gaps = gaps
        self.archive = FileArchive(root, segments)

    @classmethod
    async def open(
        cls, root: Path, gaps_path: Path, *, is_read_only: bool = False, clock: Callable[[], datetime] = now_utc
    ) -> Self:
        """Open the directory `root`; `gaps_path` is our file with the gaps that were found in it.

        `clock` gives our time in UTC. Raises SiteError.
        """
        try:
            is_there = root.is_dir()
        except OSError as error:
            raise SiteError(f"The directory {root} cannot be reached: {error.strerror}.") from None
        if not is_there:
            raise SiteError(
                f"There is no directory {root.absolute()} with recordings.",
                "Set HELDAR_RECORDINGS_DIR or --recordings.",
            )
        cameras = CamerasFile(root)
        gaps = await GapLedger.open(root, cameras, gaps_path, is_read_only=is_read_only, clock=clock)
        return cls(root, cameras, gaps, DirectorySegments(root, clock))

    async def data_version(self) -> int:
        """A number that changes, up to 10 s later, when gaps, recordings or cameras change. Raises SiteError."""
        return await self.gaps.data_version()

    async def close(self) -> None:
        """Close the file with the gaps."""
        await self.gaps.close()
