"""Reads the project's pages, for the tests that hold them to the program."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent


def read_page(page: str) -> str:
    """The text of a page, named by its path in the project."""
    return (PROJECT / page).read_text(encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """A page's parts by their headings of the second level; what stands before the first is left out."""
    parts = re.split(r"^## (.+)$", read_page(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str) -> list[list[str]]:
    """The rows of a section's table, its head left out."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def defined_names(path: Path) -> set[str]:
    """Everything that a Python file defines: classes, functions, methods (`Class.method`) and module variables."""
    return set(_defined(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _defined(body: list[ast.stmt], prefix: str) -> list[str]:
    names: list[str] = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            names += [f"{prefix}{node.name}", *_defined(node.body, f"{prefix}{node.name}.")]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.append(f"{prefix}{node.name}")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [f"{prefix}{target.id}" for target in targets if isinstance(target, ast.Name)]
    return names


def imported_modules(path: Path) -> set[str]:
    """The full names of all modules, and of all that is taken from them, that a Python file imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return names


def module_name(path: str) -> str:
    """The module that a file of the package is, such as `anr_tui.fill.plan` for `anr_tui/fill/plan.py`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
