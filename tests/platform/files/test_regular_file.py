"""Files in directories that others write in: no link is followed, no pipe is waited for, no umask widens a mode."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anr_tui.platform.files.regular_file import (
    NOT_REGULAR,
    create_file,
    descriptor_path,
    is_descriptor_path,
    open_regular,
    open_to_append,
    regular_path,
)


@pytest.fixture
def umask() -> Iterator[None]:
    """The umask that most people have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def link(place: Path) -> None:
    target = place.with_name("somebody's")
    target.write_text("theirs")
    place.symlink_to(target)


PLANTED: list[Callable[[Path], None]] = [link, os.mkfifo, Path.mkdir]


@pytest.mark.parametrize("plant", PLANTED)
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    place = tmp_path / "place"
    plant(place)

    for opened in (lambda: open_regular(place), lambda: open_to_append(place, 0o660)):
        with pytest.raises(OSError) as refused:
            os.close(opened())
        assert refused.value.strerror in (NOT_REGULAR, "Is a directory")
    with pytest.raises(FileExistsError):
        os.close(create_file(place, 0o640))
    assert not (tmp_path / "somebody's").exists() or (tmp_path / "somebody's").read_text() == "theirs"


def test_a_pipe_with_a_reader_is_refused_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(OSError, match=NOT_REGULAR):
            open_to_append(tmp_path / "pipe", 0o660)
    finally:
        os.close(reader)


def test_a_link_that_leads_nowhere_is_in_the_way_of_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "new").symlink_to(tmp_path / "nowhere")

    with pytest.raises(FileExistsError):
        create_file(tmp_path / "new", 0o640)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660])
def test_a_files_mode_is_no_matter_of_the_umask(tmp_path: Path, mode: int) -> None:
    os.close(create_file(tmp_path / "new", mode))
    os.close(open_to_append(tmp_path / "log", mode))
    (tmp_path / "old.log").touch(0o644)
    os.close(open_to_append(tmp_path / "old.log", mode))

    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {mode}


def test_an_open_file_is_reached_whatever_its_name_leads_to_now(tmp_path: Path) -> None:
    descriptor = create_file(tmp_path / "part", 0o640)
    try:
        (tmp_path / "part").unlink()
        link(tmp_path / "part")
        descriptor_path(descriptor).write_text("ours")
        assert os.pread(descriptor, 9, 0) == b"ours"
        assert (tmp_path / "part").read_text() == "theirs"
        assert is_descriptor_path(descriptor_path(descriptor)) and not is_descriptor_path(tmp_path / "part")
        with regular_path(descriptor_path(descriptor)) as place:
            assert Path(place).read_text() == "ours"
    finally:
        os.close(descriptor)


def test_what_is_read_is_the_file_that_was_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("first")
    with regular_path(tmp_path / "file") as place:
        (tmp_path / "file").unlink()
        link(tmp_path / "file")
        assert Path(place).read_text() == "first"
    with pytest.raises(OSError, match=NOT_REGULAR), regular_path(tmp_path / "file"):
        pass
