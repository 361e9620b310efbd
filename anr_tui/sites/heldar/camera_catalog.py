"""The site database's part about cameras, read."""

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.sites.heldar.camera_rows import camera
from anr_tui.sites.heldar.database_file import SiteDatabaseFile
from anr_tui.sites.rows import Rows, read_each


class CameraCatalog:
    """Reads rows of `cameras`, and the zone of `sites`."""

    def __init__(self, file: SiteDatabaseFile) -> None:
        self._file = file

    async def all(self) -> Rows[Camera]:
        """All cameras, by name. SiteError."""
        return read_each(await self._file.rows("cameras"), camera)

    async def camera(self, camera_id: str) -> Camera | None:
        """One camera; None where there is none of that id, or its row cannot be read. SiteError."""
        return next((each for each in (await self.all()).good if each.id == camera_id), None)

    async def time_zone(self) -> str:
        """The name of the zone in which the site's people live, "" where that is not known or not one."""
        try:
            rows = await self._file.rows("time_zones")
        except SiteError:
            return ""  # no reason not to show the rest
        return str(rows[0]["timezone"]) if len(rows) == 1 else ""
