"""Which window a diagnosis asks for: one that the recorder has as well, else a gap's, else a moment ago."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.sites.recordings import coverage
from anr_tui.worker.diagnosis.sample_window import LENGTH_S, choose_sample_window
from tests.heldar_site import NOW
from tests.worker.parts import WorkerParts


@pytest.fixture(autouse=True)
def _lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each recording lasts as many seconds as it has bytes."""
    monkeypatch.setattr(coverage, "media_length_s", lambda path: float(path.stat().st_size))


def record(parts: WorkerParts, start: datetime, length_s: int) -> Path:
    path = parts.site.recordings / "gate" / f"{format_file_stem(start)}.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * length_s)
    return path


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


async def chosen(parts: WorkerParts) -> Window:
    window = (await choose_sample_window(parts.context, await parts.camera("gate"))).window
    assert window.start.microsecond == 0
    assert window.end <= NOW
    return window


async def test_what_the_recorder_has_itself_comes_first_and_the_newest_of_it(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    record(parts, ago(20), 60)
    newest = record(parts, ago(10), 60)

    window = await chosen(parts)

    assert ago(10) < window.start
    assert window.end < ago(9)
    sample = await choose_sample_window(parts.context, await parts.camera("gate"))
    assert sample.recorded[0] == (ago(10), newest)


async def test_a_recording_too_short_or_too_fresh_is_passed_over(parts: WorkerParts) -> None:
    record(parts, ago(20), 60)
    record(parts, ago(10), int(LENGTH_S) - 1)
    record(parts, NOW - timedelta(seconds=40), 40)

    assert ago(20) < (await chosen(parts)).start < ago(19)


async def test_what_a_fill_landed_tells_nothing_of_the_cameras_clock(parts: WorkerParts) -> None:
    record(parts, ago(20), 60)
    landed = record(parts, ago(10), 60)
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    window = Window(ago(10), ago(9))
    file = LandedRecord(landed.name, window, window, 60, "ab" * 32, "rtsp://***@192.0.2.11/", "9.0")
    await parts.context.journal.fills.add_landed(job.fill_id, "gate", file, now=NOW)

    assert ago(20) < (await chosen(parts)).start < ago(19)


async def test_without_recordings_it_is_the_beginning_of_the_newest_gap_that_is_not_filled(parts: WorkerParts) -> None:
    parts.add_gap("gap_old")
    parts.add_gap("gap_filled", fill_state="filled")
    parts.add_gap("gap_other", "dock")
    old = await parts.job("gap_old")

    window = await chosen(parts)

    assert window.start == old.gap.window.start
    assert window.seconds == LENGTH_S


async def test_where_nothing_is_recorded_or_missing_it_is_a_moment_ago(parts: WorkerParts) -> None:
    window = await chosen(parts)

    assert (window.start, window.seconds) == (ago(2), LENGTH_S)
