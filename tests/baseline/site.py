"""One small site with all that commands tell of, at one moment, the same on every machine."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.event import EventKind
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.journal.tables.rows import CameraMemory, LandedRecord
from anr_tui.sites.open_site import open_site
from tests.heldar_site import IDENTITY, NOW, HeldarSite

FOOTAGE = b"footage" * 1000
SHA256 = hashlib.sha256(FOOTAGE).hexdigest()
SHOWN_BY = "Its pictures are those of the recordings before and after it."
STAMP = "2026-06-01T08:00:00.123456789+00:00"
"""When every camera's row was written last."""
ANNA = "anna@nvr-07"
EARLIER = NOW - timedelta(minutes=29)


def make_site(site: HeldarSite) -> None:
    """Add gaps of every state, a worker that lives, and what it has done; the clock must stand at `NOW`."""
    for camera_id, state in (("gate", "recording"), ("dock", "offline")):
        site.insert("camera_status", {"camera_id": camera_id, "state": state, "updated_at": STAMP})
    site.add_camera("yard", name="Yard", address="192.0.2.13", rtsp_port=8554, vendor="hikvision")
    site.add_camera("hall", name="Hall", anr_enabled=0)
    site.add_gap("gap_running")
    site.add_gap(
        "gap_failed", "dock", fill_state="failed", fill_attempts=3, last_attempt_at="2026-06-13T11:30:00.5+00:00"
    )
    site.add_gap(
        "gap_filled",
        gap_start="2026-06-13T09:00:00+00:00",
        gap_end="2026-06-13T09:02:00+00:00",
        gap_seconds=120,
        fill_state="filled",
        fill_attempts=1,
        filled_at="2026-06-13T11:31:00+00:00",
    )
    site.add_gap("gap_asked", gap_start="2026-06-13T10:00:00+00:00", gap_end="2026-06-13T10:01:00+00:00")
    site.add_gap("gap_queued", "yard", fill_attempts=1)
    site.add_gap("gap_settles", "dock", gap_start="2026-06-13T11:50:00+00:00", gap_end="2026-06-13T11:59:50+00:00")
    site.add_gap("gap_old", "dock", gap_start="2026-06-11T11:00:00+00:00", gap_end="2026-06-11T11:10:00+00:00")
    site.add_gap("gap_off", "hall")
    asyncio.run(_work_on(site))


async def _work_on(site: HeldarSite) -> None:
    database, journal = await open_site(site.settings()), await Journal.open(site.journal)
    try:
        lease = await journal.lease.claim(
            IDENTITY, now=NOW, expires_at=NOW + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
        )
        assert lease is not None
        gaps = {gap.id: gap for gap in (await database.gaps.all()).good}
        await _land(site, journal, lease, gaps["gap_filled"])
        await _fail(journal, lease, gaps["gap_failed"], "sweep", Outcome.NO_FOOTAGE, "PLAY with 404 Not Found")
        await _fail(journal, lease, gaps["gap_queued"], ANNA, Outcome.LOGIN_REFUSED, "DESCRIBE with 401 Unauthorized")
        running = await LeasedJournal(journal, lease).fills.start(
            gaps["gap_running"], asked_by=ANNA, now=NOW - timedelta(seconds=5)
        )
        progress = FillProgress(Phase.FETCHING, wanted_s=600, got_s=150, size_bytes=7_000_000, speed=30, pieces=2)
        await LeasedJournal(journal, lease).fills.note_progress(running, progress)
        await _note_state(journal, lease)
    finally:
        await journal.close()
        await database.close()


async def _land(site: HeldarSite, journal: Journal, lease: int, gap: RecordingGap) -> None:
    """A fill that landed two files, of which the second was deleted since."""
    fill = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=EARLIER - timedelta(minutes=1))
    (site.recordings / gap.camera_id).mkdir()
    for number in range(2):
        start = gap.window.start + timedelta(minutes=number)
        piece = Window(start, start + timedelta(minutes=1))
        name = f"{format_file_stem(start)}.mp4"
        url = "rtsp://operator:***@192.0.2.11:554/replay"
        record = LandedRecord(name, piece, piece, len(FOOTAGE), SHA256, url, "9.0.2")
        if number == 0:
            record = replace(record, proof=TimeProof.PROVEN, shown_by=SHOWN_BY)
        await LeasedJournal(journal, lease).fills.add_landed(fill, gap.camera_id, record, now=EARLIER)
        if number == 0:
            (site.recordings / gap.camera_id / name).write_bytes(FOOTAGE)
    progress = FillProgress(Phase.ENDED, 120, 120, 2 * len(FOOTAGE), speed=20, pieces=2, pieces_landed=2)
    await LeasedJournal(journal, lease).fills.end(fill, progress, Outcome.FILLED, reason="120 s fetched.", now=EARLIER)


async def _fail(journal: Journal, lease: int, gap: RecordingGap, asked_by: str, outcome: Outcome, answer: str) -> None:
    fill = await LeasedJournal(journal, lease).fills.start(gap, asked_by=asked_by, now=EARLIER)
    reason = f"The camera answered {answer}."
    await LeasedJournal(journal, lease).fills.end(fill, FillProgress(), outcome, reason=reason, now=EARLIER)


async def _note_state(journal: Journal, lease: int) -> None:
    """What the worker holds, what people asked for, and what happened."""
    why = Outcome.LOGIN_REFUSED
    aside = CameraMemory("yard", set_aside_why=why, set_aside_row=STAMP, failures=1)
    await LeasedJournal(journal, lease).camera_memory.set_aside(aside)
    await LeasedJournal(journal, lease).camera_memory.note_shift("hall", 7200, shown_by="its pictures", at=EARLIER)
    await LeasedJournal(journal, lease).queue.note_policy(FillPolicy())
    await LeasedJournal(journal, lease).queue.update([QueueEntry("gap_queued", WaitReason.DEVICE, None)])
    await LeasedJournal(journal, lease).lease.note_state(
        now=NOW, paused=False, next_sweep_at=NOW + timedelta(minutes=2)
    )
    await journal.requests.ask(RequestKind.FILL, asked_by=ANNA, now=NOW - timedelta(seconds=20), gap_id="gap_asked")
    await journal.requests.ask(RequestKind.RETRY, asked_by=ANNA, now=NOW - timedelta(seconds=10), gap_id="gap_failed")
    happened = (
        (EventKind.GAP_FILLED, "Front gate: the gap is filled.", "gate", "gap_filled"),
        (EventKind.GAP_FAILED, "Loading dock: given up.", "dock", "gap_failed"),
        (EventKind.CAMERA_SET_ASIDE, "Yard is set aside.", "yard", None),
        (EventKind.ALARM, "The disk is full.", None, None),
    )
    for kind, words, camera_id, gap_id in happened:
        await journal.events.add(kind, words, who=ANNA, now=EARLIER, camera_id=camera_id, gap_id=gap_id)
