"""The mark by which recordings are told from an empty mount point."""

from pathlib import Path

import pytest

from anr_tui.domain.errors import DiskFullError
from anr_tui.sites.recordings.mark import MARK_NAME, RecordingsMark


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "recordings").mkdir()
    return tmp_path / "recordings"


def test_new_recordings_and_those_that_are_known_otherwise_get_a_mark(root: Path) -> None:
    RecordingsMark(root).recognise([])
    first = (root / MARK_NAME).read_text()
    RecordingsMark(root).recognise([root / "gate" / "gone.mp4"])
    assert (root / MARK_NAME).read_text() == first
    (root / MARK_NAME).unlink()
    (root / "here.mp4").write_text("")
    RecordingsMark(root).recognise([root / "gone.mp4", root / "here.mp4"])
    assert (root / MARK_NAME).read_text() not in ("", first)


def test_where_all_that_is_listed_is_missing_nothing_is_made_until_it_is_there(root: Path) -> None:
    mark, listed = RecordingsMark(root), root / "here.mp4"
    with pytest.raises(DiskFullError, match=r"none of the recordings .* mounted"):
        mark.recognise([listed])
    assert list(root.iterdir()) == []
    with pytest.raises(DiskFullError):
        mark.check()
    listed.write_text("")
    mark.check()
    assert mark.is_there()


def test_a_person_may_say_that_these_are_the_recordings(root: Path) -> None:
    mark = RecordingsMark(root)
    with pytest.raises(DiskFullError, match=f"touch {root}"):
        mark.recognise([root / "gone.mp4"])
    (root / MARK_NAME).touch()
    mark.check()
    mark.check()


def test_recordings_that_are_exchanged_or_unmounted_under_the_worker_are_noticed(root: Path) -> None:
    mark = RecordingsMark(root)
    mark.recognise([])
    own = (root / MARK_NAME).read_text()
    (root / MARK_NAME).unlink()
    with pytest.raises(DiskFullError, match="its mark is gone"):
        mark.check()
    (root / MARK_NAME).write_text("another")
    with pytest.raises(DiskFullError, match="other recordings"):
        mark.check()
    (root / MARK_NAME).write_text(own)
    mark.check()


def test_a_link_in_the_place_of_the_mark_is_not_followed(root: Path, tmp_path: Path) -> None:
    (root / MARK_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="Cannot read"):
        RecordingsMark(root).recognise([])
    assert not (tmp_path / "elsewhere").exists()


def test_who_never_looked_for_a_mark_is_not_held_up(root: Path) -> None:
    RecordingsMark(root).check()
    assert list(root.iterdir()) == []


def test_a_root_that_is_not_there_is_said_by_others(root: Path) -> None:
    root.rmdir()
    RecordingsMark(root).recognise([root / "gone.mp4"])
