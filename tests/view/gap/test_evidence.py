import asyncio
import hashlib
import os
import resource
import shutil
import threading
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import JournalError, SiteError
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.open_site import open_site
from anr_tui.view.gap import evidence
from anr_tui.view.gap.evidence import FileState, Finding, verify
from tests.engine import EngineSite
from tests.heldar_site import IDENTITY, NOW, HeldarSite, execute

FOOTAGE = b"footage " * 100_000
GONE = "It is not there."


@pytest.fixture
def site(heldar_site: HeldarSite) -> HeldarSite:
    """A site that keeps 24 h, with a gap for each of two cameras."""
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    return heldar_site


async def land(site: HeldarSite, gap_id: str = "gap_1", *, hours_ago: float = 1, content: bytes = FOOTAGE) -> Path:
    """Put a file in a gap's camera's directory and into the journal, as a fill does."""
    rows, journal = await open_site(site.settings()), await Journal.open(site.journal)
    gap = await rows.gaps.gap(gap_id)
    assert gap is not None
    lease = await journal.lease.claim(
        IDENTITY, now=NOW, expires_at=NOW + timedelta(days=9), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    fill_id = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=NOW)
    start = NOW - timedelta(hours=hours_ago)
    window = Window(start, start + timedelta(seconds=60))
    path = site.recordings / gap.camera_id / f"{format_file_stem(start)}.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    record = LandedRecord(
        path.name, window, window, len(content), hashlib.sha256(content).hexdigest(), "rtsp://***@192.0.2.11/", "9.0.2"
    )
    await LeasedJournal(journal, lease).fills.add_landed(fill_id, gap.camera_id, record, now=NOW)
    await journal.close()
    await rows.close()
    return path


async def look(site: HeldarSite, *gap_ids: str) -> list[Finding]:
    reported: list[Finding] = []
    findings = await verify(site.settings(), gap_ids, reported.append, clock=lambda: NOW)
    assert reported == findings
    return findings


async def look_at_one(site: HeldarSite) -> Finding:
    (finding,) = await look(site)
    return finding


async def test_what_lies_as_it_landed_is_good(site: HeldarSite) -> None:
    path = await land(site)
    finding = await look_at_one(site)
    assert (finding.state, finding.reason, finding.is_failure) == (FileState.GOOD, "", False)
    assert finding.found_size_bytes == len(FOOTAGE)
    assert finding.found_sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == finding.record.sha256


async def test_what_a_fill_landed_is_good_until_a_byte_is_another(tmp_path: Path, ffmpeg: str) -> None:
    """GIVEN a gap that a worker filled from a camera WHEN one byte is flipped THEN it shows."""
    site = EngineSite(tmp_path, ffmpeg)
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 9))
        await site.sweep()
    (finding,) = await verify(site.settings(), ["gap_1"], lambda _: None)
    assert finding.state is FileState.GOOD
    path = site.recordings / "gate" / finding.record.name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (finding,) = await verify(site.settings(), ["gap_1"], lambda _: None)
    assert finding.state is FileState.CHANGED


async def test_another_digest_or_another_size_is_a_change(site: HeldarSite) -> None:
    path = await land(site)
    other = FOOTAGE.replace(b"f", b"g", 1)
    path.write_bytes(other)
    finding = await look_at_one(site)
    assert (finding.state, finding.is_failure) == (FileState.CHANGED, True)
    was, found = (hashlib.sha256(content).hexdigest() for content in (FOOTAGE, other))
    assert finding.reason == f"Its SHA-256 is {found} and was {was}."
    path.write_bytes(FOOTAGE[:-1])
    finding = await look_at_one(site)
    assert finding.reason == "It has 799999 bytes and had 800000."
    assert finding.found_size_bytes == 799_999
    path.write_bytes(b"")
    assert (await look_at_one(site)).state is FileState.CHANGED


async def test_a_file_that_is_gone_is_missing_unless_retention_dropped_it(site: HeldarSite) -> None:
    (await land(site, hours_ago=23.9)).unlink()
    (await land(site, hours_ago=24.1)).unlink()
    await land(site, hours_ago=24.2)
    young, old, still_there = await look(site)
    assert (young.state, young.reason, young.is_failure) == (FileState.MISSING, GONE, True)
    assert (young.found_size_bytes, young.found_sha256) == (None, None)
    assert (old.state, old.is_failure) == (FileState.EXPIRED, False)
    assert old.reason == "Older than the 24 h that the site keeps."
    assert still_there.state is FileState.GOOD
    site.execute("UPDATE cameras SET retention_hours = 9999999999")
    assert [finding.state for finding in await look(site)] == [FileState.MISSING, FileState.MISSING, FileState.GOOD]


async def test_a_file_expires_while_others_are_read(site: HeldarSite) -> None:
    for _ in range(2):
        (await land(site, hours_ago=23)).unlink()
    passed = iter([timedelta(0), timedelta(hours=2)])
    findings = await verify(site.settings(), [], lambda _: None, clock=lambda: NOW + next(passed))
    assert [finding.state for finding in findings] == [FileState.MISSING, FileState.EXPIRED]


async def test_of_a_camera_that_the_site_no_longer_has_nothing_expires(site: HeldarSite) -> None:
    (await land(site, hours_ago=99)).unlink()
    site.execute("DELETE FROM recording_gaps")
    site.execute("DELETE FROM cameras")
    (finding,) = await look(site, "gap_1")
    assert finding.state is FileState.MISSING


async def test_a_file_whose_name_was_taken_again_was_gone_before(site: HeldarSite) -> None:
    """GIVEN a file that somebody deleted and a later fill landed anew THEN the first is missing, not changed."""
    (await land(site)).unlink()
    await land(site, content=b"the same minute, fetched again")
    first, second = await look(site)
    assert (first.state, second.state) == (FileState.MISSING, FileState.GOOD)
    assert first.reason == f"It was gone when fill {second.record.fill_id} landed another file of this name."
    execute(site.journal, "UPDATE fills SET gap_id = 'gap_2' WHERE id = ?", second.record.fill_id)
    (alone,) = await look(site, "gap_1")
    assert (alone.record, alone.state) == (first.record, FileState.MISSING)


async def test_a_file_that_landed_twice_alike_is_good_twice(site: HeldarSite) -> None:
    (await land(site)).unlink()
    await land(site)
    assert [finding.state for finding in await look(site)] == [FileState.GOOD, FileState.GOOD]


async def test_what_the_system_refuses_is_unreadable_in_its_words(site: HeldarSite) -> None:
    await land(site)
    execute(site.journal, "UPDATE landed_files SET camera_id = ?", "x" * 300)
    finding = await look_at_one(site)
    assert (finding.state, finding.reason) == (FileState.UNREADABLE, "It cannot be read: File name too long.")


async def test_a_camera_directory_that_is_a_file_is_unreadable_and_stops_no_other(site: HeldarSite) -> None:
    path = await land(site)
    await land(site, "gap_2")
    path.unlink()
    path.parent.rmdir()
    path.parent.touch()
    unreadable, good = await look(site)
    assert (unreadable.state, unreadable.is_failure) == (FileState.UNREADABLE, True)
    assert unreadable.reason == "It cannot be read: Not a directory."
    assert good.state is FileState.GOOD


@pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
async def test_only_a_plain_file_is_read(site: HeldarSite, kind: str) -> None:
    path = await land(site)
    moved = path.rename(site.root / "elsewhere.mp4")
    make = {"link": lambda: path.symlink_to(moved), "pipe": lambda: os.mkfifo(path), "directory": path.mkdir}
    make[kind]()
    finding = await look_at_one(site)
    assert finding.state is FileState.UNREADABLE
    assert finding.reason == "It cannot be read: a link, a pipe, a directory or a device stands in its place."
    assert finding.found_sha256 is None


@pytest.mark.parametrize("camera_id", ["..", "../outside", "/outside", "", "gate/../..", ".", "a\nb", "gate\0"])
async def test_a_camera_id_never_leads_outside_the_recordings(site: HeldarSite, camera_id: str) -> None:
    path = await land(site)
    (site.root / "outside").mkdir()
    for place in (site.root, site.root / "outside", site.recordings):
        shutil.copy(path, place / path.name)
    execute(site.journal, "UPDATE landed_files SET camera_id = ?", camera_id)
    finding = await look_at_one(site)
    assert (finding.state, finding.found_sha256) == (FileState.UNREADABLE, None)
    assert "is no plain file name" in finding.reason


@pytest.mark.parametrize(
    "name",
    ["../20260613_110000.mp4", "20260613_110000.mp4/../x.mp4", "20260613_110000", "20261313_110000.mp4", "", "x.mp4"],
)
async def test_a_name_that_is_no_recordings_is_refused(site: HeldarSite, name: str) -> None:
    path = await land(site)
    shutil.copy(path, site.recordings / path.name)
    execute(site.journal, "UPDATE landed_files SET name = ?", name)
    finding = await look_at_one(site)
    assert (finding.state, finding.found_sha256) == (FileState.UNREADABLE, None)
    assert "is no recording's name" in finding.reason


async def test_only_the_files_of_the_gaps_asked_for_are_read(site: HeldarSite) -> None:
    await land(site)
    await land(site, "gap_2")
    await land(site, hours_ago=2)
    assert [finding.record.gap_id for finding in await look(site)] == ["gap_1", "gap_2", "gap_1"]
    assert [finding.record.gap_id for finding in await look(site, "gap_2")] == ["gap_2"]
    assert len(await look(site, "gap_2", "gap_1", "gap_2")) == 3


async def test_a_gap_is_known_if_the_site_or_the_journal_knows_it(site: HeldarSite) -> None:
    assert await look(site, "gap_2") == []
    await land(site)
    site.execute("DELETE FROM recording_gaps")
    assert len(await look(site, "gap_1")) == 1
    with pytest.raises(SiteError, match="There is no gap 'gap_2'"):
        await look(site, "gap_1", "gap_2")


async def test_a_disk_that_is_not_there_is_said_once_and_nothing_is_called_missing(site: HeldarSite) -> None:
    shutil.rmtree(site.recordings)
    assert await look(site) == []
    site.recordings.mkdir()
    await land(site, hours_ago=99)
    shutil.rmtree(site.recordings)
    with pytest.raises(SiteError, match=r"There is no directory .*recordings\. Check"):
        await look(site)


async def test_a_row_that_cannot_be_read_is_never_passed_over(site: HeldarSite) -> None:
    await land(site)
    await land(site, "gap_2")
    execute(site.journal, "UPDATE landed_files SET end_time = start_time WHERE id = 1")
    with pytest.raises(JournalError, match=r"A landed file's row in .*heldar\.anr\.db cannot be read"):
        await look(site)


async def test_a_large_file_is_read_in_little_memory(site: HeldarSite) -> None:
    path = await land(site)
    os.truncate(path, 256 << 20)  # sparse: it costs no disk
    tracemalloc.start()
    finding = await look_at_one(site)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert finding.found_size_bytes == 256 << 20
    assert peak_bytes < 8 << 20


async def test_reading_stops_in_the_middle_of_a_file_when_it_is_cancelled(
    site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a file that takes long WHEN the run is cancelled THEN its thread ends too."""
    path = await land(site)
    os.truncate(path, 1 << 34)
    began, ended = threading.Event(), threading.Event()
    real = evidence._digest

    def watched(path: Path, given_up: threading.Event) -> tuple[int, str]:
        began.set()
        try:
            return real(path, given_up)
        finally:
            ended.set()

    monkeypatch.setattr(evidence, "_digest", watched)
    run = asyncio.create_task(look(site))
    assert await asyncio.to_thread(began.wait, 10)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await asyncio.to_thread(ended.wait, 3)


async def test_no_file_stays_open(site: HeldarSite) -> None:
    for hours in range(1, 40):
        await land(site, hours_ago=hours, content=b"x")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 20, limits[1]))
    try:
        findings = await look(site)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert {finding.state for finding in findings} == {FileState.GOOD}
    assert len(os.listdir("/proc/self/fd")) == before
