"""The command `fill`: asks the worker to fill gaps now, and with `--wait` waits for the outcome."""

import argparse
import sys

from anr_tui.cli.output import AddCommand, read_settings, with_view
from anr_tui.cli.request.ask import ask_each
from anr_tui.domain.request import RequestKind
from anr_tui.journal.presence import present
from anr_tui.service.launcher import ChildWorker, settings_flags


def add_command(add: AddCommand) -> None:
    """Add `fill` to the command line."""
    fill = add("fill", _fill, "ask for gaps to be filled now")
    fill.add_argument("gaps", nargs="+", metavar="GAP", help="id of a recording gap")
    fill.add_argument("--wait", action="store_true", help="wait for the outcome, starting a worker if none runs")


def _fill(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    if not options.wait:
        return with_view(settings, lambda view: ask_each(view, RequestKind.FILL, options.gaps))
    from anr_tui.cli.fill_progress import progress_on
    from anr_tui.cli.wait import FillWait

    child = ChildWorker([*settings_flags(settings, options.config), "--idle"])
    with present(settings.consoles_path) as presence:
        try:
            return with_view(settings, lambda view: FillWait(view, child, progress_on(sys.stdout)).run(options.gaps))
        finally:
            if presence.is_last():
                child.stop()
