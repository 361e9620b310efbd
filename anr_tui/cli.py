"""Every command: parses, calls, prints; no logic of its own.

Exit status: 0 done, 1 something asked for did not succeed, 2 wrong use or settings.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from anr_tui import __version__
from anr_tui.errors import AnrError, JournalError, SettingsError, SiteError
from anr_tui.model import RequestKind, RequestState
from anr_tui.settings import Settings, load_settings
from anr_tui.view import listing
from anr_tui.view.evidence import Finding, verify
from anr_tui.view.site_view import SiteView
from anr_tui.view.snapshot import Snapshot
from anr_tui.worker.child import ChildWorker, StartWorker, settings_flags

DONE, NOT_DONE, WRONG_USE = 0, 1, 2
_LOOK_S = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (SettingsError, SiteError, JournalError) as error:
        return _refuse(error, WRONG_USE)
    except AnrError as error:
        return _refuse(error, NOT_DONE)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain when it flushes what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anr-tui",
        parents=[_common_flags()],
        description="Fills the holes in a camera site's recordings from the cameras' own storage. "
        "Without a command it opens the console.",
        epilog="Settings come from these flags, then HELDAR_… and ANR_… variables, then config.toml.",
    )
    parser.add_argument("--version", action="version", version=f"anr-tui {__version__}")
    parser.set_defaults(run=_console)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words, parents=[_common_flags(default=False)])
        command.set_defaults(run=run)
        return command

    add("console", _console, "open the console")
    worker = add("worker", _worker, "sweep and fill, as the site's one worker")
    worker.add_argument("--once", action="store_true", help="make one sweep, wait for its fills, and exit")
    worker.add_argument("--lifeline", action="store_true", help=argparse.SUPPRESS)
    worker.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)
    for name, run, words in (
        ("status", _status, "the worker and the site at a glance"),
        ("cameras", _cameras, "list the cameras"),
        ("gaps", _gaps, "list the recording gaps, newest first"),
        ("fills", _fills, "list the running fills, then the newest ended ones"),
    ):
        add(name, run, words).add_argument("--json", action="store_true", help="as JSON")
    fill = add("fill", _fill, "ask for gaps to be filled now")
    fill.add_argument("gaps", nargs="+", metavar="GAP", help="id of a recording gap")
    fill.add_argument("--wait", action="store_true", help="wait for the outcome, starting a worker if none runs")
    retry = add("retry", _retry, "put gaps back to pending, with no attempts made")
    retry.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap")
    retry.add_argument("--all-failed", action="store_true", help="every gap that was given up")
    cancel = add("cancel", _cancel, "stop a running fill; what arrived is kept")
    cancel.add_argument("fill", type=int, metavar="FILL", help="number of the fill")
    url = add("url", _url, "show how a gap would be asked for")
    url.add_argument("gap", metavar="GAP", help="id of a recording gap")
    url.add_argument("--reveal", action="store_true", help="show the password too; this leaves an event")
    evidence = add("verify", _verify, "read the landed files again, and say which are good, changed or missing")
    evidence.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap; none: every file")
    evidence.add_argument("--json", action="store_true", help="as JSON, with all that was noted of each file")
    add("doctor", _doctor, "check ffmpeg, database, directories, disk, key and cameras, and say what to do")
    init = add("init", _init, "make an empty site database, for a site without Heldar")
    init.add_argument("path", type=Path, metavar="PATH", help="where to make it")
    demo = add("demo", _demo, "a simulated site: real RTSP cameras lose footage, and the gaps close")
    demo.add_argument("--once", action="store_true", help="without a screen; exit when what can be filled is filled")
    demo.add_argument("--keep", type=Path, metavar="DIR", help="make the site in DIR and keep it")
    return parser


def _common_flags(*, default: bool = True) -> argparse.ArgumentParser:
    """The flags that stand before or after a command; only the first set has defaults, so neither undoes the other."""
    missing = None if default else argparse.SUPPRESS
    flags = argparse.ArgumentParser(add_help=False)
    flags.add_argument("--database", default=missing, metavar="URL", help="the site database: a path or sqlite:// URL")
    flags.add_argument("--recordings", default=missing, type=Path, metavar="DIR", help="the recordings directory")
    flags.add_argument("--journal", default=missing, type=Path, metavar="PATH", help="our own journal")
    flags.add_argument("--config", default=missing, type=Path, metavar="PATH", help="the settings file")
    return flags


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings(
        options.config,
        heldar_database_url=options.database,
        heldar_recordings_dir=options.recordings,
        anr_journal=options.journal,
    )


def _console(options: argparse.Namespace) -> int:
    from anr_tui.console.launch import can_draw

    if not can_draw():
        _print("The console needs a terminal that it can draw on; here is the status instead.")
        options.json = False
        return _status(options)
    settings = _settings(options)
    child = ChildWorker(settings_flags(settings, options.config))
    try:
        _show_console(settings, child.start)
    finally:
        child.stop()
    return DONE


def _show_console(settings: Settings, start_worker: StartWorker) -> None:
    from anr_tui.console.run import run_console
    from anr_tui.replay.logs import set_up_log

    set_up_log(settings.logs_dir / "console.log", to_terminal=False)
    run_console(settings, start_worker)


def _worker(options: argparse.Namespace) -> int:
    from anr_tui.worker.process import run_worker

    run_worker(_settings(options), once=options.once, lifeline=options.lifeline, starts_paused=options.idle)
    return DONE


def _status(options: argparse.Namespace) -> int:
    async def show(view: SiteView) -> int:
        snapshot = await view.look()
        if options.json:
            return _print_json(listing.status_fields(snapshot))
        return _print(listing.status_text(snapshot))

    return _with_view(_settings(options), show)


def _cameras(options: argparse.Namespace) -> int:
    async def show(view: SiteView) -> int:
        rows = (await _look(view)).cameras
        if options.json:
            return _print_json([listing.camera_fields(row) for row in rows])
        return _print(listing.table(listing.CAMERA_HEADS, map(listing.camera_cells, rows)))

    return _with_view(_settings(options), show)


def _gaps(options: argparse.Namespace) -> int:
    async def show(view: SiteView) -> int:
        rows = (await _look(view)).gaps
        if options.json:
            return _print_json([listing.gap_fields(row) for row in rows])
        return _print(listing.table(listing.GAP_HEADS, map(listing.gap_cells, rows)))

    return _with_view(_settings(options), show)


def _fills(options: argparse.Namespace) -> int:
    async def show(view: SiteView) -> int:
        rows = (await _look(view)).fills
        if options.json:
            return _print_json([listing.fill_fields(row) for row in rows])
        return _print(listing.table(listing.FILL_HEADS, map(listing.fill_cells, rows)))

    return _with_view(_settings(options), show)


def _fill(options: argparse.Namespace) -> int:
    settings = _settings(options)
    if not options.wait:
        return _with_view(settings, lambda view: _ask_each(view, RequestKind.FILL, options.gaps))
    child = ChildWorker([*settings_flags(settings, options.config), "--idle"])
    try:
        return _with_view(settings, lambda view: _ask_and_wait(view, child, options.gaps))
    finally:
        child.stop()


def _retry(options: argparse.Namespace) -> int:
    async def ask(view: SiteView) -> int:
        gaps = await view.failed_gap_ids() if options.all_failed else options.gaps
        if not gaps:
            return _print("No gap was given up; there is nothing to retry.")
        return await _ask_each(view, RequestKind.RETRY, gaps)

    if bool(options.gaps) == options.all_failed:
        raise SettingsError("Name the gaps to retry, or say --all-failed.")
    return _with_view(_settings(options), ask)


def _cancel(options: argparse.Namespace) -> int:
    async def ask(view: SiteView) -> int:
        await view.ask(RequestKind.CANCEL, fill_id=options.fill)
        return _print(f"Asked: cancel fill {options.fill}.{await _worker_hint(view)}")

    return _with_view(_settings(options), ask)


def _url(options: argparse.Namespace) -> int:
    async def show(view: SiteView) -> int:
        preview = await view.replay_url(options.gap, reveal=options.reveal)
        return _print(f"{preview.url}\n{preview.command}")

    return _with_view(_settings(options), show)


def _verify(options: argparse.Namespace) -> int:
    def show(finding: Finding) -> None:
        if not options.json:
            _print(listing.finding_text(finding))

    findings = asyncio.run(verify(_settings(options), options.gaps, show))
    if options.json:
        _print_json([listing.finding_fields(finding) for finding in findings])
    else:
        _print(listing.findings_text(findings))
    return NOT_DONE if any(finding.is_failure for finding in findings) else DONE


def _doctor(options: argparse.Namespace) -> int:
    from anr_tui.worker.doctor import examine

    checks = asyncio.run(examine(_settings(options)))
    for check in checks:
        _print(check.text)
    return NOT_DONE if any(check.is_failure for check in checks) else DONE


def _init(options: argparse.Namespace) -> int:
    from anr_tui.site.schema import create_site_database

    create_site_database(options.path)
    return _print(f"Made an empty site database at {options.path}.")


def _demo(options: argparse.Namespace) -> int:
    from anr_tui.demo.demo import run_demo_once, run_demo_with_console

    if options.once:
        return DONE if run_demo_once(options.keep, _print) else NOT_DONE
    from anr_tui.console.launch import can_draw

    if not can_draw():
        raise SettingsError("The demo's console needs a terminal.", "`anr-tui demo --once` runs without one.")
    run_demo_with_console(options.keep, _show_console)
    return DONE


async def _ask_each(view: SiteView, kind: RequestKind, gaps: Sequence[str]) -> int:
    status = DONE
    for gap in gaps:
        try:
            await view.ask(kind, gap_id=gap)
        except SiteError as error:
            status = _refuse(error, NOT_DONE)
        else:
            _print(f"Asked: {kind} gap {gap}.{await _worker_hint(view)}")
    return status


async def _ask_and_wait(view: SiteView, child: ChildWorker, gaps: Sequence[str]) -> int:
    requests = {gap: await view.ask(RequestKind.FILL, gap_id=gap) for gap in gaps}
    if not await _has_worker(view):
        await child.start()
    status = DONE
    for gap, request_id in requests.items():
        while not await view.has_ended(request_id):
            await asyncio.sleep(_LOOK_S)
            if not await _has_worker(view):
                await child.start()
        answer = await view.answer(request_id)
        _print(f"{gap}: {answer.reason}")
        status = status if answer.state is RequestState.DONE else NOT_DONE
    return status


async def _worker_hint(view: SiteView) -> str:
    if await _has_worker(view):
        return ""
    return " No worker runs: it waits until `anr-tui` or `anr-tui worker` is started."


async def _has_worker(view: SiteView) -> bool:
    return (await view.look()).worker.state.is_alive


def _with_view(settings: Settings, use: Callable[[SiteView], Awaitable[int]]) -> int:
    async def run() -> int:
        view = await SiteView.open(settings)
        try:
            return await use(view)
        finally:
            await view.close()

    return asyncio.run(run())


async def _look(view: SiteView) -> Snapshot:
    """What is there now; what had to be left out is said apart, so that a script's input stays clean."""
    snapshot = await view.look()
    if snapshot.problem:
        _say(snapshot.problem)
    return snapshot


def _print(text: str) -> int:
    sys.stdout.write(f"{listing.plain_lines(text)}\n")
    sys.stdout.flush()
    return DONE


def _print_json(value: object) -> int:
    return _print(json.dumps(value, indent=2))


def _refuse(error: AnrError, status: int) -> int:
    _say(str(error))
    return status


def _say(text: str) -> None:
    sys.stderr.write(f"anr-tui: {listing.plain_lines(text)}\n")
