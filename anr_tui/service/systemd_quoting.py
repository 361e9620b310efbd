"""Quoting of values for a systemd unit: quotes, escapes, doubled specifiers; what systemd cannot read is refused.

Sources: systemd.syntax(7) "Quoting", systemd.unit(5) "Specifiers", systemd.service(5) "Command lines". Every function
raises SettingsError for a value that a unit cannot hold.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from anr_tui.domain.errors import SettingsError

_PLAIN = re.compile(r"[\w./:@+,=-]+", re.ASCII)
# The names that systemd accepts from the user database, without characters that have a meaning in a unit.
_NAME = re.compile(r"[\w.][\w.@-]*\$?", re.ASCII)


def command_line(words: Iterable[str]) -> str:
    """A command line for `ExecStart=`; the program must be an absolute path."""
    program, *arguments = words
    if "$" in program:
        raise _unsayable(program, "a program's path with a `$`")
    # systemd would replace `$NAME` by the value of a variable.
    return " ".join([_word(program), *(_word(argument).replace("$", "$$") for argument in arguments)])


def path_list(paths: Iterable[Path]) -> str:
    """Absolute paths, each once, in order, for settings such as `ReadWritePaths=`."""
    return " ".join(_word(str(path)) for path in sorted(set(paths)))


def assignments(variables: Mapping[str, str]) -> str:
    """Variables for `Environment=`."""
    return " ".join(_word(f"{name}={value}") for name, value in sorted(variables.items()))


def account(name: str) -> str:
    """The name or number of a user or group, for `User=` and `Group=`."""
    if not _NAME.fullmatch(name):
        raise _unsayable(name, "such a user or group")
    return name


def _word(text: str) -> str:
    if not text.isprintable():
        raise _unsayable(text, "a character that does not show, or is no UTF-8")
    doubled = text.replace("%", "%%")
    if _PLAIN.fullmatch(text):
        return doubled
    escaped = doubled.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unsayable(text: str, what: str) -> SettingsError:
    return SettingsError(f"A systemd unit cannot name {text!a}: {what}.", "Rename it, or use another one.")
