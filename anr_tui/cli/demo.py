"""The command `demo`: a simulated site whose cameras lose footage, with the console on it."""

import argparse
from pathlib import Path

from anr_tui.cli.console import show_console
from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_text
from anr_tui.domain.errors import SettingsError


def add_command(add: AddCommand) -> None:
    """Add `demo` to the command line."""
    demo = add("demo", _demo, "a simulated site: real RTSP cameras lose footage, and the gaps close")
    demo.add_argument("--once", action="store_true", help="without a screen; exit when what can be filled is filled")
    demo.add_argument("--keep", type=Path, metavar="DIR", help="make the site in DIR and keep it")


def _demo(options: argparse.Namespace) -> int:
    from anr_tui.demo.demo import run_demo_once, run_demo_with_console

    if options.once:
        return DONE if run_demo_once(options.keep, print_text) else NOT_DONE
    from anr_tui.console.terminal.capabilities import can_draw

    if not can_draw():
        raise SettingsError("The demo's console needs a terminal.", "`anr-tui demo --once` runs without one.")
    run_demo_with_console(options.keep, show_console, print_text)
    return DONE
