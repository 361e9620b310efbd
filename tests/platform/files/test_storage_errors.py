"""Errors of file operations, in words: what was done to which file, and who must act."""

import errno
import os
from pathlib import Path

import pytest

from anr_tui.domain.errors import DiskFullError, StorageError
from anr_tui.platform.files.regular_file import NotRegularError
from anr_tui.platform.files.storage_errors import (
    doing,
    is_machine_error,
    remove_file,
    storage_error,
    sync_directory,
    sync_file,
)

NUMBERS = ("EIO", "ESTALE", "EROFS", "EACCES", "EMFILE", "ENOMEM", "ENAMETOOLONG")


def failing(name: str) -> OSError:
    number = int(getattr(errno, name))
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("name", [*NUMBERS, "ENOSPC", "EDQUOT"])
def test_each_names_the_operation_the_path_what_the_system_said_and_what_to_do(name: str) -> None:
    error = storage_error(failing(name), "rename", Path("/recordings/gate/x.mp4"))
    assert str(error).startswith(f"Cannot rename /recordings/gate/x.mp4: {failing(name).strerror}. ")
    assert error.hint
    assert isinstance(error, DiskFullError) is (name in ("ENOSPC", "EDQUOT"))


def test_a_lack_of_memory_without_a_number_is_said_too() -> None:
    assert "Cannot allocate memory" in str(storage_error(MemoryError(), "read", "x"))


def test_a_name_that_is_taken_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), doing("link", tmp_path):
        raise FileExistsError
    with pytest.raises(StorageError, match="Cannot link"), doing("link", tmp_path):
        raise failing("EIO")


@pytest.mark.parametrize(
    ("name", "is_refused"), [("EINVAL", False), ("ENOTSUP", False), ("EIO", True), ("EACCES", True)]
)
def test_a_directory_that_cannot_be_synced_counts_unless_its_file_system_never_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_refused: bool
) -> None:
    def refuse(_: int) -> None:
        raise failing(name)

    monkeypatch.setattr(os, "fsync", refuse)
    if is_refused:
        with pytest.raises(StorageError, match=f"Cannot sync the directory {tmp_path}"):
            sync_directory(tmp_path)
    else:
        sync_directory(tmp_path)
    (tmp_path / "x").touch()
    with pytest.raises(StorageError, match="Cannot sync"):
        sync_file(tmp_path / "x")


def test_what_is_gone_already_need_not_be_deleted(tmp_path: Path) -> None:
    remove_file(tmp_path / "gone")


def test_a_link_in_a_file_s_place_is_nothing_that_the_machine_refused() -> None:
    assert is_machine_error(failing("EIO"))
    assert not is_machine_error(NotRegularError("/recordings/gate/x.mp4"))


def test_a_file_that_is_open_by_another_name_is_called_by_its_own(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Cannot sync /recordings/gate/x\.mp4"):
        sync_file(tmp_path / "gone", called=Path("/recordings/gate/x.mp4"))
