"""The command `retry`: asks the worker to set gaps to pending again, with their number of attempts back at zero."""

import argparse

from anr_tui.cli.output import NOT_DONE, AddCommand, print_text, read_settings, refuse, with_view
from anr_tui.cli.request.ask import ask_each
from anr_tui.domain.errors import SettingsError, SiteError
from anr_tui.domain.request import RequestKind
from anr_tui.view.site_reader import SiteReader

_ADVICE = "`anr-tui verify GAP` shows whether its files are what they were; --yes fetches it again."


def add_command(add: AddCommand) -> None:
    """Add `retry` to the command line."""
    retry = add("retry", _retry, "set gaps to pending again, with all attempts left")
    retry.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap")
    retry.add_argument("--all-failed", action="store_true", help="every gap that was given up")
    retry.add_argument("--yes", action="store_true", help="also filled gaps, which then count as missing again")


def _retry(options: argparse.Namespace) -> int:
    async def ask(view: SiteReader) -> int:
        gaps = await view.lookups.failed_gap_ids() if options.all_failed else options.gaps
        if not gaps:
            return print_text("No gap was given up; there is nothing to retry.")
        filled = () if options.yes or options.all_failed else await view.lookups.filled_of(gaps)
        for gap in filled:
            refuse(SiteError(f"Gap {gap} is filled: nothing of it was tried again.", _ADVICE), NOT_DONE)
        status = await ask_each(view, RequestKind.RETRY, [gap for gap in gaps if gap not in filled])
        return NOT_DONE if filled else status

    if bool(options.gaps) == options.all_failed:
        raise SettingsError("Name the gaps to retry, or say --all-failed.")
    return with_view(read_settings(options), ask)
