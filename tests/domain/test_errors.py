"""Errors of several tasks at once, as an operator reads them."""

import ast
import asyncio
from pathlib import Path

import pytest

import anr_tui
from anr_tui.domain.errors import AnrError, LeaseLostError, first_of_ours


async def fail(error: Exception) -> None:
    raise error


async def test_what_tasks_ended_with_comes_out_as_one_error() -> None:
    with pytest.raises(LeaseLostError, match="first"), first_of_ours():
        async with asyncio.TaskGroup() as outer:
            outer.create_task(fail(ExceptionGroup("lanes", [LeaseLostError("first"), AnrError("second")])))


async def test_a_defect_beside_an_error_of_ours_is_not_hidden() -> None:
    with pytest.raises(ExceptionGroup) as caught, first_of_ours():
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(AnrError("ours")))
            group.create_task(fail(ZeroDivisionError("a defect")))
    assert caught.group_contains(ZeroDivisionError)


def test_no_error_is_raised_out_of_a_group_by_syntax_that_wraps_it_again_before_python_3_11_4() -> None:
    for path in Path(anr_tui.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.TryStar) for node in ast.walk(tree)), path
