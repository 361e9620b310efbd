"""Room for a fill: what footage weighs, when the disk has none left, and what the recorder would delete at once."""

from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import DiskFullError, StorageError
from anr_tui.domain.window import Window
from anr_tui.fill.storage_check import Usage, bytes_per_second, check_room, dropped_first
from tests.fill.archive import archive_of

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
HOUR = Window(NOON - timedelta(hours=1), NOON)
GB = 1_000_000_000

DiskUsage = namedtuple("DiskUsage", "total used free")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with 10 GB free."""
    monkeypatch.setattr("shutil.disk_usage", lambda path: DiskUsage(100 * GB, 90 * GB, 10 * GB))


@pytest.mark.usefixtures("disk")
def test_a_camera_that_never_recorded_gets_its_directory(tmp_path: Path) -> None:
    check_room(archive_of(tmp_path / "gate"), "gate", needed_bytes=GB, floor_gb=5)

    assert (tmp_path / "gate").is_dir()


@pytest.mark.usefixtures("disk")
def test_a_missing_root_is_never_made(tmp_path: Path) -> None:
    """It is where a disk belongs that is not mounted."""
    with pytest.raises(DiskFullError) as caught:
        check_room(archive_of(tmp_path / "not-mounted" / "gate"), "gate", needed_bytes=1, floor_gb=0)

    assert "mounted" in caught.value.hint
    assert not (tmp_path / "not-mounted").exists()


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize(("needed_gb", "floor_gb"), [(5.01, 5), (0, 10.01), (10.01, 0)])
def test_the_floor_stays_free(tmp_path: Path, needed_gb: float, floor_gb: float) -> None:
    with pytest.raises(DiskFullError, match=f"{floor_gb:g} GB .*HELDAR_MIN_FREE_DISK_GB"):
        check_room(archive_of(tmp_path / "gate"), "gate", needed_gb * GB, floor_gb)


@pytest.mark.usefixtures("disk")
def test_room_down_to_the_floor_may_be_used(tmp_path: Path) -> None:
    check_room(archive_of(tmp_path / "gate"), "gate", needed_bytes=5 * GB, floor_gb=5)


@pytest.mark.usefixtures("disk")
def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "gate").write_text("")

    with pytest.raises(StorageError, match="gate") as caught:
        check_room(archive_of(tmp_path / "gate"), "gate", needed_bytes=1, floor_gb=0)

    assert not isinstance(caught.value, DiskFullError), "it holds up its own camera only"


def test_without_recordings_a_usual_camera_is_assumed(tmp_path: Path) -> None:
    assert bytes_per_second(archive_of(tmp_path / "gate"), "gate", NOON) > 0


# A site's own words for a limit that deletes the oldest first.
FULL = Usage(
    total_bytes=100, total_limit=100, total_oldest=NOON, camera_bytes=100, camera_limit=100, camera_oldest=NOON
)


def test_footage_older_than_all_else_is_not_fetched_into_a_full_site() -> None:
    assert "this camera's quota" in dropped_first(HOUR, 1, FULL)
    assert "HELDAR_MAX_RECORDINGS_GB" in dropped_first(HOUR, 1, replace(FULL, camera_limit=0))


@given(
    st.builds(Usage, *[st.integers(0, 100), st.integers(0, 100), st.sampled_from([None, NOON])] * 2), st.integers(1, 9)
)
def test_footage_newer_than_some_is_always_fetched(usage: Usage, needed_bytes: int) -> None:
    later = Window(HOUR.start, HOUR.end + timedelta(seconds=1))

    assert dropped_first(later, needed_bytes, usage) == ""


@pytest.mark.parametrize(
    "usage",
    [replace(FULL, camera_limit=0, total_limit=0), replace(FULL, camera_limit=101, total_limit=101), Usage()],
    ids=["no limits", "room for it", "nothing counted"],
)
def test_footage_is_fetched_where_no_limit_is_in_its_way(usage: Usage) -> None:
    assert dropped_first(HOUR, 1, usage) == ""
