"""Reading a media file from a disk that fails in the middle: neither the end of the file, nor damage."""

import errno
import itertools
import os
from pathlib import Path

import pytest

from anr_tui.domain.errors import FillError, StorageError
from anr_tui.fill.media import open_media as module
from anr_tui.fill.media.key_frame_match import encoder_description, key_frames
from anr_tui.fill.media.open_media import open_media
from anr_tui.fill.media.verify import read_frames, read_media
from anr_tui.platform.files.regular_file import NotRegularError


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("read", [read_media, read_frames, key_frames])
def test_a_read_that_fails_once_is_said(make_part, monkeypatch: pytest.MonkeyPatch, read, at: int) -> None:
    part, numbers = make_part(), itertools.count(1)
    read_file = module._CheckedFile.read

    def failing(file: module._CheckedFile, size: int) -> bytes:
        if next(numbers) == at:
            monkeypatch.setattr(file, "_file", FailingFile())
        return read_file(file, size)

    monkeypatch.setattr(module._CheckedFile, "read", failing)
    with pytest.raises(StorageError, match=f"Cannot read {part}: Input/output error"):
        read(part)


class FailingFile:
    """A file on a disk that is gone."""

    def read(self, _: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def seek(self, *_: int) -> int:
        return 0

    def tell(self) -> int:
        return 0


def test_a_file_that_is_not_there_is_said_as_ever(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_media(tmp_path / "gone.mp4"):
        pass
    assert encoder_description(tmp_path / "gone.mp4") == frozenset()


def test_a_link_in_a_file_s_place_is_not_followed_and_no_fault_of_the_disk(make_part, tmp_path: Path) -> None:
    link = tmp_path / "link.mp4"
    link.symlink_to(make_part())
    with pytest.raises(NotRegularError), open_media(link):
        pass
    with pytest.raises(FillError, match="a link, a pipe") as refused:
        read_media(link)
    assert not isinstance(refused.value, StorageError)
