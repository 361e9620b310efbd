"""Footage that arrived and found no place: listed, exported and dropped by a person."""

import asyncio
import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import humanize

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.platform.user import who_am_i
from anr_tui.sites.recordings.kept_parts import KeptPart, drop_part, kept_parts
from anr_tui.sites.recordings.layout import FILE_MODE
from anr_tui.view.databases import Databases
from anr_tui.view.tables.text_tables import Fields, stamp_or_none

PART_HEADS = ["part", "camera", "asked for (UTC)", "length", "holds", "size", "kept since (UTC)", "why"]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A kept part, and the name of its camera."""

    part: KeptPart
    camera_name: str


class KeptPartList:
    """The kept parts of a site."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def all(self) -> list[PartRow]:
        """The kept parts of all cameras, by camera, then by time. Raises SiteError."""
        cameras = (await self._databases.site.cameras.all()).good
        return [row for camera in cameras for row in await asyncio.to_thread(self._of, camera)]

    async def part(self, part_id: str) -> PartRow:
        """One kept part. Raises SiteError where there is none of that id."""
        for row in await self.all():
            if row.part.id == part_id:
                return row
        raise SiteError(f"There is no kept part {part_id!r}.", "`anr-tui parts` lists them.")

    async def export(self, part_id: str, target: Path) -> PartRow:
        """Copy a part into a new file; it is an MP4 that players take. Raises AnrError; nothing is replaced."""
        row = await self.part(part_id)
        try:
            await asyncio.to_thread(_copy, row.part.path, target)
        except FileExistsError:
            raise AnrError(f"{target} is there already, and is not replaced.") from None
        except OSError as error:
            raise AnrError(f"The part cannot be copied to {target}: {error.strerror}.") from None
        return row

    async def drop(self, part_id: str) -> PartRow:
        """Delete a part and note that in an event. Raises AnrError where it could not be deleted."""
        self._databases.check_may_write()
        row = await self.part(part_id)
        await self._databases.follow_journal()
        try:
            await asyncio.to_thread(drop_part, self._databases.site.archive, row.part.path)
        except OSError as error:
            raise AnrError(f"The part cannot be deleted: {error.strerror}.", "Run as the worker's user.") from None
        part, who = row.part, who_am_i()
        words = f"{row.camera_name}: the kept part {part.id} ({_asked(part)}) was dropped by {who}."
        with contextlib.suppress(JournalError):  # it is gone all the same
            await self._databases.journal.events.add(
                EventKind.PART_DROPPED,
                words,
                who=who,
                now=now_utc(),
                camera_id=part.camera_id,
                gap_id=part.facts.gap_id or None,
            )
            self._databases.note_write()
        return row

    def _of(self, camera: Camera) -> list[PartRow]:
        """Blocking."""
        try:
            return [PartRow(part, camera.name) for part in kept_parts(self._databases.site.archive, camera.id)]
        except SiteError:
            return []  # an id that is no directory's name has no parts


def part_fields(row: PartRow) -> Fields:
    """A kept part for programs."""
    part, facts = row.part, row.part.facts
    return {
        "id": part.id,
        "camera_id": part.camera_id,
        "camera_name": row.camera_name,
        "gap_id": facts.gap_id,
        "gap_start": stamp_or_none(facts.gap.start if facts.gap else None),
        "gap_end": stamp_or_none(facts.gap.end if facts.gap else None),
        "asked_start": format_stamp(facts.asked.start),
        "asked_end": format_stamp(facts.asked.end),
        "kept_at": format_stamp(facts.kept_at),
        "media_s": facts.media_s,
        "size_bytes": part.size_bytes,
        "reason": facts.reason,
        "known": list(facts.known),
        "warned_at": stamp_or_none(part.warned_at),
        "file": str(part.path),
    }


def part_cells(row: PartRow) -> list[str]:
    """A kept part for people."""
    part, facts = row.part, row.part.facts
    return [
        part.id,
        row.camera_name,
        f"{facts.asked.start:%Y-%m-%d %H:%M:%S}",
        f"{facts.asked.seconds:.0f} s",
        f"{facts.media_s:.0f} s",
        humanize.naturalsize(part.size_bytes),
        f"{facts.kept_at:%Y-%m-%d %H:%M}",
        " ".join([facts.reason, *facts.known]),
    ]


def _asked(part: KeptPart) -> str:
    return f"{part.facts.asked.start:%Y-%m-%d %H:%M:%SZ}, {part.facts.asked.seconds:.0f} s"


def _copy(source: Path, target: Path) -> None:
    """Blocking; FileExistsError, OSError. A copy that fails leaves no file."""
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as copy, source.open("rb") as part:
            shutil.copyfileobj(part, copy)
    except OSError:
        target.unlink(missing_ok=True)
        raise
