"""A Heldar site: its SQLite database, and the directory with its recordings.

We read cameras, gaps and segments, and change only `recording_gaps`; a retry is also noted in `audit_log`. A person may
add and change cameras.
"""

from pathlib import Path
from typing import Self

from anr_tui.sites.heldar.camera_catalog import CameraCatalog
from anr_tui.sites.heldar.camera_table import CameraTable
from anr_tui.sites.heldar.database_file import SiteDatabaseFile
from anr_tui.sites.heldar.gap_ledger import GapLedger
from anr_tui.sites.heldar.segment_table import SegmentTable
from anr_tui.sites.recordings.archive import FileArchive


class HeldarSite:
    """An open Heldar site. Every failure is a SiteError that says what to do. See `anr_tui.sites.interface.Site`."""

    def __init__(self, file: SiteDatabaseFile, recordings_dir: Path) -> None:
        self._file = file
        self.id = f"heldar:{file.path.absolute()}"
        self.name = file.path.stem
        self.cameras = CameraCatalog(file)
        self.camera_table = CameraTable(file)
        self.gaps = GapLedger(file)
        self.archive = FileArchive(recordings_dir, SegmentTable(file))

    @classmethod
    async def open(cls, database_url: str, recordings_dir: Path, *, is_read_only: bool = False) -> Self:
        """Open the database without creating it, and check the tables and columns that we need.

        It is opened for reading and writing, unless `is_read_only`. Raises SiteError.
        """
        return cls(await SiteDatabaseFile.open(database_url, is_read_only=is_read_only), recordings_dir)

    @property
    def path(self) -> Path:
        """The path of the database."""
        return self._file.path

    async def data_version(self) -> int:
        """A number that changes when another process changes or replaces the database, or we change a camera.

        Raises SiteError.
        """
        return await self._file.data_version()

    async def close(self) -> None:
        """Close the database."""
        await self._file.close()
