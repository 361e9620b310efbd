"""Starts a worker of our own while the site has none, and knows whether the one there may be ours."""

import logging
from datetime import datetime, timedelta

from anr_tui.console.asked import Said
from anr_tui.console.ink import Role
from anr_tui.console.ports import StartWorker
from anr_tui.errors import AnrError
from anr_tui.view.snapshot import WorkerRow

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(seconds=30)
"""A worker needs a moment to take the lease; one that does not come up is not started in a tight loop."""


class OwnWorker:
    """At most one child worker; without `start` (a service works here) nothing is ever started."""

    def __init__(self, start: StartWorker | None) -> None:
        self._start = start
        self._started_at: datetime | None = None
        self.is_ours = False

    async def ensure(self, worker: WorkerRow, now: datetime) -> Said | None:
        """Start one where none runs; what is said then, if anything."""
        if self._start is None or worker.state.is_alive:
            return None
        if self._started_at is not None and now - self._started_at < AGAIN_AFTER:
            return None
        self._started_at = now
        try:
            await self._start()
        except AnrError as error:
            return Said(str(error), Role.BAD)
        except Exception:
            log.exception("starting a worker failed")
            return Said("No worker could be started; console.log beside the fills' logs has the details.", Role.BAD)
        self.is_ours = True
        return Said("no worker ran here: started one", Role.OK)
