"""Where recordings lie and what they are called; and that nothing else is taken for one, and none is replaced."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError
from anr_tui.sites.recordings import layout
from anr_tui.sites.recordings.layout import camera_directory

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
NAME = "20260613_120000.mp4"


@pytest.mark.parametrize("camera_id", ["gate", "gate 2", "Tür", "a..b", "gate\\yard", "x" * 100])
def test_a_plain_name_is_the_cameras_directory(camera_id: str) -> None:
    assert camera_directory(Path("/srv"), camera_id) == Path("/srv") / camera_id


@pytest.mark.parametrize("camera_id", ["", ".", "..", ".hidden", "a/b", "/etc", "../up", "a\0b", "a\nb", "\x1b[2J"])
def test_an_id_that_is_no_plain_file_name_is_refused_and_named(camera_id: str) -> None:
    with pytest.raises(SiteError, match="is no plain file name") as refusal:
        camera_directory(Path("/srv"), camera_id)
    assert repr(camera_id) in str(refusal.value)
    assert str(refusal.value).isprintable()


@given(st.text(max_size=30))
def test_no_camera_id_leads_out_of_the_recordings(camera_id: str) -> None:
    try:
        directory = camera_directory(Path("/srv/recordings"), camera_id)
    except SiteError:
        return
    assert directory.parent == Path("/srv/recordings")
    assert directory.name == camera_id


def test_a_recordings_name_is_its_first_second() -> None:
    assert layout.recording_name(NOON + timedelta(milliseconds=999)) == NAME
    assert layout.recording_start(NAME) == NOON


@pytest.mark.parametrize("name", ["", "20260613_120000", "20260613_120000.mkv", "20261313_120000.mp4", f"x{NAME}"])
def test_another_name_is_no_recordings(name: str) -> None:
    with pytest.raises(ValueError):
        layout.recording_start(name)


def test_recordings_are_told_from_all_other_files(tmp_path: Path) -> None:
    others = [
        layout.part_path(tmp_path, NOON),
        layout.probe_path(tmp_path, NOON),
        layout.landing_path(tmp_path / NAME),
        *(tmp_path / name for name in ("notes.txt", "20261313_120000.mp4", "20260613_120000.part.mp4")),
    ]
    for path in (tmp_path / NAME, *others):
        path.touch()
    assert layout.recordings(tmp_path, NOON + timedelta(seconds=1)) == [(NOON, tmp_path / NAME)]
    assert layout.recordings(tmp_path, NOON) == []
    assert layout.part_files(tmp_path) == [(NOON, others[0])]
    assert set(layout.scrap_files(tmp_path)) == set(others[1:3])


def test_what_recorders_take_for_a_recording_none_of_ours_is_called(tmp_path: Path) -> None:
    for path in (
        layout.part_path(tmp_path, NOON),
        layout.probe_path(tmp_path, NOON),
        layout.landing_path(tmp_path / NAME),
    ):
        assert path.suffix == ".part"


@pytest.mark.parametrize("has_links", [True, False], ids=["with links", "without links"])
def test_a_file_is_placed_whole_and_replaces_none(
    tmp_path: Path, has_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    target, landing = tmp_path / NAME, layout.landing_path(tmp_path / NAME)
    landing.write_bytes(b"new")
    layout.place(landing, target)
    assert target.read_bytes() == b"new"
    other = layout.landing_path(target)
    other.write_bytes(b"other")
    with pytest.raises(FileExistsError):
        layout.place(other, target)
    assert target.read_bytes() == b"new"


def test_a_taken_name_gives_the_next_second(tmp_path: Path) -> None:
    assert layout.free_path(tmp_path, NOON).name == NAME
    (tmp_path / NAME).touch()
    assert layout.free_path(tmp_path, NOON).name == "20260613_120001.mp4"


def test_only_regular_files_are_recordings_and_parts(tmp_path: Path) -> None:
    """A link to an old recording would count as footage of another time, and a pipe would hold whoever reads it."""
    old = tmp_path / "elsewhere.mp4"
    old.write_bytes(b"footage")
    (tmp_path / NAME).symlink_to(old)
    os.mkfifo(tmp_path / "20260613_130000.mp4")
    part = layout.part_path(tmp_path, NOON)
    part.symlink_to(old)
    os.mkfifo(layout.landing_path(tmp_path / NAME))
    (tmp_path / "20260613_140000.mp4").write_bytes(b"footage")

    assert layout.recording_names(tmp_path) == ["20260613_140000.mp4"]
    assert layout.part_files(tmp_path) == [] and layout.scrap_files(tmp_path) == []


def test_a_link_that_leads_nowhere_takes_a_name_as_well(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(tmp_path / "nowhere")

    assert layout.free_path(tmp_path, NOON).name == "20260613_120001.mp4"
