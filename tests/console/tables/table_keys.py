"""What a table of the console shows, and how a filter is typed."""

from textual.pilot import Pilot

from anr_tui.console.main.app import ConsoleApp
from tests.console.site import grid, settled


def ids(app: ConsoleApp) -> list[str]:
    return [row.id for row in app.main.dashboard.gaps.rows]


def title(app: ConsoleApp, name: str) -> str:
    return next(line.strip(" ─") for line in grid(app) if line.startswith(f"─ {name}"))


def marked(app: ConsoleApp) -> list[str]:
    return [row.id for row in app.main.dashboard.gaps_state.picked]


async def type_filter(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash", *(" " if key == " " else key for key in text))
    await settled(pilot)
