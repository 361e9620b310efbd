"""The bounds of kept parts in age and size: what is over them goes, and that is said before.

A part whose end has not been said is not dropped yet, whatever its age and size: it is said first, and it goes the
next time. Parts of a camera that a fill runs on are left alone. Those of a camera that the site has no more are bound
as well; how long the site kept its footage is not known then.
"""

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import humanize

from anr_tui.domain.errors import SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.site import KeptPartLimits
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.sites.recordings.kept_parts import KeptPart, drop_part, kept_parts, note_warning
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.state import SchedulerState

_WARNED_AT_SHARE = 0.9
# As long as it takes at least until this is looked at again.
_NOTICE = timedelta(hours=1)
_LONGEST_H = 1_000_000
_PATIENCE_S = 10.0
_REMEDY = "`anr-tui parts` lists, exports and drops such footage."


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a kept part goes, and why. `is_due`: now; `at` None: as soon as more footage is kept than there may be."""

    part: KeptPart
    at: datetime | None
    why: str
    is_due: bool


async def bound_kept_parts(context: WorkerContext, state: SchedulerState) -> int:
    """Say which kept parts go soon, and delete those whose time has come; returns how many. AnrError, OSError."""
    cameras = {camera.id: camera for camera in (await context.site.cameras.all()).good}
    archive, now = context.site.archive, context.clock()
    parts = await _all_parts(archive, cameras)
    retention = {camera.id: timedelta(hours=min(camera.retention_hours, _LONGEST_H)) for camera in cameras.values()}
    dropped = 0
    for expiry in expiries(parts, retention, context.kept_part_limits, now):
        part, camera = expiry.part, cameras.get(expiry.part.camera_id)
        name = camera.name if camera is not None else part.camera_id
        if state.is_busy(part.camera_id):
            continue
        await context.journal.lease.check()
        if expiry.is_due:
            await asyncio.to_thread(drop_part, archive, part.path)
            words, kind = f"{name}: {describe(part)} was dropped: {expiry.why}.", EventKind.PART_DROPPED
            dropped += 1
        else:
            await asyncio.to_thread(note_warning, archive, part, now)
            when = f"will be dropped at {expiry.at:%Y-%m-%d %H:%M:%SZ}" if expiry.at else "is the next to be dropped"
            words, kind = f"{name}: {describe(part)} {when}: {expiry.why}. {_REMEDY}", EventKind.PART_EXPIRES
        await context.events.tell(kind, words, camera_id=part.camera_id, gap_id=part.facts.gap_id or None)
    return dropped


def expiries(
    parts: Sequence[KeptPart], retention: Mapping[str, timedelta], limits: KeptPartLimits, now: datetime
) -> list[Expiry]:
    """Which parts go now, and of which it is to be said that they will, the oldest first. Pure.

    `retention` is for how long the site keeps each camera's footage; of some that may not be known.
    """
    most_bytes = limits.gb * BYTES_PER_GB
    total_bytes = sum(part.size_bytes for part in parts)
    found: list[Expiry] = []
    oldest_first = sorted(parts, key=lambda each: (each.facts.kept_at, each.id))
    for part in oldest_first:
        at, why = _by_age(part, retention.get(part.camera_id, timedelta.max), limits.days)
        is_over = total_bytes > most_bytes
        if now >= at or is_over:
            total_bytes -= part.size_bytes
            why = why if now >= at else f"kept parts take more than {limits.gb:g} GB, and it is the oldest"
            is_due = part.warned_at is not None
            found.append(Expiry(part, now if is_due else now + _NOTICE, why, is_due))
        elif part.warned_at is not None:
            continue
        elif now >= part.facts.kept_at + (at - part.facts.kept_at) * _WARNED_AT_SHARE:
            found.append(Expiry(part, max(at, now + _NOTICE), why, is_due=False))
        elif part is oldest_first[0] and total_bytes >= most_bytes * _WARNED_AT_SHARE:
            why = f"kept parts take almost {limits.gb:g} GB, and it is the oldest"
            found.append(Expiry(part, None, why, is_due=False))
    return found


def describe(part: KeptPart) -> str:
    """A kept part in words."""
    size = humanize.naturalsize(part.size_bytes)
    asked = part.facts.asked
    return f"the kept part {part.id} ({asked.start:%Y-%m-%d %H:%M:%SZ}, {asked.seconds:.0f} s, {size})"


def _by_age(part: KeptPart, retention: timedelta, days: int) -> tuple[datetime, str]:
    kept = part.facts.kept_at + timedelta(days=days), f"it was kept for {days} days"
    with contextlib.suppress(OverflowError):  # a camera whose footage is kept for ever
        expired = part.facts.asked.end + retention
        if expired < kept[0]:
            return expired, f"the site keeps footage for {retention // timedelta(hours=1)} h"
    return kept


async def _all_parts(archive: RecordingArchive, camera_ids: Collection[str]) -> list[KeptPart]:
    """The kept parts of these cameras, and of those that the site has no more.

    A directory that cannot be read, or does not answer, is left out this time.
    """
    noted: list[str] = []
    with contextlib.suppress(SiteError, TimeoutError):
        noted = await asyncio.wait_for(asyncio.to_thread(archive.cameras_with_parts), _PATIENCE_S)
    found = await asyncio.gather(*(_parts(archive, camera_id) for camera_id in sorted({*camera_ids, *noted})))
    return [part for of_camera in found for part in of_camera]


async def _parts(archive: RecordingArchive, camera_id: str) -> list[KeptPart]:
    with contextlib.suppress(SiteError, TimeoutError):  # an id that is no directory's name has no parts
        return await asyncio.wait_for(asyncio.to_thread(kept_parts, archive, camera_id), _PATIENCE_S)
    return []
