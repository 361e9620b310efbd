"""The command `completion`: prints a script that lets a shell complete the commands, and the ids that it offers."""

import argparse
import functools
import re

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_text, read_settings, with_view
from anr_tui.domain.errors import AnrError, SettingsError
from anr_tui.view.site_reader import SiteReader

SHELLS = ("bash", "zsh", "fish")
_LISTED = ("gap", "fill", "camera")
_MOST_IDS = 500
# Shells expand completions: no id may be offered that holds a character with a meaning to one of them.
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def add_command(add: AddCommand, parser: argparse.ArgumentParser) -> None:
    """Add `completion` to the command line; by the time it runs, `parser` has all commands."""
    completion = add(
        "completion",
        functools.partial(_completion, parser),
        "print a script that lets a shell complete our commands with TAB",
    )
    completion.add_argument("shell", nargs="?", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")
    completion.add_argument("--ids", choices=_LISTED, help=argparse.SUPPRESS)


def _completion(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.ids:
        return _ids(options)
    if options.shell is None:
        raise SettingsError(f"Which shell? Say one of {', '.join(SHELLS)}.")
    import shtab

    _say_what_completes(parser)
    return print_text(shtab.complete(parser, options.shell).rstrip())


def _say_what_completes(parser: argparse.ArgumentParser) -> None:
    """Tell shtab how to complete each kind of argument, recognised by its metavar in the help."""
    import shtab

    completes = {"PATH": shtab.FILE, "URL": shtab.FILE, "DIR": shtab.DIRECTORY} | {
        kind.upper(): shtab.cmd(f"anr-tui completion --ids {kind} 2>/dev/null") for kind in _LISTED
    }
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _say_what_completes(command)
        elif isinstance(action.metavar, str) and action.metavar in completes:
            action.complete = completes[action.metavar]  # type: ignore[attr-defined]  # shtab's way to be told


def _ids(options: argparse.Namespace) -> int:
    """Print the ids that a shell may offer, one a line, and no error: a person is typing on the same terminal."""

    async def show(view: SiteReader) -> int:
        snapshot = await view.look()
        ids = {
            "gap": [row.id for row in snapshot.gaps],
            "fill": [str(row.fill.id) for row in snapshot.fills if row.is_running],
            "camera": [row.id for row in snapshot.cameras],
        }
        for each in ids[options.ids][:_MOST_IDS]:
            if _HARMLESS.fullmatch(each):
                print_text(each)
        return DONE

    try:
        return with_view(read_settings(options), show, is_read_only=True)
    except AnrError:
        return NOT_DONE
