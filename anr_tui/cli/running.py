"""The commands that run something: console, worker, demo; and those that set a site up: doctor, init."""

import argparse
import asyncio
import gc
import logging
from pathlib import Path

from anr_tui.cli import lists
from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, put, read_settings
from anr_tui.config.settings import Settings
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.lifetime import Lifetime
from anr_tui.service.launcher import ChildWorker, StartWorker, settings_flags


def add_commands(add: AddCommand) -> None:
    """console, worker, doctor, init, demo."""
    add_console_flags(add("console", console, "open the console"), default=argparse.SUPPRESS)
    worker = add("worker", _worker, "sweep and fill, as the site's one worker")
    worker.add_argument("--once", action="store_true", help="make one sweep, wait for its fills, and exit")
    worker.add_argument("--wait", action="store_true", help="stand by while another worker holds the site")
    worker.add_argument("--print-unit", action="store_true", help="print a systemd unit for this worker, and exit")
    metrics = "write numbers for Prometheus there (a .prom file for node_exporter's textfile collector)"
    worker.add_argument("--metrics-file", type=Path, metavar="PATH", help=metrics)
    worker.add_argument("--for-consoles", action="store_true", help=argparse.SUPPRESS)
    worker.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)
    add("doctor", _doctor, "check ffmpeg, database, directories, disk, key and cameras, and say what to do")
    init = add("init", _init, "make an empty site database, for a site without Heldar")
    init.add_argument("path", type=Path, metavar="PATH", help="where to make it")
    demo = add("demo", _demo, "a simulated site: real RTSP cameras lose footage, and the gaps close")
    demo.add_argument("--once", action="store_true", help="without a screen; exit when what can be filled is filled")
    demo.add_argument("--keep", type=Path, metavar="DIR", help="make the site in DIR and keep it")


def console(options: argparse.Namespace) -> int:
    """Open the console, or say how the site is where there is no terminal to draw on."""
    from anr_tui.console.terminal.capabilities import can_draw

    if not can_draw():
        put("The console needs a terminal that it can draw on; here is the status instead.")
        options.json = options.check = False
        return lists.status(options)
    from anr_tui.cli import first_start

    settings = read_settings(options)
    if (no_site := first_start.search(options, settings)) is not None:
        return first_start.start_without_site(options, settings, no_site)
    # What is made until the site is read stays: to look for garbage in it costs a tenth of a start.
    # run_console turns it on again.
    gc.disable()
    if options.read_only:
        return _show_to_guest(settings)
    _show_console(settings, ChildWorker(settings_flags(settings, options.config)).start)
    return DONE


def add_console_flags(parser: argparse.ArgumentParser, *, default: object = False) -> None:
    """The console's own flags, which stand before or after the command."""
    words = "only look: nothing is asked, started or written"
    parser.add_argument("--read-only", action="store_true", default=default, help=words)
    line = parser.add_mutually_exclusive_group()
    for speed, meaning in (("slow", "spare the line to this terminal"), ("fast", "do not, not even over SSH")):
        line.add_argument(
            f"--{speed}", dest="line", action="store_const", const=speed, default=default or None, help=meaning
        )


def _show_to_guest(settings: Settings) -> int:
    """A guest has no place for a log of ours, and may see no traceback either."""
    from anr_tui.console.run import run_console

    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    run_console(settings, None, is_read_only=True)
    return DONE


def _show_console(settings: Settings, start_worker: StartWorker) -> None:
    from anr_tui.console.run import run_console
    from anr_tui.platform.logging_setup import set_up_log

    set_up_log(settings.logs_dir / "console.log", to_terminal=False)
    run_console(settings, start_worker)


def _worker(options: argparse.Namespace) -> int:
    if options.print_unit:
        from anr_tui.service.systemd_unit import service_here, unit_text

        service = service_here(read_settings(options), config=options.config, metrics_file=options.metrics_file)
        return put(unit_text(service).rstrip("\n"))
    from anr_tui.worker.process import run_worker
    from anr_tui.worker.reporting.metrics_file import MetricsFile

    run_worker(
        read_settings(options),
        once=options.once,
        starts_paused=options.idle,
        waits=options.wait,
        lifetime=Lifetime.CONSOLES if options.for_consoles else Lifetime.SERVICE,
        metrics=MetricsFile(options.metrics_file) if options.metrics_file else None,
    )
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from anr_tui.doctor import examine

    checks = asyncio.run(examine(read_settings(options)))
    for check in checks:
        put(check.text)
    return NOT_DONE if any(check.is_failure for check in checks) else DONE


def _init(options: argparse.Namespace) -> int:
    from anr_tui.sites.heldar.schema import create_site_database

    create_site_database(options.path)
    return put(f"Made an empty site database at {options.path}.")


def _demo(options: argparse.Namespace) -> int:
    from anr_tui.demo.demo import run_demo_once, run_demo_with_console

    if options.once:
        return DONE if run_demo_once(options.keep, put) else NOT_DONE
    from anr_tui.console.terminal.capabilities import can_draw

    if not can_draw():
        raise SettingsError("The demo's console needs a terminal.", "`anr-tui demo --once` runs without one.")
    run_demo_with_console(options.keep, _show_console)
    return DONE
