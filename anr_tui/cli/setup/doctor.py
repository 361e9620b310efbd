"""The command `doctor`: checks all that a fill needs, and names the remedy for whatever is missing."""

import argparse
import asyncio

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_text, read_settings


def add_command(add: AddCommand) -> None:
    """Add `doctor` to the command line."""
    add("doctor", _doctor, "check ffmpeg, database, directories, disk, key and cameras, and say what to do")


def _doctor(options: argparse.Namespace) -> int:
    from anr_tui.doctor import examine

    checks = asyncio.run(examine(read_settings(options)))
    for check in checks:
        print_text(check.text)
    return NOT_DONE if any(check.is_failure for check in checks) else DONE
