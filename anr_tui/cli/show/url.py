"""The command `url`: prints the URL and the ffmpeg command with which a gap would be fetched."""

import argparse

from anr_tui.cli.output import AddCommand, print_error, print_text, read_settings, with_view
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `url` to the command line."""
    url = add("url", _url, "show the URL that a fill of this gap asks for")
    url.add_argument("gap", metavar="GAP", help="id of a recording gap")
    url.add_argument("--reveal", action="store_true", help="show the password too; an event records this")


def _url(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        preview = await view.lookups.replay_url(options.gap, reveal=options.reveal)
        if preview.note:
            print_error(preview.note)
        return print_text(f"{preview.url}\n{preview.command}")

    return with_view(read_settings(options), show, is_read_only=not options.reveal)
