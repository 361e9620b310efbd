"""What a directory holds of each camera, as a recorder with a database of its own would list it."""

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
    """Lists the recordings below `root` by looking at them."""

    def __init__(self, root: Path, clock: Callable[[], datetime] = now_utc) -> None:
        self._root = root
        self._clock = clock
        self._coverage = Coverage()
        self._looking = asyncio.Lock()

    async def usage(self, camera_id: str) -> StorageUse | None:
        """None: nobody counts."""
        return None

    async def recorded(self, camera_id: str, since: datetime) -> list[Window] | None:
        """What the camera's recordings hold since then, ordered; seams up to 3 s are closed. None: not known now."""
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
