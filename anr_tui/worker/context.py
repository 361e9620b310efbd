"""What every part of the worker is given."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from anr_tui.domain.errors import JournalError, SiteLockedError

if TYPE_CHECKING:
    from anr_tui.worker.scheduler import Worker

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
# A worker that ends waits for a locked database only so often.
_LAST_TRIES = 5

T = TypeVar("T")


async def persist(worker: "Worker", step: Callable[[], Awaitable[T]]) -> T:
    """Do a step until the databases let it; only a worker that ends gives up (JournalError, SiteLockedError)."""
    tries = 0
    while True:
        try:
            return await step()
        except (JournalError, SiteLockedError) as error:
            tries += 1
            if worker.is_ending and tries >= _LAST_TRIES:
                raise
            _log.warning("tried again: %s", error)
            await asyncio.sleep(_AGAIN_S)
