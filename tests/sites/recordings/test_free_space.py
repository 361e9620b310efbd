"""Free space is that of the disk on which the recordings lie, or will lie."""

import shutil
from pathlib import Path

import pytest

from anr_tui.sites.recordings.free_space import free_bytes


def test_a_directory_that_is_yet_to_be_made_has_the_space_of_the_nearest_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: asked.append(path) or usage)

    assert free_bytes(tmp_path / "recordings" / "gate") == usage.free
    assert asked == [tmp_path]


def test_a_path_that_no_disk_can_have_has_no_known_space(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / ("x" * 5000)) is None


def test_a_disk_that_cannot_be_asked_has_no_known_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(shutil, "disk_usage", refuse)

    assert free_bytes(tmp_path) is None
