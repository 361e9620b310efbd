"""Starting a worker while the site has none, unless a user ended it on purpose."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import StartWorker
from anr_tui.domain.errors import AnrError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import Snapshot

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(seconds=30)
"""The pause after a start: a worker needs a moment to take the lease, a restarted service to come back."""


class WorkerAutostart:
    """Starts workers; with `start` None (a service runs them) it never does."""

    def __init__(self, start: StartWorker | None) -> None:
        self._start = start
        self._again_at: datetime | None = None
        self._is_resting = False
        self._known_ends: set[int] | None = None

    def wake(self) -> None:
        """Allow a worker to be started again at once."""
        self._is_resting = False
        self._again_at = None

    async def ensure(self, snapshot: Snapshot, now: datetime) -> StatusMessage | None:
        """Start a worker where none runs; returns a message for the status line, or None."""
        if self._start is None:
            return None
        if self._was_ended(snapshot.requests):
            self._is_resting = True
            return StatusMessage("the worker was ended; no new one starts by itself: E starts one", Tone.WARN)
        worker = snapshot.worker
        if worker.state.is_alive and worker.lifetime is Lifetime.SERVICE:
            self._again_at = now + AGAIN_AFTER
        if worker.state.is_alive or self._is_resting or (self._again_at is not None and now < self._again_at):
            return None
        self._again_at = now + AGAIN_AFTER
        try:
            is_ours = await self._start()
        except AnrError as error:
            return StatusMessage(str(error), Tone.BAD)
        except Exception:
            log.exception("starting a worker failed")
            return StatusMessage(
                "No worker could be started; console.log beside the fills' logs has the details.", Tone.BAD
            )
        return StatusMessage("no worker ran here: started one", Tone.OK) if is_ours else None

    def _was_ended(self, requests: Iterable[Request]) -> bool:
        """Whether a user has ended the worker while this console was open."""
        ends = {each.id for each in requests if each.kind is RequestKind.END and each.state is RequestState.DONE}
        known, self._known_ends = self._known_ends, ends | (self._known_ends or set())
        return known is not None and not ends <= known
