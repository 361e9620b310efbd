"""The cameras of a Heldar site, read from its database."""

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.sites.heldar.camera_rows import camera
from anr_tui.sites.heldar.database_file import SiteDatabaseFile
from anr_tui.sites.rows import Rows, read_each


class CameraCatalog:
    """Reads the rows of `cameras`, and the time zone from `sites`."""

    def __init__(self, file: SiteDatabaseFile) -> None:
        self._file = file

    async def all(self) -> Rows[Camera]:
        """All cameras, by name. Raises SiteError."""
        return read_each(await self._file.rows("cameras"), camera)

    async def camera(self, camera_id: str) -> Camera | None:
        """One camera; None where there is none of that id, or its row cannot be read. Raises SiteError."""
        return next((each for each in (await self.all()).good if each.id == camera_id), None)

    async def time_zone(self) -> str:
        """The name of the site's time zone, "" where the database does not give exactly one."""
        try:
            rows = await self._file.rows("time_zones")
        except SiteError:
            return ""  # everything else can still be shown
        return str(rows[0]["timezone"]) if len(rows) == 1 else ""
