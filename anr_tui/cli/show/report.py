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
    read_snapshot,
    with_view,
)
from anr_tui.cli.times import TIME_WORDS, add_zone_flag, echo_span, read_span, zone_of
from anr_tui.domain.timestamps import now_utc
from anr_tui.view.reports.shift_report import make_report, report_csv, report_fields, report_text
from anr_tui.view.site_reader import SiteReader

_SHIFT = timedelta(hours=12)


def add_command(add: AddCommand) -> None:
    """Add `report` to the command line."""
    report = add("report", _report, "what was missing in a span of time, what came back, and why the rest did not")
    report.add_argument("--since", metavar="TIME", help=f"{TIME_WORDS}; default: 12 hours before --until")
    report.add_argument("--until", metavar="TIME", help="the same; without a day the first after --since; default: now")
    add_zone_flag(report)
    report.add_argument("--camera", metavar="CAMERA", help="id or name of one camera")
    report.add_argument("--format", choices=["table", "csv", "json"], default="table", help="(table)")


def _report(options: argparse.Namespace) -> int:
    settings = read_settings(options)

    async def show(view: SiteReader) -> int:
        zone = await zone_of(options, settings, view)
        over = read_span(options, zone, _SHIFT)
        if options.format != "table":
            echo_span(over, zone)
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
        return print_text(report_text(report, zone, now_utc()))

    return with_view(settings, show, is_read_only=True)
