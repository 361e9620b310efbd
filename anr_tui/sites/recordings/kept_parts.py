"""Kept parts: footage that arrived and found no place. It stays as a part file, with a note beside it (JSON).

A note holds what is known of the part: what was asked for, when, why it has no place. The next fill of the gap looks
at the part again; people list, export and drop it.
"""

import contextlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_stamp, parse_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.files.regular_file import NotRegularError, create_file, open_regular
from anr_tui.platform.files.storage_errors import doing, remove_file
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.layout import FILE_MODE, is_there, part_start

_UNREADABLE = "The note beside it cannot be read."
_LONGEST_NOTE = 1_000_000
_LEAST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is known of a part.

    `asked` is the window that the camera was asked for, `reason` a sentence on why the part has no place, `known` are
    further sentences. `gap_id` and `gap` are those of the fill, "" and None where there was none; `media_s` is how
    much video it holds, in seconds. `placed_at`: of what moment a person said that its first picture is, where only
    some of it could land there; what is left is for people, and no fill looks at it again.
    """

    asked: Window
    kept_at: datetime
    reason: str
    gap_id: str = ""
    gap: Window | None = None
    media_s: float = 0.0
    known: tuple[str, ...] = ()
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part that is kept. `id` stays the same when the file is renamed; `warned_at`: when its end was announced.

    With `is_note_lost` the note beside it cannot be read, and `facts` are only what its name says.
    """

    id: str
    camera_id: str
    path: Path
    size_bytes: int
    facts: PartFacts
    warned_at: datetime | None = None
    is_note_lost: bool = False


def keep_part(archive: RecordingArchive, camera_id: str, part: Path, facts: PartFacts) -> Path:
    """Note beside a part file what is known of it, so that it is kept; returns the file. Blocking; StorageError.

    `part` has a name of `archive.part_path`. One that is kept already stays as old as it is, under the same id.
    """
    known = _read_note(archive, camera_id, part)
    kept_at = min(known.facts.kept_at, facts.kept_at) if known is not None else facts.kept_at
    part_id = known.id if known is not None and known.id else secrets.token_hex(4)
    kept = KeptPart(part_id, camera_id, part, 0, replace(facts, kept_at=kept_at), known.warned_at if known else None)
    _write_note(archive, kept)
    return part


def kept_parts(archive: RecordingArchive, camera_id: str) -> list[KeptPart]:
    """The kept parts of a camera, by the start of what was asked for. Blocking; SiteError for a bad id."""
    found = (_read_note(archive, camera_id, part) for part in archive.noted_parts(camera_id))
    return sorted((part for part in found if part is not None), key=lambda part: (part.facts.asked, part.id))


def kept_part(archive: RecordingArchive, camera_id: str, part_id: str) -> KeptPart:
    """One kept part of a camera. Blocking. Raises SiteError where there is none of that id."""
    for part in kept_parts(archive, camera_id):
        if part.id == part_id:
            return part
    raise no_such_part(part_id)


def no_such_part(part_id: str) -> SiteError:
    """What an operator reads where there is no kept part of that id."""
    return SiteError(f"There is no kept part {part_id[:40]!r}.", "`anr-tui parts` lists them.")


def note_warning(archive: RecordingArchive, part: KeptPart, at: datetime) -> None:
    """Note that it was said when a part will be dropped. Blocking; StorageError."""
    _write_note(archive, replace(part, warned_at=at))


def rename_part(archive: RecordingArchive, part: Path, name: Path) -> Path | None:
    """Give a part file another name, and its note too; None where it has just gone. Blocking; StorageError."""
    with doing("rename", part):
        try:
            part.rename(name)
        except FileNotFoundError:
            return None
    note = archive.part_note(part)
    with doing("rename", note), contextlib.suppress(FileNotFoundError):
        note.rename(archive.part_note(name))
    return name


def drop_part(archive: RecordingArchive, part: Path) -> None:
    """Delete a part file and its note, if they are there. Blocking; StorageError."""
    remove_file(part)
    remove_file(archive.part_note(part))


def remove_lone_notes(archive: RecordingArchive, camera_id: str) -> None:
    """Delete the notes of part files that are gone: they have landed. Blocking; SiteError."""
    for part in archive.noted_parts(camera_id):
        if not is_there(part):
            remove_file(archive.part_note(part))


def _write_note(archive: RecordingArchive, part: KeptPart) -> None:
    """At once and whole: whoever looks finds the old note or the new one."""
    path = archive.part_note(part.path)
    with doing("write", path):
        _write_file(path, archive.landing_path(path), _note(part))


def _note(part: KeptPart) -> dict[str, Any]:
    facts = part.facts
    return {
        "id": part.id,
        "camera_id": part.camera_id,
        "gap_id": facts.gap_id,
        "gap": _stamps(facts.gap),
        "asked": _stamps(facts.asked),
        "kept_at": format_stamp(facts.kept_at),
        "media_s": round(facts.media_s, 3),
        "size_bytes": part.path.stat().st_size,
        "reason": facts.reason,
        "known": list(facts.known),
        "placed_at": format_stamp(facts.placed_at) if facts.placed_at else None,
        "warned_at": format_stamp(part.warned_at) if part.warned_at else None,
    }


def _write_file(path: Path, unfinished: Path, note: Mapping[str, Any]) -> None:
    try:
        with os.fdopen(create_file(unfinished, FILE_MODE), "w", encoding="utf-8") as file:
            json.dump(note, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _stamps(window: Window | None) -> list[str] | None:
    return [format_stamp(window.start), format_stamp(window.end)] if window else None


def _read_note(archive: RecordingArchive, camera_id: str, part: Path) -> KeptPart | None:
    """A part by its note; None where there is no such part, or no note of it."""
    try:
        status, text = _regular(part), _text_of(archive.part_note(part))
    except (OSError, UnicodeDecodeError):
        return _without_note(archive, camera_id, part)
    try:
        note = json.loads(text)
        facts = _facts(note)
        part_id, warned_at = str(note["id"]), note["warned_at"]
        warned = parse_stamp(warned_at) if warned_at else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return _without_note(archive, camera_id, part)
    return KeptPart(part_id, camera_id, part, status.st_size, facts, warned)


def _regular(part: Path) -> os.stat_result:
    status = part.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(part)
    return status


def _text_of(note: Path) -> str:
    with open(note, encoding="utf-8", opener=open_regular) as file:
        return file.read(_LONGEST_NOTE)


def _facts(note: Mapping[str, Any]) -> PartFacts:
    asked = _window(note["asked"])
    if asked is None:
        raise ValueError("no window")
    return PartFacts(
        asked=asked,
        kept_at=parse_stamp(note["kept_at"]),
        reason=str(note["reason"]),
        gap_id=str(note["gap_id"]),
        gap=_window(note["gap"]),
        media_s=float(note["media_s"]),
        known=tuple(map(str, note["known"])),
        # Older notes have no such line.
        placed_at=parse_stamp(note["placed_at"]) if note.get("placed_at") else None,
    )


def _window(stamps: Any) -> Window | None:
    return Window(parse_stamp(stamps[0]), parse_stamp(stamps[1])) if stamps else None


def _without_note(archive: RecordingArchive, camera_id: str, part: Path) -> KeptPart | None:
    """What can be said of a part whose note cannot be read; None where there is no part, or no note."""
    try:
        status, _ = _regular(part), archive.part_note(part).lstat()
        start = part_start(part)
    except (OSError, ValueError):
        return None
    kept_at = datetime.fromtimestamp(status.st_mtime, UTC)
    facts = PartFacts(Window(start, start + _LEAST), kept_at, _UNREADABLE)
    # The digits of its name: nothing else tells it from others.
    return KeptPart(part.name.split(".")[1][:8], camera_id, part, status.st_size, facts, is_note_lost=True)
