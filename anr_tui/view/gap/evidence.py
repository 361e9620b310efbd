"""The evidence: landed files, read again from disk and compared with what the journal recorded about them."""

import asyncio
import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import SiteError
from anr_tui.domain.evidence.evidence_chain import ChainHead, ChainReport
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.platform.files.regular_file import open_regular
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.open_site import open_site

_CHUNK_BYTES = 1 << 20


class FileState(StrEnum):
    """The result of reading a landed file again."""

    GOOD = "good"
    CHANGED = "changed"
    MISSING = "missing"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Finding:
    """A landed file as the journal recorded it, and as it is now.

    `found_size_bytes` and `found_sha256` are None where there was nothing to read; `reason` is a sentence for every
    state but `good`. `forged`: the record is not the one that was written when the file landed.
    """

    record: LandedRecord
    state: FileState
    found_size_bytes: int | None = None
    found_sha256: str | None = None
    reason: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether the file is missing, unreadable or different from what was landed."""
        return self.state not in (FileState.GOOD, FileState.EXPIRED)


@dataclass(frozen=True, slots=True)
class _Noted:
    """The archive of recordings, the landed files, and the retention of each camera in hours.

    `forged` says of records, by id, how the chain of evidence contradicts them.
    """

    archive: RecordingArchive
    records: list[LandedRecord]
    kept_h: dict[str, int]
    forged: dict[int, str]


async def verify(
    settings: Settings,
    gap_ids: Collection[str],
    report: Callable[[Finding], None],
    clock: Callable[[], datetime] = now_utc,
) -> list[Finding]:
    """Read landed files from disk again (those of these gaps, or all for none), in the order of landing.

    Each finding is passed to `report` as soon as it is known. Raises SiteError for an unknown gap, and where there is
    no recordings directory at all; JournalError where the journal cannot be read.
    """
    noted = await _read_databases(settings, gap_ids)
    chosen = [record for record in noted.records if not gap_ids or record.gap_id in gap_ids]
    root = noted.archive.root
    if chosen and not root.is_dir():
        # Otherwise every file on a disk that is not mounted would be reported as missing, or even as expired.
        raise SiteError(f"There is no directory {root}.", "Check --recordings, and that its disk is mounted.")
    last_of_name = {(record.camera_id, record.name): record for record in noted.records}
    findings: list[Finding] = []
    given_up = threading.Event()
    try:
        for record in chosen:
            finding = await asyncio.to_thread(_examine, noted.archive, record, given_up)
            later = last_of_name[record.camera_id, record.name]
            if later is not record:
                finding = _as_replaced(finding, later)
            if finding.state is FileState.MISSING:
                finding = _as_expired(finding, noted.kept_h.get(record.camera_id), clock())
            if record.id in noted.forged and finding.state not in (FileState.UNREADABLE, FileState.MISSING):
                finding = replace(finding, state=FileState.FORGED, reason=noted.forged[record.id])
            report(finding)
            findings.append(finding)
    finally:
        given_up.set()
    return findings


async def _read_databases(settings: Settings, gap_ids: Collection[str]) -> _Noted:
    """Read both databases, and close them before the long work begins."""
    async with contextlib.AsyncExitStack() as opened:
        site = await open_site(settings, is_read_only=True)
        opened.push_async_callback(site.close)
        journal = await Journal.open(settings.site_paths.journal, is_read_only=True)
        opened.push_async_callback(journal.close)
        records = await journal.fills.evidence()
        landed = {record.gap_id for record in records}
        for gap_id in gap_ids:
            # The site may have dropped a gap whose files are still there.
            if gap_id not in landed and await site.gaps.gap(gap_id) is None:
                raise SiteError(f"There is no gap {gap_id!r}.", "`anr-tui gaps` lists them.")
        cameras = (await site.cameras.all()).good
        chain = await journal.evidence_chain.check()
        forged = {each.landed_id: each.words for each in chain.problems if each.landed_id is not None}
        return _Noted(site.archive, records, {camera.id: camera.retention_hours for camera in cameras}, forged)


async def check_evidence_chain(settings: Settings, known: ChainHead | None = None) -> ChainReport:
    """Check the journal's chain of evidence, against a head that was copied before if there is one.

    Raises JournalError where the journal cannot be read.
    """
    journal = await Journal.open(settings.site_paths.journal, is_read_only=True)
    try:
        return await journal.evidence_chain.check(known)
    finally:
        await journal.close()


def _examine(archive: RecordingArchive, record: LandedRecord, given_up: threading.Event) -> Finding:
    """Compare one file with its record. Blocks while the disk is read; ends early once `given_up` is set."""
    try:
        size_bytes, sha256 = _digest(archive.landed_path(record.camera_id, record.name), given_up)
    except FileNotFoundError:
        return Finding(record, FileState.MISSING, reason="It is not there.")
    except SiteError as error:
        return Finding(record, FileState.UNREADABLE, reason=str(error))
    except OSError as error:
        return Finding(record, FileState.UNREADABLE, reason=f"It cannot be read: {error.strerror}.")
    reason = ""
    if sha256 != record.sha256:
        reason = f"Its SHA-256 is {sha256} and was {record.sha256}."
    if size_bytes != record.size_bytes:
        reason = f"It has {size_bytes} bytes and had {record.size_bytes}."
    return Finding(record, FileState.CHANGED if reason else FileState.GOOD, size_bytes, sha256, reason)


def _as_replaced(finding: Finding, later: LandedRecord) -> Finding:
    """A changed file as missing: landing replaces no file, so it was gone before `later` took its name."""
    if finding.state is not FileState.CHANGED:
        return finding
    reason = f"It was gone when fill {later.fill_id} landed another file of this name."
    return replace(finding, state=FileState.MISSING, reason=reason)


def _as_expired(finding: Finding, kept_h: int | None, now: datetime) -> Finding:
    """A missing file as expired, where the site keeps that camera's footage for `kept_h` hours only."""
    if kept_h is None or finding.record.window.end >= now - timedelta(hours=kept_h):
        return finding
    return replace(finding, state=FileState.EXPIRED, reason=f"Older than the {kept_h} h that the site keeps.")


def _digest(path: Path, given_up: threading.Event) -> tuple[int, str]:
    """The size in bytes and the SHA-256 of a file on disk, in bounded memory.

    Raises OSError where it cannot be read.
    """
    with open_landed(path) as file:
        _drop_from_memory(file)  # pages in the cache prove nothing about the disk
        size_bytes, digest = 0, hashlib.sha256()
        while not given_up.is_set() and (chunk := file.read(_CHUNK_BYTES)):
            size_bytes += len(chunk)
            digest.update(chunk)
        _drop_from_memory(file)  # gigabytes read once would displace the pages that the recorder works with
    return size_bytes, digest.hexdigest()


def open_landed(path: Path) -> BinaryIO:
    """Open a landed file for reading; anything but a regular file is refused. Raises OSError."""
    return open(path, "rb", buffering=0, opener=open_regular)


def _drop_from_memory(file: BinaryIO) -> None:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
