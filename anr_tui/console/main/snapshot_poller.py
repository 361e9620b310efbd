"""The poller of the site, which keeps the newest snapshot and the last error."""

import gc
import logging
from typing import TYPE_CHECKING

from anr_tui.console.interfaces import Clock, View
from anr_tui.domain.errors import AnrError

if TYPE_CHECKING:
    from datetime import datetime

    from anr_tui.view.snapshot.snapshot import Snapshot

log = logging.getLogger(__name__)

MANY_GAPS = 20_000
"""With more gaps than this, each full garbage collection would block the screen noticeably."""


class SnapshotPoller:
    """The newest snapshot of the site, the time at which it was read, and the reason why it cannot be read now."""

    def __init__(self, view: View, clock: Clock) -> None:
        self._view = view
        self._clock = clock
        self.snapshot: Snapshot | None = None
        self.seen_at: datetime | None = None
        self.trouble = ""

    async def read_once(self) -> bool:
        """Read the site; True where there is a newer snapshot. Never raises: `trouble` then has the error."""
        try:
            snapshot = await self._view.read()
        except AnrError as error:
            self.trouble = str(error)
            return False
        except Exception:
            log.exception("reading the site failed")
            self.trouble = "Reading the site failed; console.log beside the fills' logs has the details."
            return False
        self.seen_at, self.trouble = self._clock(), ""
        if snapshot is None:
            return False
        if self.snapshot is None and len(snapshot.gaps) > MANY_GAPS:
            # Frozen once only: later objects must still be collected, and these rows form no cycles.
            gc.freeze()
        self.snapshot = snapshot
        return True
