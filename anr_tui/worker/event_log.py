"""The worker's events for the journal: written in order, masked, and kept while the journal cannot take them."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from functools import partial

from anr_tui.domain.errors import JournalError
from anr_tui.domain.event import EventKind
from anr_tui.journal.tables.events import EventTable
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.user import who_am_i

_MOST_UNTOLD = 1000

_log = logging.getLogger(__name__)


class Topic(StrEnum):
    """The subjects that an alarm can have."""

    DISK = "disk"
    FILES = "files"
    SWEEP = "sweep"


class Events:
    """Writes the worker's events to the journal. A journal that accepts no event stops no work."""

    def __init__(self, journal: EventTable, clock: Callable[[], datetime]) -> None:
        self._journal = journal
        self._clock = clock
        self._who = who_am_i()
        self._alarms: set[tuple[Topic, str | None]] = set()
        self._untold: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_MOST_UNTOLD)
        self._telling = asyncio.Lock()

    @property
    def alarms(self) -> frozenset[Topic]:
        """The topics of the active alarms."""
        return frozenset(topic for topic, _ in self._alarms)

    async def tell(
        self,
        kind: EventKind,
        words: str,
        *,
        who: str = "",
        camera_id: str | None = None,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> None:
        """Write an event of this moment; `who` is the person who asked for it, by default the worker itself."""
        about = {"camera_id": camera_id, "gap_id": gap_id}
        add = partial(self._journal.add, kind, mask(words), who=who or self._who, now=self._clock())
        self._untold.append(partial(add, fill_id=fill_id, **about))
        await self.catch_up()

    async def alarm(self, topic: Topic, words: str, *, camera_id: str | None = None) -> None:
        """Write an alarm, unless one of this topic (about this camera) is active."""
        if (topic, camera_id) not in self._alarms:
            self._alarms.add((topic, camera_id))
            await self.tell(EventKind.ALARM, words, camera_id=camera_id)

    async def alarm_over(self, topic: Topic, words: str, *, camera_id: str | None = None) -> None:
        """Write the end of an alarm, if one of this topic (about this camera) is active."""
        if (topic, camera_id) in self._alarms:
            self._alarms.discard((topic, camera_id))
            await self.tell(EventKind.ALARM_OVER, words, camera_id=camera_id)

    async def catch_up(self) -> None:
        """Write the events that the journal could not take before, oldest first."""
        async with self._telling:
            while self._untold:
                first = self._untold[0]
                try:
                    await first()
                except JournalError as error:
                    _log.warning("%d events wait for the journal: %s", len(self._untold), error)
                    return
                # The bounded deque may have dropped it meanwhile, as further events came.
                if self._untold[0] is first:
                    self._untold.popleft()
