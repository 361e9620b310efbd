"""The command `gaps`: lists the recording gaps, newest first."""

import argparse

from anr_tui.cli.output import AddCommand, print_rows, read_settings, read_snapshot, with_view
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.text_tables import GAP_HEADS, gap_cells, gap_fields


def add_command(add: AddCommand) -> None:
    """Add `gaps` to the command line."""
    gaps = add("gaps", _gaps, "list the recording gaps, newest first")
    gaps.add_argument("--json", action="store_true", help="as JSON")


def _gaps(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await read_snapshot(view)).gaps
        return print_rows(rows, gap_fields, GAP_HEADS, gap_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)
