"""The site in figures over days: missing and recovered footage, speeds, the backlog and when it will be fetched."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from anr_tui.config.settings import Settings
from anr_tui.domain.window import Window, merged
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.reports.backlog import Backlog, make_backlog
from anr_tui.view.reports.camera_speed import LAST_FILLS, CameraSpeed, camera_speeds
from anr_tui.view.reports.days import Day, day_figures, days_until
from anr_tui.view.reports.forecast import Forecast, make_forecast
from anr_tui.view.snapshot.snapshot import Snapshot

DAYS = (14, 30)
"""So many days are shown, or so many where there is room."""


@dataclass(frozen=True, slots=True)
class Stats:
    """All of it at one moment: `days` the oldest first, `paces` as the site lists its cameras."""

    read_at: datetime
    days: tuple[Day, ...]
    paces: tuple[CameraSpeed, ...]
    backlog: Backlog
    forecast: Forecast

    def backlog_of(self, camera_id: str) -> float:
        """Seconds of footage to fetch of one camera."""
        return sum(task.seconds for task in self.backlog.tasks if task.camera_id == camera_id)


@dataclass(frozen=True, slots=True)
class Past:
    """What the journal knows: landed footage by camera and start, how fast fills went, sessions that devices took."""

    held: Sequence[tuple[str, Window]] = ()
    fills: Sequence[FillPace] = ()
    sessions: Mapping[str, int] | None = None


def make_stats(snapshot: Snapshot, past: Past, settings: Settings, zone: tzinfo, days: int, now: datetime) -> Stats:
    """The figures of the last so many days of a zone. Takes a second for a hundred thousand gaps."""
    landed = {
        camera: merged(window for _, window in own) for camera, own in groupby(past.held, key=lambda each: each[0])
    }
    paces = camera_speeds(snapshot.cameras, past.fills)
    backlog = make_backlog(snapshot.cameras, snapshot.gaps, landed, settings, now)
    forecast = make_forecast(backlog, paces, past.sessions or {}, settings, snapshot.worker.state, now)
    figures = day_figures(snapshot.gaps, landed, days_until(now, zone, days), now)
    return Stats(now, tuple(figures), paces, backlog, forecast)


async def read_stats(
    snapshot: Snapshot, journal: Journal, settings: Settings, zone: tzinfo, days: int, now: datetime
) -> Stats:
    """The same, with what the journal knows. Raises JournalError where that cannot be read."""
    past = Past()
    if snapshot.has_journal:
        first = days_until(now, zone, days)[0][1].start
        since = min(first, now - timedelta(hours=settings.heldar_anr_max_gap_hours))
        past = Past(
            held=await journal.fills.held_since(since),
            fills=await journal.fills.paces(LAST_FILLS),
            sessions=await journal.camera_memory.sessions_by_device(),
        )
    # What takes a second must not hold up a screen.
    return await asyncio.to_thread(make_stats, snapshot, past, settings, zone, days, now)
