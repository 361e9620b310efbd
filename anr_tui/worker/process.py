"""The worker as a process: handles signals, opens its log and databases, and runs all its tasks."""

import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import (
    DiskFullError,
    JournalError,
    LeaseLostError,
    SettingsError,
    SiteError,
    SiteTakenError,
    first_of_ours,
)
from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.timestamps import now_utc
from anr_tui.fill.ffmpeg.program import Ffmpeg, find_ffmpeg, probe_ffmpeg
from anr_tui.fill.piece.context import FillContext
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.repair import open_sound
from anr_tui.platform.files.site_lock import SiteLock
from anr_tui.platform.files.storage_errors import doing
from anr_tui.platform.logging_setup import set_up_log
from anr_tui.sites.interface import RecordingArchive, Site
from anr_tui.sites.open_site import open_site
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.event_log import Events
from anr_tui.worker.lifecycle.crash_recovery import child_mark
from anr_tui.worker.lifecycle.exclusion import exclude_others, open_site_lock
from anr_tui.worker.lifecycle.housekeeping import keep_house
from anr_tui.worker.lifecycle.lease import LEASE_S, give_up_in_time, keep_lease, take_lease
from anr_tui.worker.lifecycle.lifetime import keep_company
from anr_tui.worker.reporting.event_hook import EventHook, check_hook
from anr_tui.worker.reporting.metrics_file import MetricsFile
from anr_tui.worker.reporting.sd_notify import ServiceManager
from anr_tui.worker.requests import serve_requests
from anr_tui.worker.scheduler import Scheduler
from anr_tui.worker.state import SchedulerState, WorkerLifetime

_DISK_THREADS = 64

_log = logging.getLogger(__name__)


def run_worker(
    settings: Settings,
    *,
    once: bool,
    starts_paused: bool,
    waits: bool = False,
    lifetime: Lifetime = Lifetime.SERVICE,
    metrics: MetricsFile | None = None,
) -> None:
    """Be the site's worker until SIGTERM, SIGINT or the end of its lifetime.

    With `once` it makes one sweep and ends after its fills. With `waits` it stands by while another worker holds the
    site. It starts paused if told so here or by HELDAR_ANR_ENABLED=false. A worker that a console started prints one
    word on standard output, `ready` or `taken` (another worker holds the site), and then nothing.

    Raises AnrError where the work cannot start or continue.
    """
    set_up_log(settings.logs_dir / "worker.log", to_terminal=lifetime is Lifetime.SERVICE)
    is_paused = starts_paused or (settings.starts_paused and not once)
    # A worker that was started paused, for a command's fills, would stay without anything to do.
    linger = "fills" if starts_paused and settings.anr_linger == "stay" else settings.anr_linger
    stay = WorkerLifetime(lifetime, linger)
    manager = ServiceManager()
    _check_watchdog(manager)
    if metrics is not None:
        metrics.check()
    try:
        asyncio.run(_serve(settings, stay, manager, metrics, once=once, is_paused=is_paused, waits=waits))
    except SiteTakenError:
        if lifetime is Lifetime.SERVICE:
            raise
        _say("taken")


async def _serve(
    settings: Settings,
    lifetime: WorkerLifetime,
    manager: ServiceManager,
    metrics: MetricsFile | None,
    *,
    once: bool,
    is_paused: bool,
    waits: bool,
) -> None:
    check_hook(settings.on_event_command)
    loop = asyncio.get_running_loop()
    # A directory that does not answer holds threads, and there must be some left for the other cameras.
    loop.set_default_executor(ThreadPoolExecutor(_DISK_THREADS, thread_name_prefix="disk"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lifetime.ending.set)
    ffmpeg = await probe_ffmpeg(find_ffmpeg(settings.heldar_ffmpeg_bin))
    async with _opened(settings) as (site, journal, lock):
        await asyncio.to_thread(_check_recordings, site.archive)
        await exclude_others(lock, settings.journal_path, lifetime.ending, waits=waits)
        lease_id = await take_lease(
            journal,
            lifetime.ending,
            starts_paused=is_paused,
            lifetime=lifetime.lifetime,
            waits=waits,
            on_standby=lambda holder: manager.alive(f"Standing by: {holder} holds the site."),
        )
        if lease_id is None:
            return
        leased = LeasedJournal(journal, lease_id)
        context = worker_context(settings, site, leased, ffmpeg, random.SystemRandom())
        hook = EventHook(context, settings.on_event_command, settings.on_event_kinds)
        scheduler = Scheduler(context, SchedulerState(is_paused=is_paused, lifetime=lifetime))
        _log.info("worker %d holds the site %s", os.getpid(), site.path)
        if lifetime.lifetime is Lifetime.CONSOLES:
            _say("ready")
        try:
            await _work(scheduler, manager, hook, metrics, once=once)
        finally:
            with contextlib.suppress(JournalError):
                await asyncio.shield(leased.lease.give_back(now_utc()))
            _log.info("worker %d ended", os.getpid())


def worker_context(
    settings: Settings,
    site: Site,
    journal: LeasedJournal,
    ffmpeg: Ffmpeg,
    generator: random.Random,
    clock: Callable[[], datetime] = now_utc,
) -> WorkerContext:
    """The context of a worker that starts now; of the settings it keeps only what the worker needs."""
    tools = FillContext(
        policy=settings.fill_policy,
        storage_limits=settings.storage_limits,
        secret_key=settings.heldar_secret_key,
        ffmpeg=ffmpeg,
        archive=site.archive,
        clock=clock,
        mark=child_mark(settings.journal_path, journal.lease_id),
    )
    return WorkerContext(
        site=site,
        journal=journal,
        paths=settings.site_paths,
        tools=tools,
        sweep_interval_s=settings.heldar_anr_interval_s,
        keep_days=settings.anr_keep_days,
        keep_logs_mb=settings.anr_keep_logs_mb,
        kept_part_limits=settings.kept_part_limits,
        events=Events(journal.events, clock),
        random=generator,
        started_at=clock(),
    )


def _check_recordings(archive: RecordingArchive) -> None:
    """Blocking."""
    with doing("look at", archive.root):
        is_there = archive.root.is_dir()
    if not is_there:
        raise SiteError(
            f"There is no directory {archive.root.absolute()} for recordings.",
            "Is its disk mounted? Check HELDAR_RECORDINGS_DIR or --recordings.",
        )


async def _work(
    scheduler: Scheduler, manager: ServiceManager, hook: EventHook, metrics: MetricsFile | None, *, once: bool
) -> None:
    context, state = scheduler.context, scheduler.state
    try:
        with first_of_ours():
            async with asyncio.TaskGroup() as group:
                servants = [
                    group.create_task(keep_lease(context, state, scheduler, lambda: manager.alive(_status(state)))),
                    group.create_task(give_up_in_time(context.journal.lease)),
                    group.create_task(serve_requests(context, state, scheduler)),
                    group.create_task(keep_company(context, state, scheduler)),
                    group.create_task(_announce_end(state.lifetime, manager)),
                    group.create_task(hook.run()),
                    group.create_task(keep_house(context, state)),
                ]
                if metrics is not None:
                    servants.append(group.create_task(metrics.keep(context, state)))
                try:
                    await scheduler.run(state.lifetime.ending, once=once)
                except DiskFullError as error:
                    await _take_leave(context.events, hook, f"gave up: {error}")
                    raise
                await _take_leave(context.events, hook, "ended.")
                for servant in servants:
                    servant.cancel()
                if metrics is not None:
                    await metrics.finish(context, state)
    except LeaseLostError as error:
        await context.events.tell(EventKind.WORKER_ENDED, f"Worker process {os.getpid()} gave up: {error}")
        raise


async def _take_leave(events: Events, hook: EventHook, how: str) -> None:
    await events.tell(EventKind.WORKER_ENDED, f"Worker process {os.getpid()} {how}")
    await hook.finish()


async def _announce_end(lifetime: WorkerLifetime, manager: ServiceManager) -> None:
    await lifetime.ending.wait()
    manager.stopping()


def _check_watchdog(manager: ServiceManager) -> None:
    if manager.watchdog_s is not None and manager.watchdog_s <= LEASE_S:
        raise SettingsError(
            f"The unit's WatchdogSec is {manager.watchdog_s:g} s; the journal can be locked for that long.",
            f"Allowed is more than {LEASE_S:g} s; `anr-tui worker --print-unit` says 60.",
        )


def _status(state: SchedulerState) -> str:
    """The worker's state in one line, for the service manager."""
    fills = f"{len(state.running)} fills run, {len(state.waiting)} wait"
    if state.is_ending:
        return f"Ending: {fills}; what arrived is kept."
    return f"{fills}{', halted' if state.is_halted else ', paused' if state.is_paused else ''}."


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Site, Journal, SiteLock]]:
    lock = await asyncio.to_thread(open_site_lock, settings.site_paths)
    try:
        site = await open_site(settings)
        try:
            journal = await open_sound(settings.journal_path, now_utc())
            try:
                yield site, journal, lock
            finally:
                await journal.close()
        finally:
            await site.close()
    finally:
        lock.close()


def _say(word: str) -> None:
    """Tell the waiting console one word, then redirect all output to /dev/null.

    Nothing more is ever written to the console, so that a stuck one cannot block us.
    """
    with contextlib.suppress(BrokenPipeError):  # the console did not wait
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.dup2(null, sys.stderr.fileno())
    os.close(null)
