"""The command `report`: the footage that was missing in a span of time, what came back, and why the rest did not."""

import argparse
import sys
from datetime import timedelta

from anr_tui.cli.output import (
    DONE,
    AddCommand,
    find_camera,
    print_json,
    print_text,
    read_settings,
    read_since,
    read_snapshot,
    with_view,
)
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window
from anr_tui.view.reports.shift_report import make_report, report_csv, report_fields, report_text
from anr_tui.view.site_reader import SiteReader

_SHIFT = timedelta(hours=12)


def add_command(add: AddCommand) -> None:
    """Add `report` to the command line."""
    report = add("report", _report, "what was missing in a span of time, what came back, and why the rest did not")
    report.add_argument("--since", metavar="TIME", help="2h, 3d or an ISO time (UTC); default: 12 hours before --until")
    report.add_argument("--until", metavar="TIME", help="the same; default: now")
    report.add_argument("--camera", metavar="CAMERA", help="id or name of one camera")
    report.add_argument("--format", choices=["table", "csv", "json"], default="table", help="(table)")


def _report(options: argparse.Namespace) -> int:
    until = read_since(options.until, "--until") or now_utc()
    since = read_since(options.since) or until - _SHIFT
    if since >= until:
        raise SettingsError(f"The span ends ({until:%Y-%m-%d %H:%M:%SZ}) before it begins.", "Check --since, --until.")
    over = Window(since, until)

    async def show(view: SiteReader) -> int:
        snapshot = await read_snapshot(view)
        wanted = find_camera(snapshot, options.camera)
        gaps = [row for row in snapshot.gaps if wanted in (None, row.gap.camera_id)]
        fills = await view.journal.fills.within(over) if snapshot.has_journal else []
        landed = await view.journal.fills.landed_within(over) if snapshot.has_journal else []
        chain = await view.journal.evidence_chain.head() if snapshot.has_journal else None
        report = make_report(gaps, fills, landed, over, chain=chain)
        if options.format == "json":
            return print_json(report_fields(report))
        if options.format == "csv":
            sys.stdout.write(report_csv(report))
            return DONE
        from tzlocal import get_localzone

        return print_text(report_text(report, get_localzone()))

    return with_view(read_settings(options), show, is_read_only=True)
