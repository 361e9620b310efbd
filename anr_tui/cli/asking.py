"""The commands that ask the worker for something: fill, retry, cancel."""

import argparse
import sys
from collections.abc import Sequence

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, put, read_settings, refuse, with_view
from anr_tui.domain.errors import SettingsError, SiteError
from anr_tui.domain.request import RequestKind
from anr_tui.journal.presence import present
from anr_tui.service.launcher import ChildWorker, settings_flags
from anr_tui.view.site_reader import SiteReader


def add_commands(add: AddCommand) -> None:
    """fill, retry, cancel."""
    fill = add("fill", _fill, "ask for gaps to be filled now")
    fill.add_argument("gaps", nargs="+", metavar="GAP", help="id of a recording gap")
    fill.add_argument("--wait", action="store_true", help="wait for the outcome, starting a worker if none runs")
    retry = add("retry", _retry, "put gaps back to pending, with no attempts made")
    retry.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap")
    retry.add_argument("--all-failed", action="store_true", help="every gap that was given up")
    cancel = add("cancel", _cancel, "stop a running fill; what arrived is kept")
    cancel.add_argument("fill", type=int, metavar="FILL", help="number of the fill")


def _fill(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    if not options.wait:
        return with_view(settings, lambda view: _ask_each(view, RequestKind.FILL, options.gaps))
    from anr_tui.cli.progress import progress_on
    from anr_tui.cli.waiting import FillWait

    child = ChildWorker([*settings_flags(settings, options.config), "--idle"])
    with present(settings.consoles_path) as presence:
        try:
            return with_view(settings, lambda view: FillWait(view, child, progress_on(sys.stdout)).run(options.gaps))
        finally:
            if presence.is_last():
                child.stop()


def _retry(options: argparse.Namespace) -> int:
    async def ask(view: SiteReader) -> int:
        gaps = await view.failed_gap_ids() if options.all_failed else options.gaps
        if not gaps:
            return put("No gap was given up; there is nothing to retry.")
        return await _ask_each(view, RequestKind.RETRY, gaps)

    if bool(options.gaps) == options.all_failed:
        raise SettingsError("Name the gaps to retry, or say --all-failed.")
    return with_view(read_settings(options), ask)


def _cancel(options: argparse.Namespace) -> int:
    async def ask(view: SiteReader) -> int:
        await view.ask(RequestKind.CANCEL, fill_id=options.fill)
        return put(f"Asked: cancel fill {options.fill}.{await _worker_hint(view)}")

    return with_view(read_settings(options), ask)


async def _ask_each(view: SiteReader, kind: RequestKind, gaps: Sequence[str]) -> int:
    status = DONE
    for gap in gaps:
        try:
            await view.ask(kind, gap_id=gap)
        except SiteError as error:
            status = refuse(error, NOT_DONE)
        else:
            put(f"Asked: {kind} gap {gap}.{await _worker_hint(view)}")
    return status


async def _worker_hint(view: SiteReader) -> str:
    if (await view.look()).worker.state.is_alive:
        return ""
    return " No worker runs: it waits until `anr-tui` or `anr-tui worker` is started."
