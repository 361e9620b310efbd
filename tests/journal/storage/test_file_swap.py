"""A journal's files on disk: who makes or sets one aside does so alone, and none is lost on the way."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError
from anr_tui.journal.storage import file_swap
from anr_tui.journal.storage.file_swap import alone, make_file, name_aside, remove, replace, set_aside

AT = datetime(2026, 6, 13, 12, tzinfo=UTC)


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal that is open: three files."""
    path = tmp_path / "site.anr.db"
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"{path.name}{suffix}").write_text(f"old{suffix}")
    return path


def test_the_three_files_of_a_journal_keep_together(path: Path) -> None:
    set_aside(path, name_aside(path, AT))

    assert contents(path.parent) == {
        "site.anr.damaged-20260613T120000Z.db": "old",
        "site.anr.damaged-20260613T120000Z.db-wal": "old-wal",
        "site.anr.damaged-20260613T120000Z.db-shm": "old-shm",
    }


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_no_name_is_given_of_which_one_file_is_taken(path: Path, suffix: str) -> None:
    first = name_aside(path, AT)
    (path.parent / f"{first.name}{suffix}").touch()
    second = name_aside(path, AT)
    second.touch()

    assert len({first, second, name_aside(path, AT)}) == 3


def test_a_new_journal_takes_the_place_of_another_that_is_kept(path: Path) -> None:
    new = path.with_name("made.db")
    new.write_text("new")
    aside = name_aside(path, AT)
    replace(path, new, aside)

    assert path.read_text() == "new"
    assert aside.read_text() == "old"
    assert not path.with_name(f"{path.name}-wal").exists(), "it would be read together with the new one"


def test_what_a_power_loss_cut_short_is_finished_by_whoever_comes_next(path: Path, monkeypatch) -> None:
    new = path.with_name("made.db")
    new.write_text("new")
    with monkeypatch.context() as power_loss:
        power_loss.setattr(file_swap, "_put", lambda path: None)
        replace(path, new, name_aside(path, AT))
    assert not path.exists()

    make_file(path)

    assert path.read_text() == "new"


def test_a_file_that_is_there_is_left_as_it_is(path: Path) -> None:
    before = contents(path.parent)
    make_file(path)

    assert contents(path.parent) == before


def test_what_is_left_of_a_journal_that_was_taken_away_is_not_beside_the_new_one(path: Path) -> None:
    path.unlink()
    make_file(path)

    assert path.read_text() == ""
    assert not path.with_name(f"{path.name}-wal").exists()
    assert sorted(text for text in contents(path.parent).values() if text) == ["old-shm", "old-wal"]


def test_a_journal_that_never_got_its_name_is_removed_whole(path: Path) -> None:
    remove(path)
    remove(path)

    assert contents(path.parent) == {}


def test_one_at_a_time_in_a_folder_and_who_waits_too_long_is_told_of_which(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_swap, "_WAIT_S", 0.0)

    other = path.with_name("other.db")
    with alone(path), pytest.raises(JournalError, match=str(path.parent)), alone(other):
        pass
    with alone(other):
        pass
