"""`python -m benchmarks.played_worker DATABASE FILLS`: a worker that simulates fills without fetching anything.

It takes and renews the lease, and notes the progress of FILLS fills once a second, with the worker's own code; each
fill's log grows by two lines a second, so that a console sees what it would see of a real worker. It ends when its
standard input is closed.
"""

import asyncio
import contextlib
import sys
from datetime import timedelta
from pathlib import Path

from anr_tui.config.settings import load_settings
from anr_tui.domain.fill import Phase
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.timestamps import ceil_second, now_utc
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.open_site import open_site
from anr_tui.worker.lifecycle.lease import HEARTBEAT_S, LEASE_S, take_lease
from benchmarks.large_site import SPAN_H

_LINES = (
    "frame={frame:5} fps=25 q=-1.0 size={kib:8}KiB time=00:{minutes:02}:{seconds:02}.00 bitrate=1038.7kbits/s speed=1x",
    "[rtsp @ 0x55d0] max delay reached. need to consume packet",
)
FULL_LOG_LINES = 10_000
_WANTED_S = 300.0
_BYTES_PER_S = 130_000


async def play(database: Path, fills: int) -> None:
    """Simulate fills until standard input is closed."""
    settings = load_settings(heldar_database_url=str(database), heldar_recordings_dir=database.parent)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    site = await open_site(settings)
    journal = await Journal.open(settings.journal_path)
    try:
        lease = await take_lease(journal, asyncio.Event(), starts_paused=False, lifetime=Lifetime.SERVICE, waits=False)
        assert lease is not None
        policy = FillPolicy(max_age_hours=SPAN_H, max_attempts=3, settle_s=0)
        gaps = await site.gaps.due(policy, now_utc(), most=max(fills, 1))
        running = [
            await LeasedJournal(journal, lease).fills.start(gap, asked_by="", now=now_utc())
            for gap in gaps.good[:fills]
        ]
        for fill_id in running:
            _grow(settings.logs_dir / f"fill-{fill_id}.log", *range(FULL_LOG_LINES // len(_LINES)))
        print("ready", flush=True)
        ending = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        await _note(journal, lease, running, settings.logs_dir, ending)
    finally:
        await journal.close()
        await site.close()


async def _note(journal: Journal, lease: int, running: list[int], logs: Path, ending: "asyncio.Task[str]") -> None:
    second, next_sweep_at = 0, now_utc()
    while not ending.done():
        if second % HEARTBEAT_S == 0:
            await LeasedJournal(journal, lease).lease.renew(expires_at=now_utc() + timedelta(seconds=LEASE_S))
            if next_sweep_at <= now_utc():
                next_sweep_at = ceil_second(now_utc() + timedelta(minutes=5))
            await LeasedJournal(journal, lease).lease.note_state(
                now=now_utc(), paused=False, halted=False, next_sweep_at=next_sweep_at
            )
        for fill_id in running:
            size = int(second * _BYTES_PER_S)
            await LeasedJournal(journal, lease).fills.note_progress(
                fill_id, FillProgress(Phase.FETCHING, _WANTED_S, second, size, 1.0, 12, 0)
            )
            _grow(logs / f"fill-{fill_id}.log", second)
        second += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(ending), 1.0)


def _grow(log: Path, *seconds: int) -> None:
    with log.open("a", encoding="utf-8") as file:
        for second in seconds:
            at = {"minutes": second // 60, "seconds": second % 60}
            for line in _LINES:
                file.write(line.format(frame=second * 25, kib=second * _BYTES_PER_S // 1024, **at) + "\n")


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), int(sys.argv[2])))
