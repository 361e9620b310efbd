"""The recovery from a dead worker: ends its ffmpegs, closes its fills, removes part files that nobody will use."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from anr_tui.domain.errors import AnrError, JournalError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import total_s
from anr_tui.fill.part_files import remove_expired_parts, remove_left_over_parts, remove_scraps
from anr_tui.journal.journal import FillProgress
from anr_tui.platform.logging_setup import log_fields
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.state import SchedulerState

_MARK = "ANR_TUI_WORKER"
_GRACE_S = 2.0
# So long the first sweep waits for directories that answer slowly.
_WAIT_S = 5.0
_KEPT = "The worker died during this fill; what arrived is kept, and the next fill uses it."
_GAP_GONE = "Its gap is gone, so that no fill asks where it belongs."

_log = logging.getLogger(__name__)


def child_mark(journal: Path, lease: int) -> Mapping[str, str]:
    """The environment variable of a worker's children, which names the site's journal and the worker's lease.

    The journal is named by device and inode, because the same path in another container, whose processes we may see, is
    another site. Raises JournalError where it cannot be looked at.
    """
    try:
        status = journal.stat()
    except OSError as error:
        raise JournalError(f"The journal {journal} cannot be looked at: {error.strerror}.") from None
    return {_MARK: f"{status.st_dev}:{status.st_ino}#{lease}"}


async def clear_up(context: WorkerContext, state: SchedulerState, wake: Callable[[], None]) -> None:
    """End a dead worker's ffmpegs, close its fills as interrupted, and clear its files away.

    The next fill of a gap lands the part files, since it can ask the camera where their footage belongs. Where the gap
    is gone, no such fill will come: what is not on disk otherwise is kept. What is older than the site keeps goes.

    A camera whose directory takes longer is cleared further while others are filled already: until then it is in
    `state.being_cleared`, and no fill of it may start. `wake` is called when it is done.
    """
    await _end_children(context)
    cut_short = await context.journal.fills.running()
    await _close(context, cut_short)
    by_camera: dict[str, list[Fill]] = {fill.camera_id: [] for fill in cut_short}
    for fill in cut_short:
        by_camera[fill.camera_id].append(fill)
    expired = await _expired(context)
    for camera_id in by_camera.keys() | expired.keys():
        task = asyncio.create_task(_clear(context, by_camera.get(camera_id, []), expired.get(camera_id, [])))
        state.being_cleared[camera_id] = task
        task.add_done_callback(partial(_cleared, state, camera_id, wake))
    if state.being_cleared:
        await asyncio.wait(list(state.being_cleared.values()), timeout=_WAIT_S)


def _cleared(state: SchedulerState, camera_id: str, wake: Callable[[], None], _: "asyncio.Task[None]") -> None:
    state.being_cleared.pop(camera_id, None)
    wake()


async def _close(context: WorkerContext, cut_short: Sequence[Fill]) -> None:
    for fill in cut_short:
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


async def _clear(context: WorkerContext, cut_short: Sequence[Fill], expired: Sequence[Fill]) -> None:
    """Clear away the files of one camera's fills. Every error is only logged."""
    for fill in cut_short:
        try:
            await asyncio.to_thread(remove_scraps, context.site.archive, fill.camera_id)
            if await context.site.gaps.gap(fill.gap_id) is None:
                await asyncio.to_thread(_keep_parts, context, fill)
        except (AnrError, OSError) as error:
            about = log_fields(camera=fill.camera_id, gap=fill.gap_id, fill=fill.id)
            _log.warning("left-over files of fill %d were not removed: %s", fill.id, error, extra=about)
    for fill in expired:
        try:
            gone = await asyncio.to_thread(remove_expired_parts, context.site.archive, fill.camera_id, fill.window)
        except (AnrError, OSError) as error:
            _log.warning("expired part files were not removed: %s", error, extra=log_fields(camera=fill.camera_id))
            return
        if gone:
            words = f"{fill.camera_id}: {len(gone)} part files were dropped: the site keeps that time no more."
            await context.events.tell(EventKind.PART_DROPPED, words, camera_id=fill.camera_id)


async def _expired(context: WorkerContext) -> dict[str, list[Fill]]:
    """The last fills of gaps that the site keeps no more, by camera."""
    found: dict[str, list[Fill]] = {}
    try:
        cameras = (await context.site.cameras.all()).good
        fills = await context.journal.fills.last_of_each_gap()
    except AnrError as error:
        _log.warning("expired part files were not removed: %s", error)
        return found
    retention = {camera.id: timedelta(hours=camera.retention_hours) for camera in cameras}
    for fill in fills.values():
        if fill.camera_id in retention and fill.window.end < context.clock() - retention[fill.camera_id]:
            found.setdefault(fill.camera_id, []).append(fill)
    return found


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
