"""The commands that show what there is: status, cameras, gaps, fills, queue, requests, url, verify."""

import argparse
import asyncio

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, look, put, put_json, read_settings, with_view
from anr_tui.view.gap.evidence import Finding, verify
from anr_tui.view.queue.text import queue_fields, queue_text
from anr_tui.view.reports.status import check_text, read_status, status_fields, status_text
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.tables import event_tables, text_tables


def add_commands(add: AddCommand) -> None:
    """status, cameras, gaps, fills, queue, requests, url, verify."""
    for name, run, words in (
        ("status", status, "the worker and the site at a glance"),
        ("cameras", _cameras, "list the cameras"),
        ("gaps", _gaps, "list the recording gaps, newest first"),
        ("fills", _fills, "list the running fills, then the newest ended ones"),
        ("queue", _queue, "list what waits to be filled, in the order in which it is taken, and why it waits"),
        ("requests", _requests, "list what was asked of the worker lately, newest first"),
    ):
        command = add(name, run, words)
        command.add_argument("--json", action="store_true", help="as JSON")
        if run is status:
            command.add_argument("--check", action="store_true", help="for a monitor: exit 1 where a person is needed")
    url = add("url", _url, "show how a gap would be asked for")
    url.add_argument("gap", metavar="GAP", help="id of a recording gap")
    url.add_argument("--reveal", action="store_true", help="show the password too; this leaves an event")
    evidence = add("verify", _verify, "read the landed files again, and say which are good, changed or missing")
    evidence.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap; none: every file")
    evidence.add_argument("--json", action="store_true", help="as JSON, with all that was noted of each file")


def status(options: argparse.Namespace) -> int:
    """The worker and the site at a glance."""
    settings = read_settings(options)

    async def show(view: SiteReader) -> int:
        status = await read_status(await view.look(), view.journal, settings)
        if options.json:
            put_json(status_fields(status))
        else:
            put(check_text(status) if options.check else status_text(status))
        return NOT_DONE if options.check and status.problems else DONE

    return with_view(settings, show, is_read_only=True)


def _cameras(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await look(view)).cameras
        if options.json:
            return put_json([text_tables.camera_fields(row) for row in rows])
        return put(text_tables.table(text_tables.CAMERA_HEADS, map(text_tables.camera_cells, rows)))

    return with_view(read_settings(options), show, is_read_only=True)


def _gaps(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await look(view)).gaps
        if options.json:
            return put_json([text_tables.gap_fields(row) for row in rows])
        return put(text_tables.table(text_tables.GAP_HEADS, map(text_tables.gap_cells, rows)))

    return with_view(read_settings(options), show, is_read_only=True)


def _fills(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await look(view)).fills
        if options.json:
            return put_json([text_tables.fill_fields(row) for row in rows])
        return put(text_tables.table(text_tables.FILL_HEADS, map(text_tables.fill_cells, rows)))

    return with_view(read_settings(options), show, is_read_only=True)


def _queue(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        queue = (await look(view)).queue
        if options.json:
            return put_json([queue_fields(row) for row in queue.rows])
        return put(queue_text(queue))

    return with_view(read_settings(options), show, is_read_only=True)


def _requests(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        rows = (await look(view)).requests
        if options.json:
            return put_json([event_tables.request_fields(row) for row in rows])
        return put(text_tables.table(event_tables.REQUEST_HEADS, map(event_tables.request_cells, rows)))

    return with_view(read_settings(options), show, is_read_only=True)


def _url(options: argparse.Namespace) -> int:
    async def show(view: SiteReader) -> int:
        preview = await view.replay_url(options.gap, reveal=options.reveal)
        return put(f"{preview.url}\n{preview.command}")

    return with_view(read_settings(options), show, is_read_only=not options.reveal)


def _verify(options: argparse.Namespace) -> int:
    def show(finding: Finding) -> None:
        if not options.json:
            put(text_tables.finding_text(finding))

    findings = asyncio.run(verify(read_settings(options), options.gaps, show))
    if options.json:
        put_json([text_tables.finding_fields(finding) for finding in findings])
    else:
        put(text_tables.findings_text(findings))
    return NOT_DONE if any(finding.is_failure for finding in findings) else DONE
