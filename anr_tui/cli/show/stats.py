"""The command `stats`: missing and recovered footage by day, the speed of the cameras, and when the backlog is done."""

import argparse
import sys

from anr_tui.cli.output import DONE, AddCommand, print_json, print_text, read_settings, read_snapshot, with_view
from anr_tui.domain.errors import SettingsError
from anr_tui.view.reports.stats import DAYS
from anr_tui.view.reports.stats_export import stats_csv, stats_fields, stats_text
from anr_tui.view.site_reader import SiteReader

_MOST_DAYS = 366


def add_command(add: AddCommand) -> None:
    """Add `stats` to the command line."""
    stats = add("stats", _stats, "missing and recovered footage by day, how fast cameras are, when the backlog is done")
    stats.add_argument("--days", metavar="DAYS", type=int, default=DAYS[0], help=f"number of days ({DAYS[0]})")
    stats.add_argument("--format", choices=["table", "csv", "json"], default="table", help="(table)")


def _stats(options: argparse.Namespace) -> int:
    if not 1 <= options.days <= _MOST_DAYS:
        raise SettingsError(f"--days {options.days} is not possible; allowed are 1 to {_MOST_DAYS}.")
    from tzlocal import get_localzone

    zone = get_localzone()

    async def show(view: SiteReader) -> int:
        await read_snapshot(view)
        stats = await view.stats(zone, options.days)
        if options.format == "json":
            return print_json(stats_fields(stats))
        if options.format == "csv":
            sys.stdout.write(stats_csv(stats))
            return DONE
        return print_text(stats_text(stats, zone))

    return with_view(read_settings(options), show, is_read_only=True)
