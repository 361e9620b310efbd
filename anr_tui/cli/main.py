"""The command line of `anr-tui`: its parser, and the exit status for each kind of error."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from anr_tui import __version__
from anr_tui.cli import console, demo, worker
from anr_tui.cli.help_pages import epilog
from anr_tui.cli.output import NOT_DONE, WRONG_USE, Run, refuse
from anr_tui.cli.request import cancel, diagnose, fill, parts, retry
from anr_tui.cli.setup import camera, completion, doctor, init, settings
from anr_tui.cli.show import cameras, events, evidence, fills, gaps, queue, report, requests, stats, status, url, verify
from anr_tui.domain.errors import AnrError, JournalError, SettingsError, SiteError

# In the order in which help lists them; `completion` follows them, since it needs the parsers of all.
_COMMANDS = (
    *(console, worker, doctor, init, demo),
    *(status, cameras, gaps, fills, queue, requests, url, verify, evidence, events, report, stats),
    *(fill, retry, cancel, parts, diagnose, camera, settings),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on `arguments` (by default those of this process) and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that this terminal cannot show is no reason to stop
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (SettingsError, SiteError, JournalError) as error:
        return refuse(error, WRONG_USE)
    except AnrError as error:
        return refuse(error, NOT_DONE)
    except BrokenPipeError:
        # Nobody reads our output any more; Python would complain when it flushes the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of the whole command line, with a subparser for each command."""
    parser = argparse.ArgumentParser(
        prog="anr-tui",
        parents=[_common_flags()],
        description="Fills the holes in a camera site's recordings from the cameras' own storage. "
        "\nWithout a command it opens the console.",
        epilog=epilog(""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"anr-tui {__version__}")
    parser.set_defaults(run=console.run_console_command)
    console.add_console_flags(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: Run, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=epilog(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[_common_flags(default=False)],
        )
        command.set_defaults(run=run)
        return command

    for command in _COMMANDS:
        command.add_command(add)
    completion.add_command(add, parser)
    return parser


def _common_flags(*, default: bool = True) -> argparse.ArgumentParser:
    """A parser of the flags that may stand before or after a command.

    Only the set before the command (`default`) has defaults, so that the set behind it does not overwrite given values.
    """
    missing = None if default else argparse.SUPPRESS
    flags = argparse.ArgumentParser(add_help=False)
    flags.add_argument("--database", default=missing, metavar="URL", help="the site database: a path or sqlite:// URL")
    flags.add_argument("--recordings", default=missing, type=Path, metavar="DIR", help="the recordings directory")
    flags.add_argument("--journal", default=missing, type=Path, metavar="PATH", help="anr-tui's own journal")
    flags.add_argument("--config", default=missing, type=Path, metavar="PATH", help="the settings file")
    return flags
