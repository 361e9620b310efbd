"""A month at a site: figures, pictures and the screen of statistics begin with what is missing and what came back."""

from dataclasses import replace
from datetime import datetime, timedelta

from textual.pilot import Pilot

from anr_tui.console.screens.stats_screen import StatsScreen
from anr_tui.domain.gap import FillState
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.reports.stats import Past
from anr_tui.view.snapshot.snapshot import GapRow, Snapshot
from tests.console.site import NAMES, NOW, RecordingView, camera_id, gap, row_name, settled, site_snapshot, until

_SPEEDS = {"front gate": 38.0, "loading dock": 1.0, "warehouse aisle": 21.0, "parking north": 8.0, "roof": 4.0}
_NOTHING = timedelta(0)


def month_view() -> RecordingView:
    """The site with all of it, in memory."""
    snapshot = month_snapshot()
    return RecordingView(snapshot, past=month_past(snapshot))


def month_snapshot() -> Snapshot:
    """The site of every test, its cameras with weeks of retention, and older gaps besides."""
    snapshot = site_snapshot()
    gaps = [_older(number) for number in range(90)]
    cameras = tuple(replace(row, retention_hours=1000) for row in snapshot.cameras)
    return replace(snapshot, cameras=cameras, gaps=(*snapshot.gaps, *gaps))


def _older(number: int) -> GapRow:
    """Three a day, the longer the more days ago modulo a week; every seventh was given up."""
    name = NAMES[number % len(NAMES)]
    length_s = 300.0 * (1 + number % 7) * (1 + number // 3 % 5)
    is_filled = number % 7 != 3
    row = gap(100 + number, name, 60 * (20 + 8 * number), length_s)
    state = FillState.FILLED if is_filled else FillState.FAILED
    filled_at = row.window.end + timedelta(hours=3 + number % 40) if is_filled else None
    return GapRow(replace(row, fill_state=state, filled_at=filled_at), row_name(row), None)


def month_past(snapshot: Snapshot) -> Past:
    """All that was filled landed, but each ninth by other ways; of what was given up, a third."""
    held: list[tuple[str, Window]] = []
    for number, row in enumerate(snapshot.gaps):
        share = 0.0 if number % 9 == 8 else 1.0 if not row.is_missing else 0.3 if row.fill is None else 0.0
        length = (row.window.end - row.window.start) * share
        if length > _NOTHING:
            held.append((row.gap.camera_id, Window(row.window.start, row.window.start + length)))
    fills = [
        _fill(name, NOW - timedelta(hours=50 - number), speed * (1 + number % 5) / 4)
        for name, speed in _SPEEDS.items()
        for number in range(0 if name == "roof" else 40)
    ]
    return Past(sorted(held), fills, {})


def _fill(name: str, ended_at: datetime, speed: float) -> FillPace:
    """Ten minutes of footage, and five seconds to ask for it and to land it."""
    return FillPace(camera_id(name), ended_at, speed, 600.0, 600.0 / speed + 5, 75_000_000)


async def open_statistics(pilot: Pilot[None]) -> StatsScreen:
    """From the main screen to the statistics, once they are there."""
    await settled(pilot)
    await pilot.press("S")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, StatsScreen)
    await until(pilot, lambda: screen.stats is not None)
    await settled(pilot)
    return screen
