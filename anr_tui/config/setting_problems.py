"""What is wrong with a setting, in a sentence for the operator: its name, its value, and what is allowed."""

import difflib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from anr_tui.config.setting_types import FLAG_WORDS, Flag


def sentences(
    error: ValidationError, path: Path, fields: Mapping[str, FieldInfo], secret: Collection[str]
) -> list[str]:
    """One for each bad setting.

    `path` is the settings file that was read, `fields` are all settings by their names, and the values of those in
    `secret` are not shown.
    """
    problems = [(str(problem["loc"][0]), problem) for problem in error.errors()]
    return [
        _unknown(name, path, fields)
        if problem["type"] == "extra_forbidden"
        else _refused(name, problem, fields[name], is_secret=name in secret)
        for name, problem in problems
    ]


def _unknown(name: str, path: Path, fields: Mapping[str, FieldInfo]) -> str:
    near = difflib.get_close_matches(name.lower(), fields, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"{path}: there is no setting {name!r}.{guess}"


def _refused(name: str, problem: Any, field: FieldInfo, *, is_secret: bool) -> str:
    value = "(hidden)" if is_secret else repr(problem["input"])
    where = "environment" if os.environ.get(name.upper()) else "settings"
    return f"{name.upper()} ({where}) is {value}; {_allowed(problem, field)}."


def _allowed(problem: Any, field: FieldInfo) -> str:
    bounds = {kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "le") if hasattr(rule, kind)}
    if "ge" in bounds and "le" in bounds:
        return f"allowed is a number from {bounds['ge']} to {bounds['le']}"
    if "ge" in bounds:
        return f"allowed is a number of at least {bounds['ge']}"
    if field.annotation == Flag | None:
        return f"allowed is one of {', '.join(FLAG_WORDS)}"
    if get_origin(field.annotation) is Literal:
        return f"allowed is one of {', '.join(get_args(field.annotation))}"
    if field.annotation is int:
        return "allowed is a whole number"
    return str(problem["msg"]).removeprefix("Value error, ")
