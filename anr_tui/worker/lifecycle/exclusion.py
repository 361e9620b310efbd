"""One worker for each site, whatever its database and its journal are called.

The lease in the journal excludes the workers of one journal. A file link, a hard link or another ANR_JOURNAL lead to
another journal, so workers also lock the site database and the recordings themselves, in the name of their journal.
"""

import asyncio
import contextlib
import logging
import time
from pathlib import Path

from anr_tui.domain.errors import SiteTakenError
from anr_tui.domain.policy.site import SitePaths
from anr_tui.platform.files.site_lock import SiteLock
from anr_tui.sites.recordings.mark import MARK_NAME

# Longer than a worker needs to notice that its journal was replaced, and to end.
_PATIENCE_S = 15.0
_LOOK_S = 0.5
_ONE_NAME = (
    "It works with another journal: name the site database and ANR_JOURNAL alike in both, or end the other worker."
)

_log = logging.getLogger(__name__)


def open_site_lock(paths: SitePaths) -> SiteLock:
    """The lock of a site, not taken yet. Open it before the databases, and close it after them. Blocking."""
    return SiteLock([paths.database, paths.recordings, paths.recordings / MARK_NAME])


async def exclude_others(lock: SiteLock, journal: Path, stop: asyncio.Event, *, waits: bool) -> None:
    """Take the lock of the site in the name of our journal, or return without it where `stop` was set.

    While a worker with another journal has it, it stands by with `waits`, and else raises SiteTakenError soon.
    """
    status = await asyncio.to_thread(journal.stat)
    name, began, is_said = f"{status.st_dev}:{status.st_ino}", time.monotonic(), False
    while (taken := await asyncio.to_thread(lock.take, name)) is not None and not stop.is_set():
        if not waits and time.monotonic() - began > _PATIENCE_S:
            raise SiteTakenError(f"A worker for this site runs already: it has {taken} locked.", _ONE_NAME)
        if not is_said:
            _log.info("standing by: another worker has %s locked", taken)
            is_said = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await stop.wait()
