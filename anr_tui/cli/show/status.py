"""The command `status`: summarises the worker and the site, and tells a monitor whether a person is needed."""

import argparse

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_json, print_text, read_settings, with_view
from anr_tui.view.reports.status import check_text, read_status, status_fields, status_text
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `status` to the command line."""
    command = add("status", _status, "the worker and the site at a glance")
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument("--check", action="store_true", help="for a monitor: exit 1 where a person is needed")


def _status(options: argparse.Namespace) -> int:
    return show_status(options, is_json=options.json, is_check=options.check)


def show_status(options: argparse.Namespace, *, is_json: bool, is_check: bool) -> int:
    """Print the status of the site that the common flags in `options` name. Returns the exit status.

    With `is_check` the text is one line for a monitor, and the exit status is 1 where a person is needed.
    """
    settings = read_settings(options)

    async def show(view: SiteReader) -> int:
        status = await read_status(await view.look(), view.journal, settings.storage_limits)
        if is_json:
            print_json(status_fields(status))
        else:
            print_text(check_text(status) if is_check else status_text(status))
        return NOT_DONE if is_check and status.problems else DONE

    return with_view(settings, show, is_read_only=True)
