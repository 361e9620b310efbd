"""The command `fills`: lists the running fills, then the newest ended ones."""

import argparse

from anr_tui.cli.output import AddCommand, print_rows, read_settings, read_snapshot, with_view
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.text_tables import FILL_HEADS, fill_cells, fill_fields


def add_command(add: AddCommand) -> None:
    """Add `fills` to the command line."""
    fills = add("fills", _fills, "list the running fills, then the newest ended ones")
    fills.add_argument("--json", action="store_true", help="as JSON")


def _fills(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await read_snapshot(view)).fills
        return print_rows(rows, fill_fields, FILL_HEADS, fill_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)
