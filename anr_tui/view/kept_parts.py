"""Footage that arrived and found no place: listed, exported and dropped by a person."""

import asyncio
import contextlib
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import humanize

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.domain.window import Window
from anr_tui.platform.files.regular_file import create_file, open_regular
from anr_tui.platform.user import who_am_i
from anr_tui.sites.recordings.kept_parts import KeptPart, drop_part, kept_parts, no_such_part
from anr_tui.sites.recordings.layout import FILE_MODE
from anr_tui.view.databases import Databases
from anr_tui.view.tables.text_tables import Fields, stamp_or_none

PART_HEADS = ["part", "camera", "asked for (UTC)", "length", "holds", "size", "kept since (UTC)", "why"]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A kept part, and the name of its camera; `is_orphan`: the site has no camera of that id that can be read."""

    part: KeptPart
    camera_name: str
    is_orphan: bool = False


@dataclass(frozen=True, slots=True)
class PartPlacement:
    """A kept part at a moment that a person gave, before anything is done.

    `window` is from its first picture to the end of its last one. `landing_s` seconds of it would land, in `gaps`, most
    of them in the first; `held_s` seconds would not, since recordings stand there. `is_shown`: recordings beside it
    show its pictures there.
    """

    row: PartRow
    window: Window
    landing_s: float
    held_s: float
    gaps: tuple[RecordingGap, ...]
    is_shown: bool


class KeptPartList:
    """The kept parts of a site."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def all(self) -> list[PartRow]:
        """The kept parts of all cameras, by camera, then by time; those without a camera last. Raises SiteError."""
        cameras = {camera.id: camera for camera in (await self._databases.site.cameras.all()).good}
        with_parts = await asyncio.to_thread(self._databases.site.archive.cameras_with_parts)
        places = {camera_id: place for place, camera_id in enumerate(cameras)}
        with_parts.sort(key=lambda each: places.get(each, len(places)))
        return [row for each in with_parts for row in await asyncio.to_thread(self._of, each, cameras.get(each))]

    async def part(self, part_id: str) -> PartRow:
        """One kept part. Raises SiteError where there is none of that id."""
        for row in await self.all():
            if row.part.id == part_id:
                return row
        raise no_such_part(part_id)

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

    async def placement(self, part_id: str, at: datetime) -> PartPlacement:
        """What would become of a part whose first picture is of the moment `at`; nothing is done yet.

        Raises AnrError, in a sentence, where it cannot land there.
        """
        from anr_tui.fill.placement.by_hand import place_by_hand

        row = await self.part(part_id)
        if row.is_orphan:
            raise SiteError(
                f"The site has no camera {row.part.camera_id!r} any more, so that nothing lands for it.",
                "`anr-tui parts export` copies the part to a file.",
            )
        await self._databases.follow_journal()
        files = await self._databases.journal.fills.landed()
        doubtful = {
            file.name for file in files if file.camera_id == row.part.camera_id and file.proof is not TimeProof.PROVEN
        }
        archive = self._databases.site.archive
        place = await asyncio.to_thread(place_by_hand, archive, row.part, at, now=now_utc(), doubtful=doubtful)
        gaps = (await self._databases.site.gaps.all(row.part.camera_id)).good
        shares = {gap.id: place.shared_s(gap.window) for gap in gaps}
        hit = tuple(sorted((gap for gap in gaps if shares[gap.id]), key=lambda gap: -shares[gap.id]))
        return PartPlacement(row, place.window, place.landing_s, place.held_s, hit, is_shown=place.is_shown)

    async def ask_to_place(self, placed: PartPlacement) -> int:
        """Ask the worker to land a part at the moment that a person gave; returns the request's id. AnrError."""
        part = placed.row.part
        self._databases.check_may_write()
        await self._databases.follow_journal()
        request_id = await self._databases.journal.requests.ask(
            RequestKind.PLACE,
            asked_by=who_am_i(),
            now=now_utc(),
            camera_id=part.camera_id,
            gap_id=placed.gaps[0].id if placed.gaps else part.facts.gap_id or None,
            part_id=part.id,
            moment=placed.window.start,
        )
        self._databases.note_write()
        return request_id

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

    def _of(self, camera_id: str, camera: Camera | None) -> list[PartRow]:
        """Blocking."""
        try:
            parts = kept_parts(self._databases.site.archive, camera_id)
        except SiteError:
            return []  # an id that is no directory's name has no parts
        return [PartRow(part, camera.name if camera else camera_id, is_orphan=camera is None) for part in parts]


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
        "placed_at": stamp_or_none(facts.placed_at),
        "warned_at": stamp_or_none(part.warned_at),
        "file": str(part.path),
    }


def part_cells(row: PartRow) -> list[str]:
    """A kept part for people."""
    part, facts = row.part, row.part.facts
    return [
        part.id,
        f"{row.camera_name} (no such camera)" if row.is_orphan else row.camera_name,
        f"{facts.asked.start:%Y-%m-%d %H:%M:%S}",
        f"{facts.asked.seconds:.0f} s",
        f"{facts.media_s:.0f} s",
        humanize.naturalsize(part.size_bytes),
        f"{facts.kept_at:%Y-%m-%d %H:%M}",
        " ".join([facts.reason, *facts.known]),
    ]


def placement_words(placed: PartPlacement) -> str:
    """What would become of a part at the moment that a person gave, in sentences."""
    part, window = placed.row.part, placed.window
    words = [
        f"The part {part.id} of {placed.row.camera_name} would stand from {_stamp(window.start)} to "
        f"{_stamp(window.end)} ({part.facts.media_s:.0f} s of video)."
    ]
    words += ["Recordings beside it show its pictures at just that time."] if placed.is_shown else []
    if placed.held_s:
        words += [f"{placed.landing_s:.0f} s of it would land; where the rest belongs, recordings stand already."]
    else:
        words += ["All of it would land."]
    named = " and ".join(f"the gap {gap.id}" for gap in placed.gaps)
    words += [f"That is in {named}." if placed.gaps else "No gap is noted there."]
    return " ".join(words)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"


def _asked(part: KeptPart) -> str:
    return f"{part.facts.asked.start:%Y-%m-%d %H:%M:%SZ}, {part.facts.asked.seconds:.0f} s"


def _copy(source: Path, target: Path) -> None:
    """Blocking; FileExistsError, OSError. A copy that fails leaves no file."""
    descriptor = create_file(target, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as copy, open(source, "rb", opener=open_regular) as part:
            shutil.copyfileobj(part, copy)
    except OSError:
        target.unlink(missing_ok=True)
        raise
