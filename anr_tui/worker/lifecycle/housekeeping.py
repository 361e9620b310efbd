"""Housekeeping: deletes old journal rows and logs at the start and once an hour.

Evidence of a landed file is kept as long as the file exists, or retention would not have deleted it yet.
"""

import asyncio
import logging
import os
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.errors import AnrError, LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.journal.repair import find_damage
from anr_tui.journal.tables.pruning import PRUNED
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.interface import RecordingArchive
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.lifecycle.kept_parts import bound_kept_parts
from anr_tui.worker.state import SchedulerState

_EVERY_S = 3600.0
_OUR_LOG = re.compile(r"fill-(\d{1,12})\.log", re.ASCII)
_BYTES_PER_MB = 1_000_000
_NEW_JOURNAL = (
    "The journal is new, but there are logs of older fills: the old journal was removed. "
    "The records of those fills are lost; their footage is not."
)

_NEXT_WORKER = "The next worker renames it and uses a new one."

_log = logging.getLogger(__name__)


async def keep_house(context: WorkerContext, state: SchedulerState) -> None:
    """Keep the journal and the logs within their limits until cancelled.

    Raises LeaseLostError where the lease is lost, or the journal is damaged.
    """
    while True:
        damage = await asyncio.to_thread(find_damage, context.paths.journal)
        if damage:
            # Our own connection may not notice the damage while it reads from its cache what others cannot read.
            raise LeaseLostError(
                f"The journal was damaged while the worker ran ({' '.join(damage.split())}).", _NEXT_WORKER
            )
        try:
            await _tidy(context, state)
        except LeaseLostError:
            raise
        except (AnrError, OSError) as error:
            _log.warning("housekeeping waits for another hour: %s", error)
        await asyncio.sleep(_EVERY_S)


async def number_past_logs(context: WorkerContext) -> None:
    """Give new fills higher numbers than all logs, since the journal may be newer than the logs or have lost rows."""
    logs = await asyncio.to_thread(_fill_logs, context.paths.logs)
    newest = max((_number(log) for log in logs), default=0)
    if newest and await context.journal.pruning.number_fills_after(newest):
        _log.warning("%s", _NEW_JOURNAL)
        await context.events.tell(EventKind.JOURNAL_SET_ASIDE, _NEW_JOURNAL)


async def _tidy(context: WorkerContext, state: SchedulerState) -> None:
    journal = context.journal
    before = context.clock() - timedelta(days=context.keep_days)
    gone = {"landed_files": await _forget_files(context, before)}
    for table in PRUNED:
        gone[table] = await journal.pruning.delete_old(table, before)
    gone["kept_parts"] = await bound_kept_parts(context, state)
    gone["logs"] = await _remove_logs(context, state, before)
    await journal.pruning.checkpoint()
    if any(gone.values()):
        words = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in gone.items() if number)
        _log.info("tidied up what is older than %d days or too much: %s", context.keep_days, words)


async def _forget_files(context: WorkerContext, before: datetime) -> int:
    """Delete evidence of files that are gone, and that the camera's retention would have deleted anyway."""
    old = await context.journal.pruning.landed_before(before)
    archive = context.site.archive
    if not old or not archive.root.is_dir():  # else an unmounted disk would look as if all files were gone
        return 0
    cameras = (await context.site.cameras.all()).good
    expired_before = {each.id: context.clock() - timedelta(hours=each.retention_hours) for each in cameras}
    expired = [file for file in old if file.window.end < expired_before.get(file.camera_id, before)]
    gone = await asyncio.to_thread(_without_file, archive, expired)
    return await context.journal.pruning.delete_landed(gone, now=context.clock())


def _without_file(archive: RecordingArchive, files: Sequence[LandedRecord]) -> list[LandedRecord]:
    gone: list[LandedRecord] = []
    for file in files:
        try:
            path = archive.directory(file.camera_id) / Path(file.name).name
            path.lstat()
        except FileNotFoundError:
            gone.append(file)
        except (AnrError, OSError):
            continue  # a file that cannot be examined may still exist
    return gone


async def _remove_logs(context: WorkerContext, state: SchedulerState, before: datetime) -> int:
    running = {f"fill-{job.fill_id}.log" for job in state.running.values()}
    most_bytes = context.keep_logs_mb * _BYTES_PER_MB
    return await asyncio.to_thread(remove_logs, context.paths.logs, running, before, most_bytes)


def remove_logs(logs_dir: Path, running: Collection[str], before: datetime, most_bytes: int) -> int:
    """Remove the logs of fills that ended before a time, then the oldest until the rest takes at most `most_bytes`.

    Only regular files with our naming are removed, and none of `running`. Returns how many were removed. Blocking.
    """
    removed = total = 0
    logs = [(log, log.stat(follow_symlinks=False)) for log in _fill_logs(logs_dir)]
    for log, status in sorted(logs, key=lambda each: (each[1].st_mtime, _number(each[0])), reverse=True):
        total += status.st_size
        if log.name in running or (total <= most_bytes and status.st_mtime >= before.timestamp()):
            continue
        Path(log.path).unlink(missing_ok=True)
        removed += 1
    return removed


def _fill_logs(logs_dir: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(logs_dir) as entries:
            return [each for each in entries if _OUR_LOG.fullmatch(each.name) and each.is_file(follow_symlinks=False)]
    except OSError:
        return []  # no directory yet, or no permission to read it


def _number(log: "os.DirEntry[str]") -> int:
    return int(log.name[len("fill-") : -len(".log")])
