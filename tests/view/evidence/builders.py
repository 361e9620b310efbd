"""A site with footage that landed and a key, and the bundle of it."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.evidence.bundle import Export, export_bundle
from anr_tui.view.evidence.signing_key import KeyFiles, SigningKey, make_key
from tests.heldar_site import HeldarSite
from tests.journal.builders import NOW, lease_of

FILES = ("gate/20260613_110000.mp4", "gate/20260613_110100.mp4", "dock/20260613_110200.mp4", "gate/20260613_110300.mp4")


def content_of(file: str) -> bytes:
    """What a landed file holds."""
    return f"footage of {file}".encode() * 100


def with_evidence(site: HeldarSite) -> SigningKey:
    """Land `FILES`: gap_1 on the camera gate has the first two, gap_2 the dock's, and gap_3 the last one."""
    for number, file in enumerate(FILES[1:], 1):
        site.add_gap(f"gap_{number}", file.partition("/")[0], gap_start=f"2026-06-13T11:{number:02}:00+00:00")
    asyncio.run(_land(site))
    return make_key(KeyFiles.beside(site.journal))


async def _land(site: HeldarSite) -> None:
    journal = await Journal.open(site.journal)
    leased = LeasedJournal(journal, await lease_of(journal))
    for number, file in enumerate(FILES):
        camera_id, _, name = file.partition("/")
        begun = NOW.replace(hour=11, minute=number, microsecond=0)
        window = Window(begun, begun + timedelta(minutes=1))
        assert name == f"{format_file_stem(begun)}.mp4"
        gap = RecordingGap(f"gap_{max(1, number)}", camera_id, window, 60, FillState.PENDING, 0, None, None)
        fill_id = await leased.fills.start(gap, asked_by="anna@nvr-07", now=NOW)
        path = site.recordings / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content_of(file))
        digest = hashlib.sha256(content_of(file)).hexdigest()
        record = LandedRecord(name, window, window, path.stat().st_size, digest, "rtsp://***@192.0.2.11/x", "9.0.2")
        await leased.fills.add_landed(fill_id, camera_id, record, now=NOW)
    await journal.close()


def exported(site: HeldarSite, out: Path, *gap_ids: str, has_footage: bool = True) -> Export:
    """A bundle of the evidence of these gaps, of all for none."""
    return asyncio.run(export_bundle(site.settings(), gap_ids, out, has_footage=has_footage))
