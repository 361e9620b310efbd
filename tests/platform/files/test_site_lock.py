"""A lock on files by what they are, shared by those with one name."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anr_tui.platform.files.site_lock import SiteLock


@pytest.fixture
def lock() -> Iterator[Callable[..., SiteLock]]:
    with contextlib.ExitStack() as stack:

        def opened(*paths: Path) -> SiteLock:
            made = SiteLock(paths)
            stack.callback(made.close)
            return made

        yield opened


@pytest.mark.parametrize("kind", ["the same name", "a symbolic link", "a hard link"])
def test_another_name_of_the_file_is_the_same_file(tmp_path: Path, lock: Callable[..., SiteLock], kind: str) -> None:
    first = tmp_path / "site.db"
    first.write_text("")
    second = tmp_path / "other.db" if kind != "the same name" else first
    if kind == "a symbolic link":
        second.symlink_to(first)
    elif kind == "a hard link":
        os.link(first, second)
    holder, other, fellow = lock(first), lock(second), lock(second)
    assert holder.take("one") is None
    assert other.take("two") == second
    assert fellow.take("one") is None
    holder.close()
    assert other.take("two") == second
    fellow.release()
    assert other.take("two") is None
    assert fellow.take("one") == second


def test_directories_are_locked_too_and_what_is_not_there_is_left_out(
    tmp_path: Path, lock: Callable[..., SiteLock]
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert lock(tmp_path / "gone", tmp_path).take("one") is None
    assert lock(tmp_path / "link").take("two") == tmp_path / "link"


def test_who_is_refused_holds_nothing(tmp_path: Path, lock: Callable[..., SiteLock]) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        path.write_text("")
    assert lock(paths[1]).take("one") is None
    assert lock(*paths).take("two") == paths[1]
    assert lock(paths[0]).take("three") is None


def test_an_open_database_is_not_disturbed(tmp_path: Path, lock: Callable[..., SiteLock]) -> None:
    path = tmp_path / "site.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE t (x)")
        assert lock(path).take("one") is None
        database.execute("BEGIN EXCLUSIVE")
        database.execute("INSERT INTO t VALUES (1)")
        assert lock(path).take("two") == path
        database.execute("COMMIT")
