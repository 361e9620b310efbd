"""The command `init`: makes an empty site database, for a site without Heldar."""

import argparse
from pathlib import Path

from anr_tui.cli.output import AddCommand, print_text


def add_command(add: AddCommand) -> None:
    """Add `init` to the command line."""
    init = add("init", _init, "make an empty site database, for a site without Heldar")
    init.add_argument("path", type=Path, metavar="PATH", help="where to make it")


def _init(options: argparse.Namespace) -> int:
    from anr_tui.sites.heldar.schema import create_site_database

    create_site_database(options.path)
    return print_text(f"Made an empty site database at {options.path}.")
