"""The monitor of free space on the disk with the recordings, read about once a second while the worker runs."""

import asyncio
import time

from anr_tui.domain.policy.site import StorageLimits
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.free_space import BYTES_PER_GB

LOOK_S = 1.0
# A disk that refused a write may report free space nevertheless.
_REST_S = 60.0
_ROOM_AGAIN = 1.05
_LOW = "The disk with the recordings is full: nothing is fetched. Make room."


class DiskWatch:
    """Knows whether there is room for fills to start; `words` says why not."""

    def __init__(self, archive: RecordingArchive, limits: StorageLimits) -> None:
        self.words = _LOW
        self._archive = archive
        self._floor_bytes = limits.min_free_gb * BYTES_PER_GB
        self._is_low = False
        self._rests_until = 0.0

    @property
    def rest_s(self) -> float:
        """How long nothing will be fetched, in seconds; 0 where there is room."""
        return max(self._rests_until - time.monotonic(), LOOK_S if self._is_low else 0.0)

    def refused(self, words: str) -> None:
        """Note that a fill found no room or could not write, with the reason in words."""
        self.words = words
        self._rests_until = time.monotonic() + _REST_S

    async def look(self) -> bool | None:
        """Look at the disk: True where it has just run full, False where there is room again, None for no change."""
        free = await asyncio.to_thread(self._archive.free_bytes)
        if free is None:
            return None
        # A higher limit for the end, because a disk near the minimum would stop and start fills every second.
        is_low = free < self._floor_bytes * (_ROOM_AGAIN if self._is_low else 1)
        if is_low is self._is_low:
            return None
        self._is_low = is_low
        if self._is_low:
            self.words = _LOW
        else:
            self._rests_until = 0.0
        return self._is_low
