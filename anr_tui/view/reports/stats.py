"""The statistics of a site: missing and recovered footage by day, speeds, the backlog and its forecast."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from anr_tui.domain.window import Window, merged
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.reports.backlog import Backlog, make_backlog
from anr_tui.view.reports.camera_speed import LAST_FILLS, CameraSpeed, camera_speeds
from anr_tui.view.reports.days import Day, day_figures, days_until
from anr_tui.view.reports.forecast import Forecast, make_forecast
from anr_tui.view.snapshot.snapshot import Snapshot

DAYS = (14, 30)
"""The number of days shown, and the number shown where there is room for more."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The statistics of a site at one moment: `days` oldest first, `paces` in the order of the cameras."""

    read_at: datetime
    days: tuple[Day, ...]
    paces: tuple[CameraSpeed, ...]
    backlog: Backlog
    forecast: Forecast

    def backlog_of(self, camera_id: str) -> float:
        """The seconds of footage still to be fetched from one camera."""
        return sum(task.seconds for task in self.backlog.tasks if task.camera_id == camera_id)


@dataclass(frozen=True, slots=True)
class Past:
    """The journal's records: landed windows by camera id, speeds of fills, and each device's sessions at once."""

    held: Sequence[tuple[str, Window]] = ()
    fills: Sequence[FillPace] = ()
    sessions: Mapping[str, int] | None = None


def make_stats(snapshot: Snapshot, past: Past, zone: tzinfo, days: int, now: datetime) -> Stats:
    """The statistics of the last `days` days of a zone at the time `now`, by the policy of the snapshot.

    Takes about a second for a hundred thousand gaps.
    """
    landed = {
        camera: merged(window for _, window in own) for camera, own in groupby(past.held, key=lambda each: each[0])
    }
    paces = camera_speeds(snapshot.cameras, past.fills)
    backlog = make_backlog(snapshot.cameras, snapshot.gaps, landed, snapshot.policy, now)
    forecast = make_forecast(backlog, paces, past.sessions or {}, snapshot.policy, snapshot.worker.state, now)
    figures = day_figures(snapshot.gaps, landed, days_until(now, zone, days), now)
    return Stats(now, tuple(figures), paces, backlog, forecast)


async def read_stats(snapshot: Snapshot, journal: Journal, zone: tzinfo, days: int, now: datetime) -> Stats:
    """Read from the journal what `make_stats` needs, and make the statistics in a thread. Raises JournalError."""
    past = Past()
    if snapshot.has_journal:
        first = days_until(now, zone, days)[0][1].start
        since = min(first, now - timedelta(hours=snapshot.policy.max_age_hours))
        past = Past(
            held=await journal.fills.held_since(since),
            fills=await journal.fills.paces(LAST_FILLS),
            sessions=await journal.camera_memory.sessions_by_device(),
        )
    # A second of computing must not block a screen.
    return await asyncio.to_thread(make_stats, snapshot, past, zone, days, now)
