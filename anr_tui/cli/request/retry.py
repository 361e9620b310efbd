"""The command `retry`: asks the worker to set gaps to pending again, with their number of attempts back at zero."""

import argparse

from anr_tui.cli.output import AddCommand, print_text, read_settings, with_view
from anr_tui.cli.request.ask import ask_each
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.request import RequestKind
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `retry` to the command line."""
    retry = add("retry", _retry, "set gaps to pending again, with all attempts left")
    retry.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap")
    retry.add_argument("--all-failed", action="store_true", help="every gap that was given up")


def _retry(options: argparse.Namespace) -> int:
    async def ask(view: SiteReader) -> int:
        gaps = await view.lookups.failed_gap_ids() if options.all_failed else options.gaps
        if not gaps:
            return print_text("No gap was given up; there is nothing to retry.")
        return await ask_each(view, RequestKind.RETRY, gaps)

    if bool(options.gaps) == options.all_failed:
        raise SettingsError("Name the gaps to retry, or say --all-failed.")
    return with_view(read_settings(options), ask)
