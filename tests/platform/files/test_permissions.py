"""A site's operators share its files, whatever the umask, and touch none that is another's."""

import os
from pathlib import Path

import pytest

from anr_tui.platform.files.permissions import DIRECTORY_MODE, FILE_MODE, share


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_files_are_for_owner_and_group_and_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.touch(0o600)
    share(path)
    share(tmp_path, DIRECTORY_MODE)

    assert (mode(path), mode(tmp_path)) == (FILE_MODE, DIRECTORY_MODE)
    assert not (FILE_MODE | DIRECTORY_MODE) & 0o007


def test_what_another_user_owns_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    path.touch(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    share(path)

    assert mode(path) == 0o600


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        share(tmp_path / "none")
