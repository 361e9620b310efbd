"""The command `cancel`: stops a running fill; what arrived is kept."""

import argparse

from anr_tui.cli.output import AddCommand, print_text, read_settings, with_view
from anr_tui.cli.request.ask import worker_hint
from anr_tui.domain.request import RequestKind
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `cancel` to the command line."""
    cancel = add("cancel", _cancel, "stop a running fill; what arrived is kept")
    cancel.add_argument("fill", type=int, metavar="FILL", help="number of the fill")


def _cancel(options: argparse.Namespace) -> int:
    async def ask(view: SiteReader) -> int:
        await view.requests.ask(RequestKind.CANCEL, fill_id=options.fill)
        return print_text(f"Asked: cancel fill {options.fill}.{await worker_hint(view)}")

    return with_view(read_settings(options), ask)
