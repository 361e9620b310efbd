"""docs/adding.md names files and tests that exist, for each of the ten changes."""

import re

import pytest

from tests.documents import PROJECT, defined_names, read_page, rows, sections

PAGE = "docs/adding.md"
CHANGES = sections(PAGE)
TEN = [
    "A setting",
    "A metric",
    "A fault of the simulated camera",
    "An outcome",
    "A column",
    "A key",
    "A kind of event",
    "A command",
    "A dialect",
    "A kind of site",
]
OTHER_GUARDS = {"", "mypy", "the program does not start"}


def test_there_are_the_ten_changes() -> None:
    assert list(CHANGES) == TEN


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_has_its_files_in_order_and_something_that_fails(change: str) -> None:
    files = [row[0].strip() for row in rows(CHANGES[change])]
    guards = [row[2].strip(" |") for row in rows(CHANGES[change])]

    assert len(files) == len(set(files)) > 1
    assert all(re.fullmatch(r"`[\w./]+`", file) for file in files), files
    assert all(guard in OTHER_GUARDS or re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`", guard) for guard in guards)
    assert any(guards)


def test_every_path_exists() -> None:
    """NAME stands for the name of what is added: the folder before it is what must be there."""
    for path in re.findall(r"`((?:anr_tui|tests|docs|styles)/[\w./]+)", read_page(PAGE)):
        folder = path.partition("NAME")[0].rpartition("/")[0]
        assert (PROJECT / (folder if "NAME" in path else path)).exists(), path


def test_every_test_exists() -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", read_page(PAGE)):
        assert name in defined_names(PROJECT / path), name
