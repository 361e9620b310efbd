"""Values as systemd reads them in a unit: quoted, escaped, specifiers doubled; what it cannot read is refused.

Sources: systemd.syntax(7) "Quoting", systemd.unit(5) "Specifiers", systemd.service(5) "Command lines".
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from anr_tui.domain.errors import SettingsError

_PLAIN = re.compile(r"[\w./:@+,=-]+", re.ASCII)
# As systemd takes them from the user database, without what means something in a unit.
_NAME = re.compile(r"[\w.][\w.@-]*\$?", re.ASCII)


def command_line(words: Iterable[str]) -> str:
    """A command line; its program is an absolute path."""
    program, *arguments = words
    if "$" in program:
        raise _unsayable(program, "a program's path with a `$`")
    # systemd would put a variable's value in the place of `$NAME`.
    return " ".join([_word(program), *(_word(argument).replace("$", "$$") for argument in arguments)])


def path_list(paths: Iterable[Path]) -> str:
    """Absolute paths, each once, in order."""
    return " ".join(_word(str(path)) for path in sorted(set(paths)))


def assignments(variables: Mapping[str, str]) -> str:
    """Variables of the environment."""
    return " ".join(_word(f"{name}={value}") for name, value in sorted(variables.items()))


def account(name: str) -> str:
    """The name or number of a user or group."""
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
