"""The command `worker`: runs the site's one worker, which looks for gaps and fills them."""

import argparse
from pathlib import Path

from anr_tui.cli.output import DONE, AddCommand, print_text, read_settings
from anr_tui.domain.policy.lifetime import Lifetime


def add_command(add: AddCommand) -> None:
    """Add `worker` to the command line."""
    worker = add("worker", _worker, "sweep and fill, as the site's one worker")
    worker.add_argument("--once", action="store_true", help="make one sweep, wait for its fills, and exit")
    worker.add_argument("--wait", action="store_true", help="stand by while another worker holds the site")
    worker.add_argument("--print-unit", action="store_true", help="print a systemd unit for this worker, and exit")
    worker.add_argument(
        "--camera-network",
        action="append",
        default=[],
        metavar="NETWORK",
        help="with --print-unit: a network of the cameras, such as 10.1.0.0/16; default: the private ones",
    )
    metrics = "write numbers for Prometheus there (a .prom file for node_exporter's textfile collector)"
    worker.add_argument("--metrics-file", type=Path, metavar="PATH", help=metrics)
    worker.add_argument("--for-consoles", action="store_true", help=argparse.SUPPRESS)
    worker.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)


def _worker(options: argparse.Namespace) -> int:
    if options.print_unit:
        return _print_unit(options)
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


def _print_unit(options: argparse.Namespace) -> int:
    from anr_tui.service.systemd_unit import service_here, unit_text

    service = service_here(
        read_settings(options),
        config=options.config,
        metrics_file=options.metrics_file,
        networks=options.camera_network,
    )
    return print_text(unit_text(service).rstrip("\n"))
