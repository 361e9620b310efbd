"""What the worker did or saw, told to the journal: in order, masked, and later where the journal cannot take it now."""

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
from anr_tui.platform.masking import mask
from anr_tui.platform.user import who_am_i

_MOST_UNTOLD = 1000

_log = logging.getLogger(__name__)


class Topic(StrEnum):
    """What an alarm can be about."""

    DISK = "disk"
    SWEEP = "sweep"


class Events:
    """The worker's voice in the journal. A journal that takes no event stops no work."""

    def __init__(self, journal: EventTable, clock: Callable[[], datetime]) -> None:
        self._journal = journal
        self._clock = clock
        self._who = who_am_i()
        self._alarms: set[Topic] = set()
        self._untold: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_MOST_UNTOLD)
        self._telling = asyncio.Lock()

    @property
    def alarms(self) -> frozenset[Topic]:
        """What alarms stand."""
        return frozenset(self._alarms)

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
        """Note an event of this moment; `who` is the person who asked for it, else it was the worker."""
        about = {"camera_id": camera_id, "gap_id": gap_id}
        add = partial(self._journal.add, kind, mask(words), who=who or self._who, now=self._clock())
        self._untold.append(partial(add, fill_id=fill_id, **about))
        await self.catch_up()

    async def alarm(self, topic: Topic, words: str) -> None:
        """Note an alarm, unless it stands already."""
        if topic not in self._alarms:
            self._alarms.add(topic)
            await self.tell(EventKind.ALARM, words)

    async def alarm_over(self, topic: Topic, words: str) -> None:
        """Note the end of an alarm, if it stands."""
        if topic in self._alarms:
            self._alarms.discard(topic)
            await self.tell(EventKind.ALARM_OVER, words)

    async def catch_up(self) -> None:
        """Tell what the journal could not take before, oldest first."""
        async with self._telling:
            while self._untold:
                first = self._untold[0]
                try:
                    await first()
                except JournalError as error:
                    _log.warning("%d events wait for the journal: %s", len(self._untold), error)
                    return
                # So many may have come meanwhile that it was crowded out.
                if self._untold[0] is first:
                    self._untold.popleft()
