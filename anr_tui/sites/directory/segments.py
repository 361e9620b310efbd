"""The recordings of each camera in a directory, listed as a recorder with a database would list them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window, merged
from anr_tui.sites.interface import StorageUse
from anr_tui.sites.recordings.coverage import Coverage
from anr_tui.sites.recordings.layout import camera_directory

_SEAM_S = 3.0


class DirectorySegments:
    """Lists the recordings below `root` from the files themselves. `clock` gives our time in UTC."""

    def __init__(self, root: Path, clock: Callable[[], datetime] = now_utc) -> None:
        self._root = root
        self._clock = clock
        self._coverage = Coverage()
        self._looking = asyncio.Lock()

    async def usage(self, camera_id: str) -> StorageUse | None:
        """None: no recorder counts the storage of a directory."""
        return None

    async def newest_listed(self, most: int) -> list[tuple[str, datetime]]:
        """None: no recorder lists them."""
        return []

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """The windows that recordings hold from `since` on, in order; seams up to 3 s are closed.

        None where not known now.
        """
        now = self._clock()
        if since >= now:
            return []
        async with self._looking:
            try:
                directory = camera_directory(self._root, camera_id)
                held = await asyncio.to_thread(self._coverage.held, directory, Window(since, now))
            except SiteError:
                return None
        return merged(held, _SEAM_S)
