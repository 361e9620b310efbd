"""The command `queue`: what waits to be filled, in the order in which it is taken, and why it waits."""

import argparse

from anr_tui.cli.output import AddCommand, look, put, put_json, read_settings, with_view
from anr_tui.view.queue.text import queue_fields, queue_text
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `queue` to the command line."""
    words = "list what waits to be filled, in the order in which it is taken, and why it waits"
    add("queue", _queue, words).add_argument("--json", action="store_true", help="as JSON")


def _queue(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        queue = (await look(view)).queue
        if options.json:
            return put_json([queue_fields(row) for row in queue.rows])
        return put(queue_text(queue))

    return with_view(read_settings(options), show, is_read_only=True)
