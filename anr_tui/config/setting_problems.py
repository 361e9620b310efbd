"""What is wrong with a setting, in a sentence for the operator: its name, its value, and what is allowed."""

import difflib
from collections.abc import Collection
from pathlib import Path


def unknown(name: str, path: Path, names: Collection[str]) -> str:
    """Of a setting in the file `path` that does not exist; `names` are those that do."""
    near = difflib.get_close_matches(name.lower(), names, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"{path}: there is no setting {name!r}.{guess}"


def refused(name: str, value: object, place: str, reason: object, *, is_secret: bool) -> str:
    """Of a value, given in `place`, that is not allowed for `reason`; one that is secret is not shown."""
    shown = "(hidden)" if is_secret else repr(value)
    return f"{name.upper()} ({place}) is {shown}; {reason}."
