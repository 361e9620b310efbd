"""The command `requests`: lists the recent requests to the worker, newest first."""

import argparse

from anr_tui.cli.output import AddCommand, print_rows, read_settings, read_snapshot, with_view
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.event_tables import REQUEST_HEADS, request_cells, request_fields


def add_command(add: AddCommand) -> None:
    """Add `requests` to the command line."""
    requests = add("requests", _requests, "list what was asked of the worker lately, newest first")
    requests.add_argument("--json", action="store_true", help="as JSON")


def _requests(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await read_snapshot(view)).requests
        return print_rows(rows, request_fields, REQUEST_HEADS, request_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)
