"""Cameras as people write them into `cameras.toml`, and those that only have a directory."""

import errno
import os
from pathlib import Path

import pytest

from anr_tui.domain.errors import SiteError
from anr_tui.sites.directory.cameras_file import FILE_NAME, CamerasFile

PASSWORD = "Zq7-unmistakable-9x"


def write(root: Path, text: str) -> CamerasFile:
    (root / FILE_NAME).write_text(text, encoding="utf-8")
    return CamerasFile(root)


def test_all_that_can_be_written_of_a_camera_is_read(tmp_path: Path) -> None:
    text = f"""
        [cameras.gate]
        name = "Front gate"
        vendor = "hikvision"
        address = "192.0.2.11"
        rtsp_port = 8554
        username = "operator"
        password = "{PASSWORD}"
        record_stream = "sub"
        record_audio = true
        retention_hours = 720
        segment_seconds = 300
        anr_enabled = true
        replay_url_template = "rtsp://192.0.2.11/replay?from={{start}}"
    """
    (gate,) = write(tmp_path, text).read().good
    assert (gate.id, gate.name, gate.vendor) == ("gate", "Front gate", "hikvision")
    assert (gate.address, gate.rtsp_port) == ("192.0.2.11", 8554)
    assert (gate.username, gate.record_stream, gate.record_audio) == ("operator", "sub", True)
    assert (gate.retention_hours, gate.segment_seconds, gate.anr_enabled) == (720, 300, True)
    assert gate.password is not None and gate.password.reveal() == PASSWORD
    assert gate.replay_url_template is not None
    assert len(gate.updated_at) == 4


def test_a_directory_alone_is_a_camera_for_which_nothing_is_fetched(tmp_path: Path) -> None:
    for name in ("yard", ".trash", "lost+found"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").touch()
    (yard,) = CamerasFile(tmp_path).read().good
    assert (yard.id, yard.name, yard.anr_enabled, yard.address, yard.password) == ("yard", "yard", False, None, None)
    assert yard.retention_hours == 1_000_000


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (f'pasword = "{PASSWORD}"', "it has no 'pasword', but 'password'"),
        ("something = 1", "it has no 'something'"),
        (f'rtsp_port = "{PASSWORD}"', "rtsp_port is not a whole number"),
        ("retention_hours = -1", "retention_hours is not a whole number"),
        ("segment_seconds = 1.5", "segment_seconds is not a whole number"),
        ("rtsp_port = true", "rtsp_port is not a whole number"),
        ("anr_enabled = 1", "anr_enabled is not true or false"),
        ("password = 12", "password is not a text"),
    ],
)
def test_an_entry_with_a_mistake_is_left_out_with_a_sentence_and_no_secret(
    tmp_path: Path, entry: str, words: str
) -> None:
    cameras = write(tmp_path, f"[cameras.gate]\n{entry}\n[cameras.dock]\n").read()
    assert [camera.id for camera in cameras.good] == ["dock"]
    assert cameras.problems == (f"The camera 'gate' in {FILE_NAME} was left out: {words}.",)


@pytest.mark.parametrize("name", ["../gate", "a/b", "", "gate\\n"])
def test_a_camera_that_no_directory_can_be_called_after_is_left_out(tmp_path: Path, name: str) -> None:
    cameras = write(tmp_path, f'[cameras."{name}"]\nanr_enabled = true\n[cameras.dock]\n').read()
    assert [camera.id for camera in cameras.good] == ["dock"]
    (problem,) = cameras.problems
    assert "is no plain file name" in problem


def test_directories_with_strange_names_hide_no_other(tmp_path: Path) -> None:
    for name in (b"gate\x1b[2J", b"g\xffte", b"dock"):
        (tmp_path / os.fsdecode(name)).mkdir()
    cameras = CamerasFile(tmp_path).read()
    assert [camera.id for camera in cameras.good] == ["dock"]
    assert len(cameras.problems) == 2
    assert all(problem.isprintable() for problem in cameras.problems)


@pytest.mark.parametrize("text", ["[cameras", "cameras = 3", f'cameras = "{PASSWORD}"'])
async def test_a_file_that_is_no_table_of_cameras_is_refused(tmp_path: Path, text: str) -> None:
    cameras = write(tmp_path, text)
    with pytest.raises(SiteError, match=FILE_NAME) as refused:
        await cameras.all()
    assert PASSWORD not in str(refused.value)


async def test_the_zone_is_told_where_it_is_written(tmp_path: Path) -> None:
    assert await CamerasFile(tmp_path).time_zone() == ""
    assert await write(tmp_path, 'time_zone = "Europe/Berlin"').time_zone() == "Europe/Berlin"
    assert await write(tmp_path, "time_zone = 3").time_zone() == ""
    assert await write(tmp_path, "[").time_zone() == ""


def test_only_a_change_of_its_entry_is_a_change_of_a_camera(tmp_path: Path) -> None:
    """Or a refused password would be sent again, until the camera locks the account."""

    def marks(gate: str, dock: str) -> list[str]:
        text = f'[cameras.gate]\npassword = "{gate}"\n[cameras.dock]\npassword = "{dock}"\n'
        cameras = write(tmp_path, text)
        os.utime(tmp_path / FILE_NAME, (len(gate), len(gate)))
        return [camera.updated_at for camera in sorted(cameras.read().good, key=lambda camera: camera.id)]

    (dock, gate), (dock_after, gate_after) = marks("old", "same"), marks("newer", "same")
    assert dock == dock_after
    assert gate != gate_after


def test_a_directory_that_cannot_be_looked_at_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dock", "gate"):
        (tmp_path / name).mkdir()
    is_dir = Path.is_dir

    def is_dir_or_stale(path: Path) -> bool:
        if path.name == "gate":
            raise OSError(errno.ESTALE, "Stale file handle")
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", is_dir_or_stale)
    assert [camera.id for camera in CamerasFile(tmp_path).read().good] == ["dock", "gate"]
