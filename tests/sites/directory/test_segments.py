"""What a directory lists of a camera: windows without seams, from a moment on."""

from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.sites.directory.segments import DirectorySegments
from anr_tui.sites.recordings import coverage
from tests.heldar_site import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A camera's directory in which each file lasts as many seconds as it has bytes."""
    directory = tmp_path / "gate"
    directory.mkdir()
    monkeypatch.setattr(coverage, "media_length_s", lambda path: float(path.stat().st_size))
    return directory


def record(directory: Path, before_now_s: float, length_s: int) -> None:
    start = NOW - timedelta(seconds=before_now_s)
    (directory / f"{format_file_stem(start)}.mp4").write_bytes(b"x" * length_s)


def ago(start_s: float, end_s: float) -> Window:
    return Window(NOW - timedelta(seconds=start_s), NOW - timedelta(seconds=end_s))


async def test_a_seam_of_three_seconds_is_closed_and_a_longer_one_is_not(recordings: Path) -> None:
    record(recordings, before_now_s=600, length_s=60)
    record(recordings, before_now_s=537, length_s=60)
    record(recordings, before_now_s=473, length_s=60)

    listed = await DirectorySegments(recordings.parent, lambda: NOW).recorded("gate", NOW - HOUR)

    assert listed == [ago(600, 477), ago(473, 413)]


async def test_a_recording_that_goes_on_into_the_window_counts_from_there_on(recordings: Path) -> None:
    record(recordings, before_now_s=3660, length_s=120)

    listed = await DirectorySegments(recordings.parent, lambda: NOW).recorded("gate", NOW - HOUR)

    assert listed == [ago(3600, 3540)]


async def test_nothing_is_listed_of_the_future(recordings: Path) -> None:
    record(recordings, before_now_s=-60, length_s=60)
    segments = DirectorySegments(recordings.parent, lambda: NOW)

    assert await segments.recorded("gate", NOW) == []
    assert await segments.recorded("gate", NOW - HOUR) == []


async def test_a_camera_whose_id_is_no_directory_has_nothing_that_is_known(recordings: Path) -> None:
    assert await DirectorySegments(recordings.parent, lambda: NOW).recorded("../gate", NOW - HOUR) is None


async def test_nobody_counts_what_the_recordings_take_up(recordings: Path) -> None:
    assert await DirectorySegments(recordings.parent).usage("gate") is None
