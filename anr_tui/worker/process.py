"""The worker as a process: lease and heartbeat, signals, its log, and the console's lifeline on standard input."""

import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta

from anr_tui.errors import AnrError, JournalError, LeaseLostError, SiteError
from anr_tui.fill.ffmpeg import find_ffmpeg, probe_ffmpeg
from anr_tui.fill.piece import FillTools
from anr_tui.journal.journal import Journal
from anr_tui.replay.logs import set_up_log
from anr_tui.settings import Settings
from anr_tui.site.coverage import Coverage
from anr_tui.site.database import SiteDatabase
from anr_tui.times import now_utc
from anr_tui.worker.identity import is_dead, own_identity
from anr_tui.worker.leftovers import child_mark
from anr_tui.worker.requests import serve_requests
from anr_tui.worker.worker import Worker

LEASE_S = 10.0
HEARTBEAT_S = 2.0

_log = logging.getLogger(__name__)


def run_worker(settings: Settings, *, once: bool, lifeline: bool, starts_paused: bool) -> None:
    """Be the site's worker until SIGTERM, SIGINT or, with `lifeline`, the end of standard input.

    With `once`, one sweep and its fills; it starts paused if told so here or by HELDAR_ANR_ENABLED=false.

    Raises AnrError where the work cannot start or go on.
    """
    set_up_log(settings.logs_dir / "worker.log", to_terminal=not lifeline)
    is_paused = starts_paused or (settings.starts_paused and not once)
    asyncio.run(_serve(settings, once=once, lifeline=lifeline, is_paused=is_paused))


async def _serve(settings: Settings, *, once: bool, lifeline: bool, is_paused: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline:
        loop.add_reader(sys.stdin.fileno(), _read_lifeline, stop)
    ffmpeg = await probe_ffmpeg(find_ffmpeg(settings.heldar_ffmpeg_bin))
    async with _opened(settings) as (site, journal):
        _check_recordings(settings)
        lease = await _claim(journal, starts_paused=is_paused)
        tools = FillTools(settings, ffmpeg, Coverage(), now_utc, child_mark(settings.journal_path, lease))
        worker = Worker(site, journal, tools, lease, is_paused=is_paused, random=random.SystemRandom())
        _log.info("worker %d holds the site %s", os.getpid(), site.path)
        if lifeline:
            _say_ready()
        try:
            await _work(worker, stop, once=once)
        finally:
            with contextlib.suppress(JournalError):
                await asyncio.shield(journal.give_back(lease, now_utc()))
            _log.info("worker %d ended", os.getpid())


def _check_recordings(settings: Settings) -> None:
    if not settings.recordings_dir.is_dir():
        raise SiteError(
            f"There is no directory {settings.recordings_dir.absolute()} for recordings.",
            "Is its disk mounted? Check HELDAR_RECORDINGS_DIR or --recordings.",
        )


async def _work(worker: Worker, stop: asyncio.Event, *, once: bool) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            servants = [group.create_task(_beat(worker)), group.create_task(serve_requests(worker))]
            await worker.run(stop, once=once)
            for servant in servants:
                servant.cancel()
    except* AnrError as errors:
        raise _first(errors) from None


async def _beat(worker: Worker) -> None:
    """Keep the lease, and give up where it could not be kept for as long as it lasts."""
    kept_at = time.monotonic()
    while True:
        now = worker.clock()
        try:
            await worker.journal.renew(worker.lease, expires_at=now + timedelta(seconds=LEASE_S))
            await worker.journal.note_worker(
                worker.lease,
                now=now,
                paused=worker.is_paused,
                halted=worker.is_halted,
                next_sweep_at=worker.next_sweep_at,
            )
            kept_at = time.monotonic()
        except JournalError as error:
            _log.warning("the lease could not be renewed: %s", error)
            if time.monotonic() - kept_at > LEASE_S:
                raise LeaseLostError(f"The lease could not be renewed for {LEASE_S:.0f} s.") from None
        await asyncio.sleep(HEARTBEAT_S)


async def _claim(journal: Journal, *, starts_paused: bool) -> int:
    now = now_utc()
    lease = await journal.claim(
        own_identity(),
        now=now,
        expires_at=now + timedelta(seconds=LEASE_S),
        starts_paused=starts_paused,
        is_dead=is_dead,
    )
    if lease is not None:
        return lease
    holder = await journal.last_worker()
    who = f"{holder.user}@{holder.host}, process {holder.pid}" if holder else "another one"
    raise AnrError(f"A worker for this site runs already ({who}).", "There is one per site; this one ends.")


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[SiteDatabase, Journal]]:
    site = await SiteDatabase.open(settings.heldar_database_url)
    try:
        journal = await Journal.open(settings.journal_path)
        try:
            yield site, journal
        finally:
            await journal.close()
    finally:
        await site.close()


def _say_ready() -> None:
    """Tell the console that waits for it; nothing more is ever written to it, so a stuck one cannot hold us up."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.dup2(null, sys.stderr.fileno())
    os.close(null)


def _read_lifeline(stop: asyncio.Event) -> None:
    """The console holds the other end of our standard input; its end means that the console is gone."""
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


def _first(errors: BaseExceptionGroup[AnrError]) -> AnrError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
