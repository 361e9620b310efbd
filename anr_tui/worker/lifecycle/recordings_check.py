"""Whether the recordings are there: a worker that starts looks for their mark, and for what is listed of them."""

import asyncio
from datetime import datetime

from anr_tui.domain.errors import AnrError
from anr_tui.domain.timestamps import floor_second
from anr_tui.worker.context import WorkerContext

# So many recordings of either list are looked for.
_MOST = 50


async def recognise_recordings(context: WorkerContext) -> None:
    """Let nothing land in a directory that does not hold the site's recordings, as where their disk is not mounted.

    Raises DiskFullError where it does not, and StorageError where that cannot be found out.
    """
    archive = context.site.archive
    listed: list[tuple[str, datetime]] = []
    if not await asyncio.to_thread(archive.is_marked):
        listed = await _listed(context)
    await asyncio.to_thread(archive.recognise, listed)


async def _listed(context: WorkerContext) -> list[tuple[str, datetime]]:
    """Cameras and first seconds of the newest recordings, by the site's list and by our journal."""
    try:
        by_us = [(file.camera_id, floor_second(file.window.start)) for file in await context.journal.fills.landed()]
        return [*await context.site.archive.newest_listed(_MOST), *by_us[-_MOST:]]
    except AnrError:
        return []
