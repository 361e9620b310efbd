"""The command `console`: opens the console, or prints the status where standard output is no terminal."""

import argparse
import gc
import logging

from anr_tui.cli.output import DONE, AddCommand, print_text, read_settings
from anr_tui.cli.show.status import show_status
from anr_tui.config.settings import Settings
from anr_tui.service.launcher import ChildWorker, StartWorker, settings_flags


def add_command(add: AddCommand) -> None:
    """Add `console` to the command line."""
    add_console_flags(add("console", run_console_command, "open the console"), default=argparse.SUPPRESS)


def run_console_command(options: argparse.Namespace) -> int:
    """Open the console, or print the status where there is no terminal to draw on. Returns the exit status."""
    from anr_tui.console.terminal.capabilities import can_draw

    if not can_draw():
        print_text("The console needs a terminal that it can draw on; here is the status instead.")
        return show_status(options, is_json=False, is_check=False)
    from anr_tui.cli import first_start

    settings = read_settings(options)
    if (no_site := first_start.search(options, settings)) is not None:
        return first_start.start_without_site(options, settings, no_site)
    # Objects made until the site is read stay: searching them for garbage costs a tenth of the start.
    # run_console turns garbage collection on again.
    gc.disable()
    if options.read_only:
        return _show_to_guest(settings)
    show_console(settings, ChildWorker(settings_flags(settings, options.config)).start)
    return DONE


def add_console_flags(parser: argparse.ArgumentParser, *, default: object = False) -> None:
    """Add the console's own flags, which may stand before or after the command, to `parser`."""
    words = "read-only: requests, starts and writes nothing"
    parser.add_argument("--read-only", action="store_true", default=default, help=words)
    line = parser.add_mutually_exclusive_group()
    for speed, meaning in (("slow", "send less to this terminal"), ("fast", "send everything, even over SSH")):
        line.add_argument(
            f"--{speed}", dest="line", action="store_const", const=speed, default=default or None, help=meaning
        )


def _show_to_guest(settings: Settings) -> int:
    """Show the console without a log: a guest can neither write a log file here nor is to see a traceback."""
    from anr_tui.console.run import run_console

    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    run_console(settings, None, is_read_only=True)
    return DONE


def show_console(settings: Settings, start_worker: StartWorker) -> None:
    """Show the site until the operator leaves; the console's log goes beside the logs of the fills.

    `start_worker` starts a worker, and is called while none runs. Raises AnrError where the site cannot be opened.
    """
    from anr_tui.console.run import run_console
    from anr_tui.platform.logging_setup import set_up_log

    set_up_log(settings.logs_dir / "console.log", to_terminal=False)
    run_console(settings, start_worker)
