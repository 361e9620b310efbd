"""The command `cameras`: lists the cameras of the site."""

import argparse

from anr_tui.cli.output import AddCommand, print_rows, read_settings, read_snapshot, with_view
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables.text_tables import CAMERA_HEADS, camera_cells, camera_fields


def add_command(add: AddCommand) -> None:
    """Add `cameras` to the command line."""
    cameras = add("cameras", _cameras, "list the cameras")
    cameras.add_argument("--json", action="store_true", help="as JSON")


def _cameras(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await read_snapshot(view)).cameras
        return print_rows(rows, camera_fields, CAMERA_HEADS, camera_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)
