"""The recovery from a dead worker: ends its ffmpegs, closes its fills, removes part files that nobody will use."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from anr_tui.domain.errors import AnrError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import total_s
from anr_tui.fill.part_files import remove_expired_parts, remove_left_over_parts, remove_scraps
from anr_tui.journal.journal import FillProgress
from anr_tui.platform.logging_setup import log_fields
from anr_tui.worker.context import WorkerContext

_MARK = "ANR_TUI_WORKER"
_GRACE_S = 2.0
_KEPT = "The worker died during this fill; what arrived is kept, and the next fill uses it."
_GAP_GONE = "Its gap is gone, so that no fill asks where it belongs."

_log = logging.getLogger(__name__)


def child_mark(journal: Path, lease: int) -> Mapping[str, str]:
    """The environment variable of a worker's children, which names the site's journal and the worker's lease.

    The journal is named by device and inode, because the same path in another container, whose processes we may see, is
    another site. Raises OSError.
    """
    status = journal.stat()
    return {_MARK: f"{status.st_dev}:{status.st_ino}#{lease}"}


async def clear_up(context: WorkerContext) -> None:
    """End a dead worker's ffmpegs, and close its fills as interrupted.

    The next fill of a gap lands the part files, since it can ask the camera where their footage belongs. Where the gap
    is gone, no such fill will come: what is not on disk otherwise is kept. What is older than the site keeps goes.
    """
    await _end_children(context)
    for fill in await context.journal.fills.running():
        files = [file for file in await context.journal.fills.landed(fill.gap_id) if file.fill_id == fill.id]
        progress = FillProgress(
            phase=Phase.ENDED,
            wanted_s=fill.wanted_s,
            got_s=total_s(file.window for file in files),
            size_bytes=sum(file.size_bytes for file in files),
            speed=fill.speed,
            pieces=fill.pieces,
            pieces_landed=len(files),
        )
        await context.journal.fills.end(fill.id, progress, Outcome.INTERRUPTED, reason=_KEPT, now=context.clock())
        try:
            await asyncio.to_thread(remove_scraps, context.site.archive, fill.camera_id)
            if await context.site.gaps.gap(fill.gap_id) is None:
                await asyncio.to_thread(_keep_parts, context, fill)
        except (AnrError, OSError) as error:
            about = log_fields(camera=fill.camera_id, gap=fill.gap_id, fill=fill.id)
            _log.warning("left-over files of fill %d were not removed: %s", fill.id, error, extra=about)
    try:
        await _remove_expired_parts(context)
    except (AnrError, OSError) as error:
        _log.warning("expired part files were not removed: %s", error)


async def _remove_expired_parts(context: WorkerContext) -> None:
    retention = {
        camera.id: timedelta(hours=camera.retention_hours) for camera in (await context.site.cameras.all()).good
    }
    for fill in (await context.journal.fills.last_of_each_gap()).values():
        if fill.camera_id in retention and fill.window.end < context.clock() - retention[fill.camera_id]:
            gone = await asyncio.to_thread(remove_expired_parts, context.site.archive, fill.camera_id, fill.window)
            if gone:
                words = f"{fill.camera_id}: {len(gone)} part files were dropped: the site keeps that time no more."
                await context.events.tell(EventKind.PART_DROPPED, words, camera_id=fill.camera_id)


def _keep_parts(context: WorkerContext, fill: Fill) -> None:
    """Keep what no later fill will ask for; what is on disk otherwise goes. Blocking."""
    archive, now = context.site.archive, context.clock()
    remove_left_over_parts(archive, fill.camera_id, fill.window, now=now, gap_id=fill.gap_id, reason=_GAP_GONE)


async def _end_children(context: WorkerContext) -> None:
    """End marked children of dead workers, which the kernel did not end because there is no setpriv."""
    own = child_mark(context.paths.journal, context.journal.lease_id)[_MARK]
    left_behind = [pid for pid, mark in _marked_processes() if _journal_of(mark) == _journal_of(own) and mark != own]
    for pid in left_behind:
        _log.warning("ending process %d, which a dead worker left", pid)
        _signal(pid, signal.SIGTERM)
    if left_behind:
        await asyncio.sleep(_GRACE_S)
    for pid in left_behind:
        _signal(pid, signal.SIGKILL)


def _marked_processes() -> list[tuple[int, str]]:
    marked: list[tuple[int, str]] = []
    for directory in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # a process of another user, or one that has ended
            for variable in (directory / "environ").read_bytes().split(b"\0"):
                name, _, value = variable.decode("utf-8", "replace").partition("=")
                if name == _MARK:
                    marked.append((int(directory.name), value))
    return marked


def _journal_of(mark: str) -> str:
    return mark.rpartition("#")[0]


def _signal(pid: int, number: signal.Signals) -> None:
    # The mark is read again, because another process may have the pid by now.
    if pid in dict(_marked_processes()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(os.getpgid(pid), number)
