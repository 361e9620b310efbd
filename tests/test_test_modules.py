"""What is named as a test is a test, and nothing else: no other module takes anything from it."""

import ast
import fnmatch
from pathlib import Path

import pytest

from tests.documents import PROJECT, imported_modules

FOLDERS = ("anr_tui", "benchmarks", "tests")
# What pytest collects unless it is told otherwise.
TEST_FILES = ("test_*.py", "*_test.py")


def modules(*folders: str) -> list[str]:
    """Every Python file below these folders, by its path in the project."""
    return sorted(
        path.relative_to(PROJECT).as_posix() for folder in folders for path in (PROJECT / folder).rglob("*.py")
    )


def is_test_file(path: str) -> bool:
    """Whether pytest looks for tests in a file of this name."""
    return any(fnmatch.fnmatch(Path(path).name, pattern) for pattern in TEST_FILES)


def collected_names(path: str) -> list[str]:
    """The functions and classes of a file that pytest takes for tests by their names."""
    body = ast.parse((PROJECT / path).read_text(encoding="utf-8")).body
    functions = [each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    classes = [each.name for each in body if isinstance(each, ast.ClassDef)]
    return [name for name in functions if name.startswith("test")] + [
        name for name in classes if name.startswith("Test")
    ]


def test_no_module_takes_anything_from_a_test_module() -> None:
    test_modules = {Path(path).stem for path in modules("tests") if is_test_file(path)}
    assert len(test_modules) > 100

    taken = {path: sorted(imported_modules(PROJECT / path)) for path in modules(*FOLDERS)}
    assert not [
        f"{path} imports {name}: what both need belongs in a module of builders (tests/README.md)"
        for path, names in taken.items()
        for name in names
        if name.split(".")[0] in {"tests", *test_modules} and test_modules & set(name.split("."))
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_tests_are_named_as_tests(folder: str) -> None:
    if folder != "tests":
        assert not [path for path in modules(folder) if is_test_file(path)]
    others = [path for path in modules(folder) if not is_test_file(path)]
    assert not {path: names for path in others if (names := collected_names(path))}


def test_each_test_module_has_tests() -> None:
    assert not [path for path in modules("tests") if is_test_file(path) and not collected_names(path)]
