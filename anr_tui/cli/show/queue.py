"""The command `queue`: lists the gaps that wait to be filled, in the order of filling, and why they wait."""

import argparse

from anr_tui.cli.output import AddCommand, print_json, print_text, read_settings, read_snapshot, with_view
from anr_tui.view.queue.text import queue_fields, queue_text
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `queue` to the command line."""
    words = "list what waits to be filled, in the order in which it is taken, and why it waits"
    add("queue", _queue, words).add_argument("--json", action="store_true", help="as JSON")


def _queue(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        queue = (await read_snapshot(view)).queue
        if options.json:
            return print_json([queue_fields(row) for row in queue.rows])
        return print_text(queue_text(queue))

    return with_view(read_settings(options), show, is_read_only=True)
