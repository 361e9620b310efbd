"""The command line as a whole: its parser, and what the ends of commands mean."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from anr_tui import __version__
from anr_tui.cli import asking, lists, running
from anr_tui.cli.output import NOT_DONE, WRONG_USE, Run, refuse
from anr_tui.errors import AnrError, JournalError, SettingsError, SiteError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (SettingsError, SiteError, JournalError) as error:
        return refuse(error, WRONG_USE)
    except AnrError as error:
        return refuse(error, NOT_DONE)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain when it flushes what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anr-tui",
        parents=[_common_flags()],
        description="Fills the holes in a camera site's recordings from the cameras' own storage. "
        "Without a command it opens the console.",
        epilog="Settings come from these flags, then HELDAR_… and ANR_… variables, then config.toml.",
    )
    parser.add_argument("--version", action="version", version=f"anr-tui {__version__}")
    parser.set_defaults(run=running.console)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: Run, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words, parents=[_common_flags(default=False)])
        command.set_defaults(run=run)
        return command

    for part in (running, lists, asking):
        part.add_commands(add)
    return parser


def _common_flags(*, default: bool = True) -> argparse.ArgumentParser:
    """The flags that stand before or after a command; only the first set has defaults, so neither undoes the other."""
    missing = None if default else argparse.SUPPRESS
    flags = argparse.ArgumentParser(add_help=False)
    flags.add_argument("--database", default=missing, metavar="URL", help="the site database: a path or sqlite:// URL")
    flags.add_argument("--recordings", default=missing, type=Path, metavar="DIR", help="the recordings directory")
    flags.add_argument("--journal", default=missing, type=Path, metavar="PATH", help="our own journal")
    flags.add_argument("--config", default=missing, type=Path, metavar="PATH", help="the settings file")
    return flags
