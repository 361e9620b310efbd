"""The site in figures over days: missing and recovered footage, speeds, the backlog and when it will be fetched."""

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
"""So many days are shown, or so many where there is room."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of a site at one moment: `days` oldest first, `paces` in the order of the cameras."""

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
    """What the journal knows: landed footage by camera and start, speeds of fills, sessions at once of devices."""

    held: Sequence[tuple[str, Window]] = ()
    fills: Sequence[FillPace] = ()
    sessions: Mapping[str, int] | None = None


def make_stats(snapshot: Snapshot, past: Past, zone: tzinfo, days: int, now: datetime) -> Stats:
    """The figures of the last `days` days of a zone, at the moment `now`, by the policy of the snapshot.

    Takes a second for a hundred thousand gaps.
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
    """The same, with what it needs of the journal. Raises JournalError where that cannot be read."""
    past = Past()
    if snapshot.has_journal:
        first = days_until(now, zone, days)[0][1].start
        since = min(first, now - timedelta(hours=snapshot.policy.max_age_hours))
        past = Past(
            held=await journal.fills.held_since(since),
            fills=await journal.fills.paces(LAST_FILLS),
            sessions=await journal.camera_memory.sessions_by_device(),
        )
    # What takes a second must not hold up a screen.
    return await asyncio.to_thread(make_stats, snapshot, past, zone, days, now)
