"""docs/architecture.md says what the code is: the layers, the folders, and the files on the two walks.

What lies in a folder is read before any of it is opened, so a folder holds few enough entries to be read at a glance.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.documents import PROJECT, defined_names, imported_modules, module_name, read_page, rows, sections

PAGE = "docs/architecture.md"
WALKS = {"A window, from gap row to landed file": 9, "A key, from f to the running fill": 10}
"""The walks by their headings, and how many rooms each may have."""
WIDEST = 15
"""So many files and folders may lie in one folder of the package."""


@dataclass(frozen=True, slots=True)
class Step:
    """One room of a walk: its file, the function in it, and in words how it is reached from the room before."""

    file: str
    function: str
    reached_by: str


def parts() -> dict[str, str]:
    """The page's sections; a key in a heading is written as code."""
    return {heading.replace("`", ""): text for heading, text in sections(PAGE).items()}


def walk(heading: str) -> list[Step]:
    return [Step(row[1].strip("`"), row[2].strip("`"), row[4].strip()) for row in rows(parts()[heading])]


def test_the_picture_shows_the_layers_that_imports_are_held_to() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    (picture,) = re.findall(r"```\n(.+?)```", parts()["The layers"], re.DOTALL)

    assert [re.split(r"\s{2,}", line)[0] for line in picture.splitlines()] == [
        layer.replace("anr_tui.", "") for layer in layers
    ]


def test_every_folder_is_listed_with_its_own_first_line_and_what_it_has_inside() -> None:
    listed = {row[0].strip("` "): [cell.strip() for cell in row[1:]] for row in rows(parts()["The folders"])}
    code = PROJECT / "anr_tui"
    folders = {f"{init.parent.name}/": init for init in code.glob("*/__init__.py")}
    modules = {file.name: file for file in code.glob("*.py") if not file.name.startswith("__")}

    assert listed.keys() == folders.keys() | modules.keys()
    for name, file in (folders | modules).items():
        purpose = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        inside = sorted(f"`{each.parent.name}/`" for each in code.glob(f"{name}*/__init__.py"))
        assert listed[name] == [purpose.splitlines()[0], ", ".join(inside)], name


def test_no_folder_of_the_package_is_too_wide_to_be_read_at_a_glance() -> None:
    package = PROJECT / "anr_tui"
    folders = [package, *(each for each in package.rglob("*") if each.is_dir() and not each.name.startswith("__"))]
    widths = {folder.relative_to(PROJECT).as_posix(): len(_entries(folder)) for folder in folders}
    too_wide = {folder: width for folder, width in widths.items() if width > WIDEST}

    assert len(widths) > 1
    assert not too_wide, "cut it along what belongs together"


def _entries(folder: Path) -> list[str]:
    """What a reader sees in a folder, without what every package has."""
    return [each.name for each in folder.iterdir() if not each.name.startswith(("__", "."))]


@pytest.mark.parametrize("heading", WALKS)
def test_a_walk_is_short_and_enters_no_room_twice(heading: str) -> None:
    files = [step.file for step in walk(heading)]

    assert 1 < len(files) <= WALKS[heading]
    assert len(files) == len(set(files))


@pytest.mark.parametrize("heading", WALKS)
def test_every_room_of_a_walk_has_the_function_that_is_named(heading: str) -> None:
    for step in walk(heading):
        assert step.function in defined_names(PROJECT / step.file), step


@pytest.mark.parametrize("heading", WALKS)
def test_every_room_of_a_walk_is_reached_as_it_says(heading: str) -> None:
    for before, step in pairwise(walk(heading)):
        paths, words = re.findall(r"`(anr_tui/[\w/]+\.py)`", step.reached_by), re.sub(r"`.+?`", "", step.reached_by)
        if step.reached_by == "the part file":
            continue
        if words.startswith("call"):
            chain = [before.file, *paths, step.file]
            assert all(_know_each_other(*each) for each in pairwise(chain)), step
        elif words.startswith("the row"):
            # What is written into the journal on one side and read on the other is the same value.
            assert all(module_name(paths[0]) in imported_modules(PROJECT / each.file) for each in (before, step)), step
        else:
            _assert_protocol_between(before, step)


def _know_each_other(one: str, other: str) -> bool:
    return module_name(other) in imported_modules(PROJECT / one) or module_name(one) in imported_modules(
        PROJECT / other
    )


def _assert_protocol_between(before: Step, step: Step) -> None:
    """One of both files imports the protocol, whose method is the function of either."""
    named = re.fullmatch(r"`(\w+\.(\w+))` in `(anr_tui/[\w/]+\.py)`", step.reached_by)
    assert named is not None, step
    member, method, path = named.groups()
    assert member in defined_names(PROJECT / path), step
    assert method in {each.function.rpartition(".")[2] for each in (before, step)}, step
    assert any(module_name(path) in imported_modules(PROJECT / each.file) for each in (before, step)), step


def test_every_path_on_the_page_exists() -> None:
    for path in re.findall(r"`((?:anr_tui|tests|styles|docs)/[\w/.]*)`", read_page(PAGE)):
        assert (PROJECT / path).exists(), path
